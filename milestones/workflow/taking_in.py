"""Rows of confirmed imports become integrations, each in one transaction: a dead worker leaves none half done."""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping
from functools import partial

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import clock, policy
from ..facts import facts_of, integration_now
from ..gates import CARRIED, Facts
from ..imports.checking import Checked, Does, check, moved_targets, news
from ..imports.rows import Named, Wanted
from ..models import ImportRow, ImportState, Integration, Member, RowState, User
from ..process import Accord, Role, SenderKind
from .accounts import open_production, record_accounts
from .carrying import carry_over, take_on_milestones
from .consequences import ONLY_INVITED, drawn_together
from .intake import create_integration
from .integrations import set_contact
from .move import GateClosed, Stale
from .people import invite, set_roles
from .plan import propose_dates

log = structlog.get_logger(__name__)

OPENING = "3.3"
"""Carried over last: it is contradicted as long as production is closed here."""
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
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next worker tries it again
    except Exception as refusal:
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
    """In words; an error of ours goes to the log, and keeps no other row back."""
    if isinstance(refusal, GateClosed):
        return "; ".join(unmet.text for unmet in refusal.unmet)
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    if isinstance(refusal, Stale | policy.Forbidden):
        return str(refusal)
    log.error("a row was not taken in", exc_info=refusal)
    return _("It could not be taken in, by an error of ours. Try again, and tell whoever runs this if it fails again.")


def _changes_more(checked: Checked) -> bool:
    """Whether it changes anything that was not shown to who confirmed it, or from what somebody recorded since."""
    return checked.row.marks is not None and not set(checked.marks) <= set(checked.row.marks)


def _taken_in(row: ImportRow) -> Integration:
    """What the row is about, as the row wants it. Raises what the acts raise, each of which asks as always."""
    with override(settings.LANGUAGE_CODE):  # as it was when it was judged
        [checked] = check(row.part_of, [row], first_lines={})  # what stands twice was told before it was confirmed
        changes_more = checked.does.exceeds(Does(*row.does)) or _changes_more(checked)
    if checked.wrong:
        raise ValidationError(list(checked.wrong.values()))
    prepared_by, confirmed_by = row.part_of.uploaded_by, row.part_of.confirmed_by
    if confirmed_by is None or not all(one.is_staff and one.is_active for one in (prepared_by, confirmed_by)):
        raise ValidationError(_("Somebody who vouches for the import is no longer among Digipost's staff."))
    if changes_more:
        raise ValidationError(
            _("Something else would be done now than was confirmed: it has changed since. Import it again.")
        )
    with drawn_together(ONLY_INVITED):
        integration = checked.integration or _created(checked.wanted, by=prepared_by)
        _bring_up_to_date(integration, checked, by=prepared_by)
    take_on = partial(
        take_on_milestones,
        integration,
        prepared_by=prepared_by,
        confirmed_by=confirmed_by,
        source=_source_of(checked),
    )
    with drawn_together(ONLY_INVITED):  # by what still counts after what was just recorded
        take_on()
        _open_as_said(integration, checked, prepared_by=prepared_by, confirmed_by=confirmed_by)
        take_on()
    return integration


def _open_as_said(integration: Integration, checked: Checked, *, prepared_by: User, confirmed_by: User) -> None:
    """Where the row says that production was open before: carry that over, and open it here as always.

    Raises GateClosed before milestone 2 is approved and 3.2 met.
    """
    if _carry_over(integration, checked, by=prepared_by, only={OPENING}) and not _now(integration).production_enabled:
        open_production(integration, by=confirmed_by)


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
        becomes_contact=False,  # of the hundreds that somebody imports
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
    _carry_over(integration, checked, plan_anew, by=by, only=set(CARRIED) - {"1.4", OPENING})
    _record_accounts(integration, wanted, by=by)
    _carry_over(integration, checked, by=by, only={"1.4"})


def _carry_over(
    integration: Integration,
    checked: Checked,
    anew: Mapping[str, datetime.date] | None = None,
    *,
    by: User,
    only: Container[str],
) -> bool:
    """What the row says was met before, of the requirements `only`, as far as it is not met by what is recorded.

    `anew` is carried over whatever is recorded. Returns whether anything was carried over.
    """
    found = news(checked.wanted, _now(integration)) | dict(anew or {})
    done = {code: on for code, on in found.items() if code in only}
    if done:
        carry_over(integration, done, by=by, row=checked.row, source=_source_of(checked))
    return bool(done)


def _now(integration: Integration) -> Facts:
    return facts_of(integration_now(integration.pk))


def _source_of(checked: Checked) -> str:
    """Where it is known from: as the row says, or the sheet, without the name that staff gave it: senders read it."""
    row = checked.row
    with override(settings.LANGUAGE_CODE):
        day = date_format(clock.in_oslo(row.part_of.uploaded_at), "DATE_FORMAT")
        return checked.wanted.source or _("Digipost's spreadsheet of %(day)s, row %(line)s") % {
            "day": day,
            "line": row.line,
        }


def _name_contact(integration: Integration, checked: Checked, *, by: User) -> None:
    """Whom the row names; nobody is removed by an empty cell."""
    if checked.contact and checked.contact != integration.onboarding_contact:
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
