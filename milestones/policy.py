"""May YOU? Every permission question, answered in one readable place.

`RIGHTS` is the whole table of who may do what; `docs/rights.md` is made from it. Views and templates ask `may`,
workflow asks `require`, the FSM's `permission` asks the same; nothing else decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .process import RUN_OPERATIONS, Accord, Party, Role, Text
from .texts import mid_sentence

PM, LEAD, CONTRACT, OWNER, OBSERVER, STAFF = (
    Role.PROJECT_MANAGER,
    Role.TECHNICAL_LEAD,
    Role.CONTRACT_MANAGER,
    Role.BUSINESS_OWNER,
    Role.OBSERVER,
    Role.ONBOARDING,
)


class Account(Protocol):
    """Whoever is signed in, as far as policy asks: `models.User` is one."""

    pk: int
    is_staff: bool
    is_superuser: bool


@dataclass(frozen=True)
class Actor:
    """Somebody, in relation to one integration. `roles` holds what they may act as; staff act as onboarding only.

    `changed_sides` is one of Digipost's staff who was on this integration for the sender.
    """

    user_id: int
    name: str
    is_staff: bool
    is_member: bool
    roles: frozenset[Role]
    changed_sides: bool = False

    @property
    def may_see(self) -> bool:
        return self.is_staff or self.is_member

    @property
    def party(self) -> Party:
        """The side for which they act."""
        return Party.DIGIPOST if self.is_staff else Party.SENDER


class Right(StrEnum):
    MANAGE_PEOPLE = "manage_people"
    RECORD_AGREEMENT = "record_agreement"
    VERIFY_AGREEMENT = "verify_agreement"
    WITHDRAW_AGREEMENT = "withdraw_agreement"
    DECIDE_SERVICES = "decide_services"
    CONFIRM_LAUNCH_DATE = "confirm_launch_date"
    DESCRIBE = "describe"
    PROPOSE_DATES = "propose_dates"
    AGREE_PLAN = "agree_plan"
    AGREE_SCENARIOS = "agree_scenarios"
    AGREE_SCOPE = "agree_scope"
    EDIT_SCENARIOS = "edit_scenarios"
    RECORD_RUNS = "record_runs"
    ADD_ITEMS = "add_items"
    SUBMIT = "submit"
    RECORD_LAUNCH = "record_launch"
    OPERATE = "operate"
    LOG_DEVIATIONS = "log_deviations"
    DECLARE_CHANGES = "declare_changes"
    ACCEPT_DEFERRAL = "accept_deferral"
    MANAGE_ACCOUNTS = "manage_accounts"
    ACKNOWLEDGE_DETAILS = "acknowledge_details"
    VERIFY = "verify"
    OPEN_PRODUCTION = "open_production"
    APPROVE = "approve"
    GRANT_EXCEPTIONS = "grant_exceptions"
    STEER = "steer"
    CONFIRM_LAUNCH_DIGIPOST = "confirm_launch_digipost"
    SEND_NOTICES = "send_notices"
    SEE_ACCESSES = "see_accesses"
    NUDGE = "nudge"
    COMMENT = "comment"
    DELETE_COMMENTS = "delete_comments"
    WRITE_INTERNALLY = "write_internally"
    CARRY_OVER = "carry_over"
    SAY_ON_TRACK = "say_on_track"
    CONNECT_TEAMS = "connect_teams"
    TEND_TEAMS = "tend_teams"
    MAKE_TOKENS = "make_tokens"
    TEND_TOKENS = "tend_tokens"
    CONNECT_WEBHOOKS = "connect_webhooks"
    TEND_WEBHOOKS = "tend_webhooks"


RIGHTS: dict[Right, tuple[Role, ...]] = {
    Right.MANAGE_PEOPLE: (PM, STAFF),
    Right.RECORD_AGREEMENT: (PM, CONTRACT),
    Right.VERIFY_AGREEMENT: (STAFF,),
    Right.WITHDRAW_AGREEMENT: (PM, CONTRACT, STAFF),
    Right.DECIDE_SERVICES: (OWNER,),
    Right.CONFIRM_LAUNCH_DATE: (OWNER,),
    Right.DESCRIBE: (PM, LEAD, STAFF),  # meetings, solution description, follow-up items
    Right.PROPOSE_DATES: (PM, STAFF),
    Right.AGREE_PLAN: (PM, STAFF),
    Right.AGREE_SCENARIOS: (PM, LEAD, STAFF),
    Right.AGREE_SCOPE: (PM, LEAD, STAFF),
    Right.EDIT_SCENARIOS: (PM, LEAD, STAFF),  # drawn up together, 3.1 and 4.1
    Right.RECORD_RUNS: (LEAD,),
    Right.ADD_ITEMS: (PM, STAFF),
    Right.SUBMIT: (PM, LEAD),  # and withdraw
    Right.RECORD_LAUNCH: (PM, LEAD),  # first sending, and the sender's confirmation
    Right.OPERATE: RUN_OPERATIONS,  # readers, monitoring and its heartbeat, certificate
    Right.LOG_DEVIATIONS: (PM, LEAD, STAFF),
    Right.DECLARE_CHANGES: RUN_OPERATIONS,  # and withdraw them
    Right.ACCEPT_DEFERRAL: (STAFF,),
    Right.MANAGE_ACCOUNTS: (STAFF,),
    Right.ACKNOWLEDGE_DETAILS: (PM, LEAD),
    Right.VERIFY: (STAFF,),  # 3.2
    Right.OPEN_PRODUCTION: (STAFF,),
    Right.APPROVE: (STAFF,),  # approve, return, reopen
    Right.GRANT_EXCEPTIONS: (STAFF,),
    Right.STEER: (STAFF,),  # pause, resume, close, onboarding contact
    Right.CONFIRM_LAUNCH_DIGIPOST: (STAFF,),
    Right.SEND_NOTICES: (STAFF,),
    Right.SEE_ACCESSES: (PM, STAFF),  # who downloaded which document
    Right.NUDGE: (PM, LEAD, CONTRACT, OWNER, STAFF),  # remind others of what stands on them
    Right.COMMENT: (PM, LEAD, CONTRACT, OWNER, STAFF),  # observers read along
    Right.DELETE_COMMENTS: (STAFF,),  # of others; one's own anybody may
    Right.WRITE_INTERNALLY: (STAFF,),  # notes that never leave Digipost
    Right.SAY_ON_TRACK: (PM, LEAD),  # that a milestone's date holds, by the link in a mail
    Right.CARRY_OVER: (STAFF,),  # by an import that a second member of staff has confirmed
    Right.CONNECT_TEAMS: (PM, LEAD),  # save the workflow address of the sender's channel, and test it
    Right.TEND_TEAMS: (PM, LEAD, STAFF),  # remove it, and send again what failed; nobody reads it
    Right.MAKE_TOKENS: (PM, LEAD),  # keys to the API, which act as who made them
    Right.TEND_TOKENS: (PM, LEAD, STAFF),  # revoke them
    Right.CONNECT_WEBHOOKS: (PM, LEAD),  # add and change addresses, make their secrets, and test them
    Right.TEND_WEBHOOKS: (PM, LEAD, STAFF),  # remove them, and send again what failed
}

NEUTRAL_RIGHTS = frozenset(
    {
        *(Right.SEND_NOTICES, Right.SEE_ACCESSES, Right.NUDGE),
        *(Right.COMMENT, Right.DELETE_COMMENTS, Right.WRITE_INTERNALLY),
        *(Right.TEND_TEAMS, Right.TEND_TOKENS, Right.TEND_WEBHOOKS),
    }
)
"""Rights that decide nothing about an integration: staff who were on it for the sender keep these alone."""

TOKEN_RIGHTS = frozenset({Right.RECORD_RUNS, Right.LOG_DEVIATIONS})
"""What a token of the API may at most, of the rights of who made it: it reports, and decides nothing."""

AGREE = {
    Accord.PLAN: Right.AGREE_PLAN,
    Accord.SCENARIOS: Right.AGREE_SCENARIOS,
    Accord.SCOPE: Right.AGREE_SCOPE,
}


class Forbidden(PermissionDenied):
    """403: the actor sees the integration but lacks the right. `str()` is a sentence that says who has it."""


def may(actor: Actor, right: Right) -> bool:
    """Whether a role of the actor has the right, and nothing that they did for the other side speaks against it."""
    return not actor.roles.isdisjoint(RIGHTS[right]) and (not actor.changed_sides or right in NEUTRAL_RIGHTS)


def may_act_as(actor: Actor, role: Role) -> bool:
    """Whether the actor may check off what stands on `role`."""
    return role in actor.roles and not actor.changed_sides


def may_approve(actor: Actor, submitted_by_id: int | None) -> bool:
    """Approving is for Digipost's staff, and never for the one who submitted."""
    return may(actor, Right.APPROVE) and actor.user_id != submitted_by_id


