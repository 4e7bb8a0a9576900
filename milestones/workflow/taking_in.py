"""Rows of confirmed imports become integrations, each in one transaction: a dead worker leaves none half done."""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import policy
from ..facts import facts_of
from ..imports.checking import Checked, check, moved_targets, news
from ..imports.rows import Named, Wanted
from ..models import ImportRow, ImportState, Integration, Member, RowState, User
from ..process import Accord, Role, SenderKind
from .accounts import record_accounts
from .carrying import carry_over, take_on_milestones
from .consequences import ONLY_INVITED, drawn_together
from .intake import create_integration
from .integrations import set_contact
from .move import GateClosed, Stale
from .people import invite, set_roles
from .plan import propose_dates

ROWS_AT_A_TIME = 20
"""After which a worker looks whether it has had its time."""


def take_in_some() -> int:
    """Take in the next rows of confirmed imports, the oldest first. Returns how many were tried; 0: nothing waits."""
    waiting = ImportRow.objects.filter(part_of__state=ImportState.CONFIRMED, state=RowState.WAITING)
    rows = list(waiting.order_by("part_of__confirmed_at", "line").values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    for pk in rows:
        _take_in(pk)
    return len(rows)


def _take_in(pk: int) -> None:
    """One row: taken in, or told why not and left as it was. Who comes second finds it done."""
    try:
        with transaction.atomic():
            row = _locked(pk)
            if row is not None:
                _finish(row, RowState.DONE, integration=_taken_in(row), cells=[])
    except (ValidationError, GateClosed, Stale, policy.Forbidden, Http404) as refusal:
        with transaction.atomic():
            row = _locked(pk)
            if row is not None:
                _finish(row, RowState.FAILED, told=_why(refusal))


def _locked(pk: int) -> ImportRow | None:
    waiting = ImportRow.objects.select_for_update(of=("self",)).filter(pk=pk, state=RowState.WAITING)
    return waiting.select_related("part_of__uploaded_by", "part_of__confirmed_by").first()


def _finish(row: ImportRow, state: RowState, **values: object) -> None:
    for name, value in {"state": state, **values}.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *values])


def _why(refusal: Exception) -> str:
    if isinstance(refusal, GateClosed):
        return "; ".join(unmet.text for unmet in refusal.unmet)
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _taken_in(row: ImportRow) -> Integration:
    """What the row is about, as the row wants it. Raises what the acts raise, each of which asks as always."""
    [checked] = check(row.part_of, [row], first_lines={})  # what stands twice was told before it was confirmed
    if checked.wrong:
        raise ValidationError(list(checked.wrong.values()))
    prepared_by, confirmed_by = row.part_of.uploaded_by, row.part_of.confirmed_by
    if confirmed_by is None or not all(one.is_staff and one.is_active for one in (prepared_by, confirmed_by)):
        raise ValidationError(_("Somebody who vouches for the import is no longer among Digipost's staff."))
    with drawn_together(ONLY_INVITED):
        integration = checked.integration or _created(checked.wanted, by=prepared_by)
        _bring_up_to_date(integration, checked, by=prepared_by)
        source = _source_of(checked)
        take_on_milestones(integration, prepared_by=prepared_by, confirmed_by=confirmed_by, source=source)
    return integration


def _created(wanted: Wanted, *, by: User) -> Integration:
    manager = next(person for person in wanted.people if Role.PROJECT_MANAGER in person.roles)
    return create_integration(
        by=by,
        number=wanted.number,
        organisation=wanted.organisation,
        name=wanted.name,
        sender_kind=wanted.sender_kind or SenderKind.SENDER,
        manager_name=manager.name,
        manager_email=manager.email,
    )


def _bring_up_to_date(integration: Integration, checked: Checked, *, by: User) -> None:
    """People and dates first: other dates take back that both sides agreed (2.2), and the row says that anew."""
    wanted = checked.wanted
    _name_contact(integration, checked, by=by)
    for person in wanted.people:
        _bring_in(integration, person, by=by)
    moved = moved_targets(wanted, facts_of(integration))
    if moved:
        version = integration.accords.get(subject=Accord.PLAN).version
        propose_dates(integration, by=by, dates=moved, version=version)
    plan_anew = {"2.2": wanted.done["2.2"]} if moved and "2.2" in wanted.done else {}
    _carry_over(integration, checked, plan_anew, by=by, later={"1.4"})
    _record_accounts(integration, wanted, by=by)
    _carry_over(integration, checked, by=by)


def _carry_over(
    integration: Integration,
    checked: Checked,
    anew: Mapping[str, datetime.date] | None = None,
    *,
    by: User,
    later: Container[str] = (),
) -> None:
    """What the row says was met before, as far as it is not met by what is recorded; without what is for `later`.

    `anew` is carried over whatever is recorded.
    """
    wanted = checked.wanted
    now = facts_of(Integration.objects.with_records().get(pk=integration.pk))
    done = {code: on for code, on in (news(wanted, now) | dict(anew or {})).items() if code not in later}
    if done:
        carry_over(integration, done, by=by, row=checked.row, source=_source_of(checked))


def _source_of(checked: Checked) -> str:
    """Where it is known from: as the row says, or the row itself. Everybody reads it."""
    row = checked.row
    with override(settings.LANGUAGE_CODE):
        return checked.wanted.source or _("%(file)s, row %(line)s") % {"file": row.part_of, "line": row.line}


def _name_contact(integration: Integration, checked: Checked, *, by: User) -> None:
    """Whom the row names; whoever imports by the hundred becomes nobody's contact by that."""
    is_new = checked.integration is None
    if checked.contact != integration.onboarding_contact and (is_new or checked.contact):
        set_contact(integration, by=by, contact=checked.contact)


def _bring_in(integration: Integration, person: Named, *, by: User) -> None:
    """Give the roles that they do not hold; nobody else's role ends by that."""
    current = integration.members.current().select_related("user").prefetch_related("roles")
    member: Member | None = current.filter(user__email=person.email).first()
    if member is None:
        invite(integration, by=by, name=person.name, email=person.email, roles=person.roles)
    elif set(person.roles) - set(member.current_roles):
        set_roles(integration, member.pk, by=by, roles={*member.current_roles, *person.roles})


def _record_accounts(integration: Integration, wanted: Wanted, *, by: User) -> None:
    accounts = integration.accounts
    test, production = accounts.test_account_id, accounts.production_account_id
    ids = (wanted.test_account or test, wanted.production_account or production)
    if ids != (test, production):
        record_accounts(integration, by=by, test_account_id=ids[0], production_account_id=ids[1])
