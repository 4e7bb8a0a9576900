"""Where a thing is done: the one place that turns what an Unmet names into an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.conf import settings
from django.urls import reverse


class Named(Protocol):
    """What an Unmet, a waiting item and a line of a mail have in common."""

    @property
    def code(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def params(self) -> Iterable[tuple[str, str]]: ...


PLACES = {
    "intake_not_accepted": "accept-intake",
    "agreement_missing": "record-kind",
    "agreement_unsigned": "record-kind",
    "agreement_in_future": "record-kind",
    "agreement_without_document": "record-kind",
    "agreement_unverified": "verify-agreement",
    "role_vacant": "invite-name",
    "roles_vacant": "invite-name",
    "service_undecided": "form-{service}",
    "services_undecided": "form-{service}",
    "account_missing": "form-{environment}_account_id",
    "accounts_missing": "form-{environment}_account_id",
    "not_confirmed": "form-confirmed_on",
    "confirmation_without_document": "form-document",
    "item_not_done": "form-confirmed_on",
    "kickoff_missing": "form-held_on",
    "kickoff_in_future": "form-held_on",
    "kickoff_one_sided": "form-sender_present",
    "kickoff_without_minutes": "form-minutes",
    "kickoff_incomplete": "form-sender_present",
    "solution_incomplete": "form-{part}",
    "solution_undescribed": "form-{part}",
    "date_missing": "form-milestone_{number}",
    "dates_missing": "form-milestone_{number}",
    "not_agreed": "accord",
    "scenario_set_empty": "set",
    "scenario_missing": "add-basic",
    "scenario_reworded": "add-basic",
    "scenarios_missing": "add-basic",
    "scenario_not_run": "scenario-{scenario}",
    "scenario_failed": "scenario-{scenario}",
    "scenario_below_rung": "scenario-{scenario}",
    "scenarios_below_rung": "set",
    "scenario_too_old": "scenario-{scenario}",
    "scenario_ages": "scenario-{scenario}",
    "scenarios_age": "set",
    "scenarios_not_passed": "set",
    "approval_missing": "form-note",
    "production_closed": "open-production",
    "details_not_passed": "details",
    "details_unacknowledged": "acknowledge-details",
    "scope_undecided": "scope-mode",
    "scope_without_reason": "scope-reason",
    "production_scenarios_missing": "scope-picked",
    "print_trial_missing": "scope-trials",
    "launch_date_missing": "date-launch_on",
    "launch_date_unconfirmed": "date-launch_on",
    "follow_up_open": "close-resolution",
    "deferral_incomplete": "reopen-reason",
    "deferral_not_accepted": "accept",
    "first_sending_missing": "sending-first_sending_on",
    "first_sending_in_future": "sending-first_sending_on",
    "launch_unconfirmed": "confirm-launch",
    "manual_approval_undecided": "manual-manual_approval",
    "monitoring_missing": "monitoring-monitoring",
    "deviations_told_to_nobody": "monitoring-deviations_told_to",
    "monitoring_silent": "heartbeat",
    "monitoring_unrecorded": "monitoring-monitoring",
    "deviation_open": "deviations",
    "reader_missing": "readers-members",
    "notice_unread": "notices",
    "certificate_expired": "certificate_file-certificate",
    "certificate_expires": "certificate_file-certificate",
    "retest_not_run": "change-{change}",
    "retest_failed": "change-{change}",
    "retest_below_rung": "change-{change}",
    "retests_left": "change-{change}",
    "milestone_not_approved": "move",
    "ready_to_submit": "move",
    "ready_to_resubmit": "move",
    "awaiting_approval": "move",
}
"""By reason: the id of the field, the button or the part of its page where it is done. It takes focus."""


def path_of(where: str, reference: str, code: str = "", pk: int | str | None = None) -> str:
    """The path of page `where` of an integration; `code` or `pk` names the row on pages that are about one."""
    pages: dict[str, list[object]] = {"milestone": [code[1:]], "confirmation": [code]}
    more = pages.get(where, [] if pk is None else [pk])
    return reverse(where, args=[reference, *more])


def path_to(named: Named, reference: str, pk: int | None = None) -> str:
    """The path at which something unmet is done, down to its place on that page."""
    params = dict(named.params)
    path = path_of(named.where, reference, named.code, pk or params.get("pk"))
    place = place_of(named.reason, params)
    return f"{path}#{place}" if place else path


def place_of(reason: str, params: dict[str, str]) -> str:
    """The id of the place on its page; of a scenario, which is named by id and title, by its id."""
    scenario = params.get("scenario", "").partition(" ")[0]
    return PLACES.get(reason, "").format(**{**params, "scenario": scenario})


def absolute(path: str) -> str:
    """A path as it stands in a mail."""
    return str(settings.BASE_URL).rstrip("/") + path