def require(actor: Actor, right: Right) -> None:
    """Raise Forbidden unless the actor has the right."""
    if not may(actor, right):
        raise _forbidden(actor, RIGHTS[right])


def require_role(actor: Actor, role: Role) -> None:
    """Raise Forbidden unless the actor holds the role."""
    if not may_act_as(actor, role):
        raise _forbidden(actor, (role,))


def require_approver(actor: Actor, submitted_by_id: int | None) -> None:
    """Raise Forbidden unless the actor may approve what `submitted_by_id` submitted."""
    require(actor, Right.APPROVE)
    if not may_approve(actor, submitted_by_id):
        raise Forbidden(_("The one who submitted a milestone cannot approve it. Somebody else at Digipost can."))


def require_someone_else(actor: Actor, person_id: int | None) -> None:
    """Raise Forbidden if the actor is `person_id`: they acted for the other side (as member or staff) before."""
    if actor.user_id == person_id:
        raise Forbidden(OTHER_SIDE)


def may_prepare(user: Account, uploaded_by_id: int) -> bool:
    """An import is for staff, and is prepared by the one who uploaded it."""
    return user.is_staff and user.pk == uploaded_by_id


def may_confirm(user: Account, uploaded_by_id: int) -> bool:
    """An import is confirmed by somebody else among the staff than the one who prepared it."""
    return user.is_staff and user.pk != uploaded_by_id


