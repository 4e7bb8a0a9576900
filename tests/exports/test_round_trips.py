"""Each export of an integration, read again by two libraries and as CSV, against what is recorded."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.event_words import Family, formatter_of, kinds_of
from milestones.models import Event, ScenarioRun, User
from milestones.process import Environment, Outcome
from tests.cast import Cast, add_observer
from tests.exports.reading import body, by_calamine, by_csv, by_openpyxl, exported, in_lines, in_oslo, in_sheet
from tests.made_once import made_once

ODD = '=1+1;"sitat"\r\n– æøå 👩‍💻 \u202eabc\tslutt\x0b'
KEPT = '=1+1;"sitat"\n– æøå 👩‍💻 \u202eabc\tslutt'
"""The same as a cell holds it."""


@made_once
def journey(cast: Cast) -> Journey:
    """In operations, with everything on file that one needs for that."""
    journey = cast.journey()
    journey.to_operations()
    return journey


def require_exported(cast: Cast, journey: Journey, page: str, rows: list[list[Any]], query: str = "") -> None:
    """Fails unless the export of that page has these rows in every way in which it is read."""
    manager, address = cast.client(cast.manager), f"/i/{journey.integration.reference}/{page}/export/"
    sheet = exported(manager, address, "xlsx", query)
    assert by_openpyxl(sheet)[1:] == by_calamine(sheet)[1:] == in_sheet(rows)
    assert by_csv(exported(manager, address, "csv", query))[1:] == in_lines(rows)


def test_the_plan(cast: Cast, journey: Journey) -> None:
    workflow.reopen(journey.integration, 5, by=cast.staff, reason="Ny dato")
    with override("nb"):
        rows = [
            [
                str(one),
                one.get_state_display(),
                one.target_on,
                one.baseline_on,
                in_oslo(one.submitted_at),
                one.submitted_by.name if one.submitted_by else "",
                in_oslo(one.approved_at),
                one.approved_by.name if one.approved_by else "",
            ]
            for one in journey.integration.milestones.order_by("number")
        ]
    assert [row[-1] for row in rows] == [cast.staff.name] * 4 + [""]
    require_exported(cast, journey, "plan", rows)


def test_the_scenarios_with_their_runs(cast: Cast, journey: Journey) -> None:
    """A row a run, the latest first; a scenario without runs has one; what was taken out has none."""
    workflow.add_scenario(
        journey.integration, by=cast.manager, environment=Environment.TEST, code="E1", title=ODD[:8], passes_when="Ja"
    )
    first, gone = journey.integration.scenarios.current().filter(environment="test").order_by("code")[1:3]
    for day in (1, 3, 2):
        ScenarioRun.objects.create(
            scenario=first,
            ran_on=datetime.date(2020, 1, day),
            outcome=Outcome.FAILED,
            note=ODD,
            recorded_by=cast.lead,
            found={"signs": ["delivery:DELIVERED"]} if day == 1 else {},
        )
    workflow.remove_scenario(journey.integration, gone.pk, by=cast.manager)
    rows: list[list[Any]] = []
    with override("nb"):
        scenarios = list(journey.integration.scenarios.current().order_by("-environment", "code", "pk"))
        for one in scenarios:
            said = [
                one.get_environment_display(),
                one.code,
                one.shown_title,
                one.shown_passes_when,
                one.required,
                False,
            ]
            runs = list(one.runs.select_related("document", "recorded_by").order_by("-ran_on", "-pk"))
            rows += [[*said, *of_run(run, is_latest=run == runs[0])] for run in runs]
            rows += [] if runs else [[*said, None, "", "", "", None, "", "", "", None]]
    assert gone.code not in {row[1] for row in rows if row[0] == "Test"}
    assert [row[6].day for row in rows if row[11] == KEPT] == [3, 2, 1]
    assert {row[0] for row in rows} == {"Test", "Produksjon"}
    require_exported(cast, journey, "scenarios", rows)


SAYS = "Levering: DELIVERED"
"""What Digipost said of one of them."""


def of_run(run: ScenarioRun, *, is_latest: bool) -> list[Any]:
    document = run.document.name if run.document else ""
    note = KEPT if run.note else ""
    when = in_oslo(run.recorded_at)
    known = [run.get_rung_display(), SAYS if run.found else ""]
    return [run.ran_on, run.get_outcome_display(), *known, is_latest, note, document, run.recorded_by.name, when]


@pytest.mark.parametrize("query", ["", "?kind=tests", "?who=system", "?kind=x&who=x&page=3"])
def test_the_history(cast: Cast, journey: Journey, query: str) -> None:
    """All of it, not a page of it; what its page leaves out by its filters is left out."""
    Event.objects.create(
        integration=journey.integration, actor=cast.lead, kind="paused", reason=ODD, at=timezone.now(), subject="=x"
    )
    Event.objects.create(integration=journey.integration, kind="production_disabled", to_value=ODD)
    events = journey.integration.events.select_related("actor")
    if query == "?kind=tests":
        events = events.filter(kind__in=kinds_of(Family.TESTS))
    if query == "?who=system":
        events = events.filter(actor=None)
    with override("nb"):
        rows = [_event(one) for one in events]
    assert 0 < len(rows) <= journey.integration.events.count()
    require_exported(cast, journey, "history", rows, query)


def _event(one: Event) -> list[Any]:
    who, formatter = one.actor.name if one.actor else "Systemet", formatter_of(one.kind)
    values = [formatter.value(one.from_value), formatter.value(one.to_value), one.reason]
    told = [who, formatter.sentence(one, who), one.get_kind_display(), formatter.subject(one.subject), *values]
    return [in_oslo(one.at), *(text.replace(ODD, KEPT) for text in told)]


def test_the_people(cast: Cast, journey: Journey) -> None:
    add_observer(journey, cast.observer)
    invited = workflow.invite(journey.integration, by=cast.manager, name="Ida", email="ida@fjordvik.example", roles=[])
    gone = journey.integration.members.get(user=cast.observer)
    journey.integration.members.filter(user=cast.contract).update(name="Åse Østli-Æsel")
    workflow.remove_member(journey.integration, gone.pk, by=cast.manager)
    rows = [
        ["Bjørn Forretning", cast.owner.email, "Forretningsansvarlig"],
        ["Kari Prosjekt", cast.manager.email, "Prosjektleder"],
        ["Terje Teknisk", cast.lead.email, "Teknisk ansvarlig"],
        ["Åse Østli-Æsel", cast.contract.email, "Kontraktsansvarlig"],
    ]
    dated = [[*row, today(), today(), None] for row in rows]
    dated.insert(1, ["Ida", invited.user.email, "", today(), None, None])
    dated.append(["Olga Observatør", "", "", None, None, today()])
    require_exported(cast, journey, "people", dated)


def test_a_file_says_what_it_holds_and_of_which_day(cast: Cast, journey: Journey) -> None:
    reference, day = journey.integration.reference, today().isoformat()
    for page in ("plan", "scenarios", "history", "people"):
        for ending in ("xlsx", "csv"):
            answer = cast.client(cast.manager).get(f"/i/{reference}/{page}/export/{ending}/")
            named = f'attachment; filename="{reference}-{page}-{day}.{ending}"'
            assert answer["Content-Disposition"] == named
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cache-Control"] == "private, no-store"
            assert body(answer)


def test_a_file_is_in_its_readers_language_also_when_it_is_read_later(cast: Cast, journey: Journey) -> None:
    User.objects.filter(pk=cast.manager.pk).update(language="nn")
    address = f"/i/{journey.integration.reference}/plan/export/"
    answer: Any = cast.client(cast.manager).get(f"{address}csv/")
    with override("en"):
        told = by_csv(b"".join(answer.streaming_content))
    assert told[0][0] == "Milepæl"
    assert told[1][1] == "Godkjend"
    assert by_openpyxl(exported(cast.client(cast.manager), address, "xlsx"))[1][1] == "Godkjend"
