"""Erasing touches the columns that are listed as people's own words: all of these, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models

from milestones import append_only, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.evidence.certificates import read
from milestones.evidence.files import Read, Unplaced
from milestones.evidence.reports import Report, ReportedTest, Result
from milestones.models import (
    ApiAnswer,
    Document,
    Event,
    EventKind,
    Import,
    MailLine,
    Notice,
    NoticeReceipt,
    ProposedResults,
    RoleHolding,
    Scenario,
)
from milestones.personal import records
from milestones.personal.columns import (
    CODES,
    EVENTS,
    WORDS,
    address,
    each,
    file_name,
    file_names,
    found,
    params,
    readings_of,
    words,
)
from milestones.personal.texts import HISTORY
from milestones.process import ChangeKind, Environment, Role
from tests.api.calling import a_token
from tests.cast import Cast
from tests.evidence.certifying import a_certificate, file_with, named, pem
from tests.importing import add_carried_over
from tests.personal.common import erase, leave, named_everywhere, stands_somewhere

NAME = "Terje Teknisk"


def swapped(text: str) -> str:
    return text.replace(NAME, "?")


def test_every_column_of_text_is_listed_once_as_words_or_as_codes() -> None:
    texts = (models.CharField, models.TextField, models.JSONField, models.FileField)
    for model in records.models_of():
        held = {one.name for one in model._meta.concrete_fields if isinstance(one, texts) and not one.choices}
        as_words, as_codes = set(WORDS.get(model, ())), set(CODES.get(model, ()))
        assert as_words | as_codes == held, f"{model.__name__}: list its columns in personal/columns.py"
        assert not as_words & as_codes, model.__name__


def test_every_kind_of_event_is_decided() -> None:
    assert set(EVENTS) == set(EventKind), "say in personal/columns.py which columns of it hold people's words"
    assert {name for columns in EVENTS.values() for name in columns} == {"subject", "from_value", "to_value"}


def test_every_model_with_words_is_reached() -> None:
    """Through an integration, or across them: a new model with words must be one or the other."""
    assert {model for model in WORDS if not records.path_to_integration(model)} == {Import, Notice}
    assert records.path_to_integration(MailLine) == "integration"
    assert records.path_to_integration(RoleHolding) == "member__integration"
    assert records.path_to_integration(NoticeReceipt) == "integration"


def test_how_each_kind_of_column_is_read() -> None:
    assert words(f"Ring {NAME}", swapped, 6) == "Ring ?"
    assert file_name(f"{NAME}.pdf", swapped, 200) == "?.pdf"
    assert file_name("x" * 30 + f"{NAME}.pdf", lambda text: text + "y" * 30, 20) == "x" * 16 + ".pdf"
    assert file_name("Mai.Mai", lambda text: text.replace("Mai", "?"), 200) == "?.Mai"
    pairs = [
        ["title", NAME],
        ["service", NAME],
        ["scenario", f"T01 {NAME}"],
        ["scenario", f"E01 {NAME}"],
        ["count", "1"],
    ]
    assert params(pairs, swapped) == [
        ["title", "?"], ["service", NAME], ["scenario", f"T01 {NAME}"], ["scenario", "E01 ?"], ["count", "1"],
    ]  # fmt: skip
    attached = [{"name": f"{NAME}.xml", "type": NAME, "size": 12}]
    assert each(name=file_name)(attached, swapped, None) == [{"name": "?.xml", "type": NAME, "size": 12}]


@pytest.mark.parametrize(
    ("kind", "subject", "held"),
    [
        (EventKind.MILESTONE_APPROVED, "1", set()),
        (EventKind.MEMBER_INVITED, NAME, {"subject"}),
        (EventKind.CONFIRMED, "2.1", set()),
        (EventKind.CONFIRMED, f"Spør {NAME}", {"subject"}),
        (EventKind.SCENARIO_ADDED, "T01", set()),
        (EventKind.SCENARIO_ADDED, "E01", {"to_value"}),
        (EventKind.ACCOUNT_RECORDED, "test_account_id", set()),
        (EventKind.SOLUTION_DESCRIBED, "interface", set()),
        (EventKind.SOLUTION_DESCRIBED, "sending", {"from_value", "to_value"}),
        (EventKind.MEETING_CHANGED, "kickoff 2026-09-01 held_on", set()),
        (EventKind.MEETING_REPLANNED, "kickoff 17 starts_at", set()),
        (EventKind.MEETING_REPLANNED, "kickoff 17 place", {"from_value", "to_value"}),
        (EventKind.MEETING_CHANGED, "kickoff 2026-09-01 minutes", {"from_value", "to_value"}),
    ],
)
def test_what_of_an_event_is_words(kind: EventKind, subject: str, held: set[str]) -> None:
    assert set(readings_of(Event, {"kind": kind, "subject": subject})) == held | {"reason"}


def test_the_catalogues_scenarios_in_a_set_are_no_words() -> None:
    assert not readings_of(Scenario, {"code": "T01"})
    assert set(readings_of(Scenario, {"code": "E01"})) == {"title", "passes_when"}


def test_every_column_of_words_is_rewritten(cast: Cast, journey: Journey) -> None:
    """The name, in a spelling of its own, in each of the columns that are listed."""
    _fill_every_table(cast, journey)
    spellings = [f"Etter avtale, {NAME.upper()}", "Teknisk,  Terje", "terje_teknisk.pdf", "Terje\u00a0Teknisks"]
    filled: dict[Any, tuple[int, dict[str, Any]]] = {}
    for at, model in enumerate(WORDS):
        row: Any = model._default_manager.filter(**_free_of_codes(model)).latest("pk")
        columns = readings_of(model, vars(row))
        values: dict[str, Any] = {
            name: _value(reading, spellings[at % 4], cast.lead.email) for name, reading in columns.items()
        }
        if history := HISTORY.get(model):
            append_only.rewrite(connection, [(int(row.pk), values)], history)
        else:
            model._default_manager.filter(pk=row.pk).update(**values)
        filled[model] = row.pk, values
    leave(cast, journey, cast.lead)
    erase(cast.lead, cast.staff)
    for model, (pk, values) in filled.items():
        stored = model._default_manager.filter(pk=pk).values(*values).first()
        kept = {name for name, value in values.items() if stored and stored[name] == value}
        assert (model.__name__, kept) == (model.__name__, set())
    assert stands_somewhere(cast.lead.email, NAME, *spellings) == []


def _free_of_codes(model: type[models.Model]) -> dict[str, Any]:
    held: dict[Any, dict[str, Any]] = {Event: {"kind": EventKind.DEVIATION_OPENED}, Scenario: {"code": "E01"}}
    return held.get(model, {})


def _value(reading: Any, spelling: str, email: str) -> object:
    in_a_report = {"format": "JUnit XML", "file": spelling, "failed": 1, "names": [spelling]}
    proposed = WORDS[ProposedResults]
    held: dict[Any, object] = {
        address: email,
        params: [["title", spelling], ["count", "1"]],
        WORDS[Document]["attachments"]: [{"name": spelling, "type": "text/plain", "size": 1}],
        WORDS[Document]["signatures"]: [{"signer": spelling, "at": "", "intact": True, "whole": True, "added": ""}],
        file_names: [spelling],
        found: in_a_report,
        proposed["results"]: [{"code": "T07", "found": in_a_report}],
        proposed["unplaced"]: [{"what": spelling, "why": "–"}],
        WORDS[ApiAnswer]["body"]: {"unplaced": [{"what": spelling, "why": "–"}]},
    }
    return held.get(reading, spelling)


def _fill_every_table(cast: Cast, journey: Journey) -> None:
    """A row in each table that has words."""
    integration = journey.integration
    named_everywhere(cast, journey, cast.lead)
    comment = workflow.add_comment(integration, "milestone-1", by=cast.manager, text="Et ord")
    workflow.edit_comment(integration, comment.pk, by=cast.manager, text="Et annet")
    add_carried_over(integration)
    said: Any = {"kind": ChangeKind.VERSION, "description": "Ny versjon", "retest_by": today()}
    change = workflow.declare_change(integration, by=cast.manager, **said)
    workflow.withdraw_change(integration, change.pk, by=cast.manager, reason="Utsatt")
    workflow.reopen(integration, 5, by=cast.staff, reason="Mangler")
    item = workflow.add_item(
        integration, by=cast.manager, milestone=5, title="Avklar", description="", required=True,
        stands_on=Role.PROJECT_MANAGER,
    )  # fmt: skip
    certificate = read(file_with(pem(a_certificate(named("Leverandør")))))
    workflow.upload_certificate(integration, by=cast.lead, certificate=certificate, reason="Leverandørens")
    workflow.grant_exception(integration, item.key, by=cast.staff, reason="Avtalt")
    token = a_token(journey, cast.manager)
    answer = {"unplaced": [{"what": "rapport.xml", "why": "Tom"}]}
    ApiAnswer.objects.create(token=token, key="a", digest="b", claim="c", until=token.expires_at, body=answer)
    report = Report("JUnit XML", None, [ReportedTest.called("t01", Result.PASSED)])
    files = [Read("rapport.xml", "0" * 64, report=report, unplaced=(Unplaced("rapport.xml", "–"),))]
    workflow.propose_results(integration, Environment.TEST, by=cast.lead, files=files)
    workflow.add_scenario(
        integration, by=cast.manager, environment=Environment.PRODUCTION, code="E01", title="Eget", passes_when="Slik",
        required=False,
    )  # fmt: skip