def require_preparer(user: Account, uploaded_by_id: int) -> None:
    """Raise Forbidden unless `may_prepare`."""
    require_staff(user)
    if not may_prepare(user, uploaded_by_id):
        raise Forbidden(_("Only the one who uploaded an import can change it. You can upload the file yourself."))


def require_confirmer(user: Account, uploaded_by_id: int) -> None:
    """Raise Forbidden unless `may_confirm`."""
    require_staff(user)
    if not may_confirm(user, uploaded_by_id):
        raise Forbidden(_("The one who prepared an import cannot confirm it. Somebody else at Digipost can."))


OTHER_SIDE = _("You acted for the other side yourself. Somebody else must do this.")


def require_staff(user: Account) -> None:
    """Raise Forbidden for others than Digipost's staff; for pages that are about no single integration."""
    if not user.is_staff:
        raise Forbidden(_done_by((STAFF,)))


def may_administer(user: Account) -> bool:
    """Administrators are those of the staff who keep the people, and see how the product itself runs."""
    return user.is_staff and user.is_superuser


def require_administrator(user: Account) -> None:
    """Raise Forbidden unless `may_administer`."""
    if not may_administer(user):
        raise Forbidden(only(_("Digipost's administrators")))


def only(name: Text) -> Text:
    """A sentence that says that one person alone may do this."""
    return format_lazy(_("You cannot do this. Responsible: {roles}."), roles=name)


def _forbidden(actor: Actor, roles: tuple[Role, ...]) -> Forbidden:
    held = not actor.roles.isdisjoint(roles)
    return Forbidden(OTHER_SIDE if held else _done_by(roles))


def _done_by(roles: tuple[Role, ...]) -> Text:
    return only(who_may(roles))


def who_may(roles: tuple[Role, ...]) -> str:
    """The roles' names in the language in force, as they stand in a sentence, joined by commas."""
    return ", ".join(mid_sentence(role.label) for role in roles)
