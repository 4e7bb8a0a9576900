"""What a requirement is judged by, unfolded where it is judged: what is recorded, by whom and when, with its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..gates import Finding
from ..models import Attestation, Confirmation, MeetingKind, RoleHolding
from ..process import REQUIREMENTS, Accord, Environment
from .integration_page import IntegrationPage
from .scenarios import rows_of

Shown = dict[str, Any]
Reading = Callable[[IntegrationPage], Shown]


@dataclass(frozen=True)
class Evidence:
    """`part` is the template that shows it, and `shown` what it reads, by name."""

    part: str
    shown: Shown

    @property
    def in_short(self) -> str:
        """The template that says it in a few lines, for a report."""
        return IN_SHORT.get(self.part, self.part)


IN_SHORT = {
    "_partials/evidence/agreements.html": "_partials/in_short/agreements.html",
    "_partials/evidence/confirmed.html": "_partials/in_short/confirmed.html",
    "_partials/decisions.html": "_partials/in_short/decisions.html",
    "_partials/evidence/kickoff.html": "_partials/in_short/kickoff.html",
    "_partials/evidence/scenarios.html": "_partials/in_short/scenarios.html",
    "_partials/evidence/production.html": "_partials/in_short/production.html",
    "_partials/evidence/production_tests.html": "_partials/in_short/production_tests.html",
    "_partials/follow_up_rows.html": "_partials/in_short/follow_ups.html",
}
"""What a part is replaced by where documents, tables and long texts are left out; the others are short."""


READINGS: dict[str, tuple[str, Reading]] = {}
"""By requirement code: the template, and what it shows, which is empty where nothing is recorded."""


def _of(code: str, template: str) -> Callable[[Reading], Reading]:
    def register(reading: Reading) -> Reading:
        READINGS[code] = (f"_partials/{template}.html", reading)
        return reading

    return register


def with_evidence(here: IntegrationPage, findings: Iterable[Finding]) -> list[tuple[Finding, Evidence | None]]:
    """Each finding with what it is judged by; None where nothing is recorded yet."""
    rows = here.integration.confirmations.current().select_related("document")
    confirmed = {row.key: row for row in rows if row.statement or row.document}
    return [(finding, _evidence_of(here, finding, confirmed)) for finding in findings]


def recorded_of(code: str, here: IntegrationPage) -> Shown:
    """What is recorded of a computed requirement, as its template reads it."""
    _template, reading = READINGS[code]
    return reading(here)


def _evidence_of(here: IntegrationPage, finding: Finding, confirmed: Mapping[str, Confirmation]) -> Evidence | None:
    if finding.item or REQUIREMENTS[finding.key].confirmed:
        template, shown = "_partials/evidence/confirmed.html", {"confirmation": confirmed.get(finding.key)}
    else:
        template, shown = READINGS[finding.key][0], recorded_of(finding.key, here)
    return Evidence(template, shown) if any(shown.values()) else None


@_of("1.1", "evidence/agreements")
def _agreements(here: IntegrationPage) -> Shown:
    rows = here.integration.agreements.current().select_related("document", "recorded_by", "verified_by")
    return {"agreements": list(rows)}


@_of("1.2", "evidence/roles")
def _roles(here: IntegrationPage) -> Shown:
    counts = {"member__left_at": None, "member__user__is_active": True, "member__user__is_staff": False}
    held = RoleHolding.objects.filter(member__integration=here.integration, ended_at=None, **counts)
    return {"held": list(held.select_related("member").order_by("role", "given_at"))}


@_of("1.3", "decisions")
def _services(here: IntegrationPage) -> Shown:
    return {"decisions": list(here.integration.service_decisions.select_related("decided_by"))}


@_of("1.4", "account_ids")
def _accounts(here: IntegrationPage) -> Shown:
    ids = here.facts.test_account_id or here.facts.production_account_id
    return {"ids": ids, "attested": Attestation.objects.of_accounts(here.integration) if ids else []}


@_of("2.2", "evidence/kickoff")
def _kickoff(here: IntegrationPage) -> Shown:
    kickoffs = here.integration.meetings.recorded().filter(kind=MeetingKind.KICKOFF).select_related("document")
    milestones = [row for row in here.integration.milestones.all() if row.number > 1]
    described = any(vars(here.facts.solution).values())
    return {
        "meetings": list(kickoffs),
        "solution": here.integration.solution if described else None,
        "milestones": milestones if any(row.target_on for row in milestones) else [],
        "accord": _accord(here, Accord.PLAN),
    }


def _accord(here: IntegrationPage, subject: Accord) -> Any:
    """What both sides said to it; None where neither ever has."""
    rows = here.integration.accords.exclude(sender_at=None, digipost_at=None, lapsed_at=None)
    return rows.select_related("sender_by", "digipost_by", "changed_by").filter(subject=subject).first()


@_of("3.1", "evidence/scenarios")
def _scenarios(here: IntegrationPage) -> Shown:
    return {"rows": rows_of(here, Environment.TEST), "accord": _accord(here, Accord.SCENARIOS)}


@_of("3.2", "verification")
def _verification(here: IntegrationPage) -> Shown:
    row = here.integration.verification
    return {"verification": row if row.stands or row.withdrawn_at else None}


@_of("3.3", "evidence/production")
def _production(here: IntegrationPage) -> Shown:
    row = here.integration.accounts
    known = Attestation.objects.of_accounts(here.integration)
    return {
        "accounts": row if row.production_enabled or row.details_passed_at else None,
        "attested": [one for one in known if one.environment == Environment.PRODUCTION],
    }


@_of("4.1", "evidence/production_tests")
def _production_tests(here: IntegrationPage) -> Shown:
    return {
        "scope": here.integration.production_scope if here.facts.scope_mode else None,
        "rows": rows_of(here, Environment.PRODUCTION),
        "accord": _accord(here, Accord.SCOPE),
    }


@_of("5.0", "launch_date")
def _launch_date(here: IntegrationPage) -> Shown:
    return {"launch": here.integration.launch if here.facts.launch_on else None}


@_of("5.1", "follow_up_rows")
def _follow_ups(here: IntegrationPage) -> Shown:
    return {"items": list(here.integration.follow_ups.all())}


@_of("5.2", "first_sending")
def _launched(here: IntegrationPage) -> Shown:
    return {"launch": here.integration.launch if here.facts.first_sending_on else None}
