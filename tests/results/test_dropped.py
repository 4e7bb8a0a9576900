"""Files that are dropped on the page of a set: read, proposed, and recorded only when somebody says so."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import conditional_escape

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.evidence.files import MOST_FILES
from milestones.evidence.proposing import MOST_UNPLACED
from milestones.exports.scenarios import scenarios_table
from milestones.models import Attestation, EventKind, ScenarioRun, User
from milestones.process import Accord, Environment, Outcome
from tests.cast import Cast
from tests.evidence import bodies
from tests.made_once import made_once
from tests.results.sending import answers, captured, counting, drop, junit, plain, proposal, record, refused

pytestmark = pytest.mark.django_db


def test_nothing_is_recorded_before_somebody_says_so(cast: Cast, journey: Journey) -> None:
    assert drop(cast, journey, junit()).status_code == 302
    assert [(one["code"], one["outcome"], one["rung"]) for one in proposal(journey).results] == [
        ("T07", "passed", "document"), ("T08", "failed", "document"),
    ]  # fmt: skip
    assert not ScenarioRun.objects.exists()
    assert not journey.integration.events.filter(kind=EventKind.RUN_RECORDED).exists()


def test_what_is_picked_is_recorded_and_no_scenario_is_made(cast: Cast, journey: Journey) -> None:
    before = set(journey.integration.scenarios.values_list("code", flat=True))
    drop(cast, journey, junit())
    assert record(cast, journey, "T07").status_code == 302
    assert counting(journey) == {"T07": ("passed", "document")}
    run = ScenarioRun.objects.get()
    assert run.found == {
        "format": "JUnit XML", "file": "file-0.xml", "passed": 1, "skipped": 0, "failed": 0, "names": [],
    }  # fmt: skip
    assert set(journey.integration.scenarios.values_list("code", flat=True)) == before


def test_what_could_not_be_placed_is_told_and_why(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, junit(), b"\x00nothing that can be read")
    page = plain(cast.client(cast.lead).get(f"/i/{journey.integration.reference}/scenarios/results/test/").content)
    for told in (
        "T99",
        "Settet har ikke noe scenario med denne ID-en",
        "1 test nevner ikke noe scenario",
        "hoppet over",
    ):
        assert told in page, told
    assert any(one["what"] == "file-1.xml" for one in proposal(journey).unplaced)


def test_why_a_file_was_not_placed_is_kept_in_the_language_of_all(cast: Cast, journey: Journey) -> None:
    User.objects.filter(pk=cast.lead.pk).update(language="en")
    drop(cast, journey, b"PK\x03\x04 a zip of something else", junit({"t07_letter": "", "t99_new": ""}))
    assert [one["why"] for one in proposal(journey).unplaced] == [
        "Zip-filen er skadet. Hent den på nytt, og send den uendret.",
        "Settet har ikke noe scenario med denne ID-en. Ingenting legges til i det.",
    ]


def test_of_what_could_not_be_placed_the_page_says_how_much_more_there_is(cast: Cast, journey: Journey) -> None:
    unknown = {f"t{number}_new": "" for number in range(30, 100)} | {"t07_letter": "<skipped/>"}
    drop(cast, journey, junit(unknown), junit(unknown | {"t08_attachments": ""}))
    told = proposal(journey).unplaced
    assert len(told) == MOST_UNPLACED + 1
    assert told[-1]["why"] == "42 til kunne ikke plasseres."


def test_more_files_than_are_read_in_one_go_is_told_to_who_chose_them(cast: Cast, journey: Journey) -> None:
    User.objects.filter(pk=cast.lead.pk).update(language="en")
    answer = drop(cast, journey, *[b"x"] * (MOST_FILES + 1))
    assert (answer.status_code, "Choose between 1 and 50 files." in plain(answer.content)) == (422, True)


def test_files_that_show_nothing_are_told_by_the_field_and_nothing_waits(cast: Cast, journey: Journey) -> None:
    page = refused(drop(cast, journey, b"nothing that can be read", junit({"t99_new": ""})))
    for told in (
        "file-0.xml: Dette er ikke en testrapport som kan leses.",
        "file-1.xml: T99: Settet har ikke noe scenario med denne ID-en.",
    ):
        assert told in page, told
    assert not journey.integration.proposed_results.exists()


def test_who_had_files_read_is_led_to_what_they_show(cast: Cast, journey: Journey) -> None:
    answer = drop(cast, journey, junit())
    assert answer["Location"].endswith(f"/scenarios/results/test/#read-{proposal(journey).pk}")
    page = plain(cast.client(cast.lead).get(answer["Location"]).content)
    assert "Filene er lest. Se gjennom det de viser, og registrer det." in page
    assert "Neste for deg" not in page


def test_what_is_not_marked_goes_and_the_page_says_so(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, junit())
    page = plain(cast.client(cast.lead).get(f"/i/{journey.integration.reference}/scenarios/results/test/").content)
    assert "Det som ikke er merket, blir ikke registrert" in page


def test_a_zip_of_test_reports_is_told_to_be_unpacked(cast: Cast, journey: Journey) -> None:
    zipped = bodies.zipped(("TEST-a.xml", junit().decode()))
    assert "Pakk ut testrapportene først" in refused(drop(cast, journey, zipped))


def test_signed_answers_prove_what_the_oracle_says(cast: Cast, journey: Journey) -> None:
    drop(
        cast,
        journey,
        answers(captured(bodies.delivery(attachments=2)), captured(bodies.error("DUPLICATE_MESSAGE"), status=409)),
    )
    record(cast, journey)
    assert counting(journey) == dict.fromkeys(("T01", "T07", "T08", "T16"), ("passed", "signed"))
    assert Attestation.objects.count() == 2
    kept = Attestation.objects.get(signed_text__startswith="200\n/messages\n")
    assert kept.shows.count() >= 1


def test_who_reads_a_run_sees_what_digipost_signed(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.delivery())))
    record(cast, journey, "T07")
    kept, scenario = Attestation.objects.get(), journey.integration.scenarios.get(code="T07")
    for reader in (cast.manager, cast.staff):
        page = cast.client(reader).get(f"/i/{journey.integration.reference}/scenarios/{scenario.pk}/")
        assert "Hva Digipost signerte" in plain(page.content)
        for told in (kept.signed_text.splitlines()[1], kept.signature, kept.fingerprint):
            assert conditional_escape(told) in page.content.decode()


def test_who_reads_a_run_sees_what_the_receipt_says(cast: Cast, journey: Journey) -> None:
    now = clock.now().isoformat(timespec="seconds")
    drop(cast, journey, bodies.receipt(letters=[("SENDT", "WEB", "")], start=now, end=now).encode())
    record(cast, journey, "T07")
    kept, scenario = Attestation.objects.get(), journey.integration.scenarios.get(code="T07")
    page = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/scenarios/{scenario.pk}/")
    assert "Hva kvitteringen sier" in plain(page.content)
    assert kept.about in page.content.decode()


def test_a_receipt_stands_above_a_report_and_below_a_signed_answer(cast: Cast, journey: Journey) -> None:
    now = clock.now().isoformat(timespec="seconds")
    receipt = bodies.receipt(letters=[("SENDT", "WEB", "")], start=now, end=now).encode()
    drop(cast, journey, junit({"t07": "<failure/>"}), receipt)
    best = {one["code"]: (one["outcome"], one["rung"]) for one in proposal(journey).results}
    assert best["T07"] == ("passed", "receipt")


def test_the_same_answer_proves_once_and_for_one_integration(cast: Cast, journey: Journey) -> None:
    answer = answers(captured(bodies.delivery()))
    drop(cast, journey, answer)
    waiting = proposal(journey).pk
    record(cast, journey)
    drop(cast, journey, answer, junit({"t07": ""}))
    assert [one["rung"] for one in proposal(journey).results] == ["document"]
    assert len(proposal(journey).unplaced) == 1
    assert record(cast, journey, pk=waiting).status_code == 409, "it is recorded already"


def test_two_proposals_of_one_answer_record_it_once(cast: Cast, journey: Journey) -> None:
    answer = answers(captured(bodies.delivery()))
    drop(cast, journey, answer)
    first = proposal(journey).pk
    drop(cast, journey, answer, junit({"t10": ""}))
    assert record(cast, journey, pk=first).status_code == 302
    assert record(cast, journey).status_code == 422
    assert Attestation.objects.count() == 1


def test_an_answer_from_before_the_set_was_agreed_on_proves_nothing(cast: Cast, journey: Journey) -> None:
    early = clock.now().replace(microsecond=0) - datetime.timedelta(days=400)
    answer = drop(cast, journey, answers(captured(bodies.delivery(), at=early)))
    assert "fra før begge parter godtok scenariosettet" in refused(answer)


def test_a_signed_failure_beats_what_is_said(cast: Cast, journey: Journey) -> None:
    scenario = journey.integration.scenarios.get(code="T07")
    workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=clock.today(), outcome=Outcome.PASSED)
    drop(cast, journey, answers(captured(bodies.error("UNKNOWN_RECIPIENT"), status=400, scenario="T07")))
    record(cast, journey, "T07")
    assert counting(journey)["T07"] == ("failed", "signed")
    page = cast.client(cast.lead).post(
        f"/i/{journey.integration.reference}/scenarios/{scenario.pk}/",
        {"outcome": "passed", "ran_on": str(clock.today())},
    )
    assert page.status_code == 422
    assert "Bare et nyere signert svar fra Digipost kan endre det" in plain(page.content)
    drop(cast, journey, answers(captured(bodies.delivery())))
    record(cast, journey, "T07")
    assert counting(journey)["T07"] == ("passed", "signed")


def test_what_is_let_go_is_gone(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, junit())
    address = f"/i/{journey.integration.reference}/scenarios/results/{proposal(journey).pk}/discard/"
    assert cast.client(cast.lead).post(address).status_code == 302
    assert record(cast, journey, "T07").status_code in (404, 409)
    assert not ScenarioRun.objects.exists()


def test_a_scenario_that_left_the_set_meanwhile_stops_all_of_it(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, junit())
    scenario = journey.integration.scenarios.get(code="T07")
    workflow.remove_scenario(journey.integration, scenario.pk, by=cast.lead)
    assert record(cast, journey).status_code == 409
    assert not ScenarioRun.objects.exists()


def test_who_approved_the_tests_records_none(cast: Cast, journey: Journey) -> None:
    assert drop(cast, journey, junit(), who="staff").status_code == 403
    assert drop(cast, journey, junit(), who="manager").status_code == 403
    assert drop(cast, journey, junit(), who="stranger").status_code == 404


def test_nothing_is_read_for_production_before_it_was_opened(cast: Cast, journey: Journey) -> None:
    assert drop(cast, journey, junit(), environment="production").status_code == 409


def test_nobody_who_is_named_in_an_answer_is_kept(cast: Cast, journey: Journey) -> None:
    drop(
        cast,
        journey,
        answers(captured(bodies.delivery(attachments=1)), captured(bodies.events("OPENED"), path="/events")),
    )
    record(cast, journey)
    kept = [str(list(model.objects.values())) for model in (Attestation, ScenarioRun, type(proposal(journey)))]
    kept += [str(list(journey.integration.events.values()))]
    assert not [name for name in bodies.PLANTED for text in kept if name in text]


def test_the_account_is_attested(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.sender_information())))
    record(cast, journey, "1.4")
    event = journey.integration.events.get(kind=EventKind.ACCOUNT_ATTESTED)
    assert (event.subject, event.to_value) == (Environment.TEST, "known")
    page = plain(cast.client(cast.manager).get(f"/i/{journey.integration.reference}/accounts/").content)
    assert "Signert av Digipost" in page
    assert "registrert av Terje Teknisk" in page


def test_a_forged_answer_and_one_by_another_key_prove_nothing(cast: Cast, journey: Journey) -> None:
    forged = captured(bodies.delivery(status="NOT_COMPLETE"))
    forged["body_base64"] = captured(bodies.delivery())["body_base64"]
    answer = drop(cast, journey, answers(forged, captured(bodies.delivery(), key="another")))
    assert refused(answer).count("Signaturen passer ikke til svaret") >= 2


def test_after_a_month_it_is_forgotten_and_what_it_proved_stays(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.delivery())))
    record(cast, journey)
    runs = ScenarioRun.objects.count()
    assert workflow.forget_old_results() == 0
    with time_machine.travel(clock.now() + datetime.timedelta(days=31)):
        assert workflow.forget_old_results() == 1
    assert (ScenarioRun.objects.count(), Attestation.objects.count()) == (runs, 1)


def test_a_long_number_in_a_tests_name_is_not_kept(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, junit({"t03_identify_01017012345": "<failure/>"}))
    record(cast, journey)
    assert ScenarioRun.objects.get().found["names"] == ["t03_identify_…"]


GIVEN = (
    "[Kari Nordmann, Storgata 1]", "(kari@example.no)", "[Kari (fjordvik)]", "[Kari", "(&quot;Ola (x) Kari&quot;)",
    " [1] Kari, Storgata 1", " &quot;Kari&quot;", "(:) Kari",
)  # fmt: skip


@pytest.mark.parametrize("data", GIVEN)
def test_nor_is_what_a_test_was_given(cast: Cast, journey: Journey, data: str) -> None:
    drop(cast, journey, junit({f"t03_identify{data}": "<failure/>"}))
    record(cast, journey)
    (name,) = ScenarioRun.objects.get().found["names"]
    assert re.fullmatch("t03_identify ?…", name)


def test_nor_is_a_long_number_in_a_files_name(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/scenarios/results/test/"
    file = SimpleUploadedFile("kvittering-01017012345.xml", junit({"t03": "", "t99": ""}))
    cast.client(cast.lead).post(address, {"results": [file]})
    record(cast, journey)
    assert ScenarioRun.objects.get().found["file"] == "kvittering-….xml"
    assert "01017012345" not in str(list(journey.integration.proposed_results.values()))


def test_nor_is_it_got_round_by_saying_once_more_that_it_failed(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.error("UNKNOWN_RECIPIENT"), status=400, scenario="T07")))
    record(cast, journey, "T07")
    scenario = journey.integration.scenarios.get(code="T07")
    address = f"/i/{journey.integration.reference}/scenarios/{scenario.pk}/"
    said = [{"outcome": outcome, "ran_on": str(clock.today())} for outcome in (Outcome.FAILED, Outcome.PASSED)]
    assert [cast.client(cast.lead).post(address, one).status_code for one in said] == [302, 422]
    drop(cast, journey, junit({"t07_letter": ""}))
    assert record(cast, journey, "T07").status_code == 422


# --- What the files say of one scenario


def minutes_ago(minutes: int) -> datetime.datetime:
    return clock.now().replace(microsecond=0) - datetime.timedelta(minutes=minutes)


def proposed(journey: Journey) -> dict[str, tuple[str, str]]:
    return {one["code"]: (one["outcome"], one["rung"]) for one in proposal(journey).results}


def told_of(journey: Journey) -> str:
    """What could not be placed, as it is told."""
    return " ".join(f"{one['what']} {one['why']}" for one in proposal(journey).unplaced)


def test_a_word_on_the_account_from_before_the_set_was_agreed_shows_no_scenario(cast: Cast, journey: Journey) -> None:
    early = clock.now().replace(microsecond=0) - datetime.timedelta(days=400)
    drop(cast, journey, answers(captured(bodies.sender_information(), at=early)))
    assert (proposed(journey), proposal(journey).unplaced) == ({"1.4": ("passed", "signed")}, [])
    drop(cast, journey, answers(captured(bodies.sender_information())))
    assert set(proposed(journey)) == {"1.4", "T01"}


def test_a_word_on_another_senders_account_is_told(cast: Cast, journey: Journey) -> None:
    early = clock.now().replace(microsecond=0) - datetime.timedelta(days=400)
    answer = drop(cast, journey, answers(captured(bodies.sender_information(sender="700456"), at=early)))
    assert "en annen avsender" in refused(answer)


@made_once
def long_agreed(journey: Journey) -> Journey:
    """The set was agreed on an hour ago."""
    accord = journey.integration.accords.get(subject=Accord.SCENARIOS)
    ago = clock.now() - datetime.timedelta(hours=1)
    type(accord).objects.filter(pk=accord.pk).update(sender_at=ago, digipost_at=ago)
    return journey


def the_letter(minutes: int, status: str = "DELIVERED") -> dict[str, object]:
    """An answer that was captured for T07."""
    return captured(bodies.delivery(status), scenario="T07", at=minutes_ago(minutes))


@pytest.mark.parametrize(
    ("captures", "outcome"),
    [
        ([(9, "NOT_COMPLETE"), (5, "DELIVERED")], "passed"),
        ([(5, "DELIVERED"), (9, "NOT_COMPLETE")], "passed"),
        ([(9, "DELIVERED"), (5, "NOT_COMPLETE")], "failed"),
        ([(9, "DELIVERED"), (5, "NOT_COMPLETE"), (1, "DELIVERED")], "passed"),
        ([(9, "NOT_COMPLETE"), (5, "COMPLETE")], "failed"),
    ],
)
def test_of_answers_to_one_scenario_the_last_says_how_it_ended(
    cast: Cast, long_agreed: Journey, captures: list[tuple[int, str]], outcome: str
) -> None:
    drop(cast, long_agreed, answers(*[the_letter(*one) for one in captures]))
    assert proposed(long_agreed)["T07"] == (outcome, "signed")
    (result,) = (one for one in proposal(long_agreed).results if one["code"] == "T07")
    last = min(minutes for minutes, _status in captures)
    shown = datetime.datetime.fromisoformat(result["found"]["at"])
    assert abs(shown - minutes_ago(last)) < datetime.timedelta(seconds=30)


def test_a_receipt_does_not_outweigh_what_was_signed_against_it(cast: Cast, long_agreed: Journey) -> None:
    now = clock.now().isoformat(timespec="seconds")
    receipt = bodies.receipt(letters=[("SENDT", "WEB", "")], start=now, end=now).encode()
    drop(cast, long_agreed, receipt, answers(the_letter(5, "NOT_COMPLETE")))
    assert proposed(long_agreed)["T07"] == ("failed", "signed")


def test_a_test_that_failed_is_told_beside_what_digipost_says(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, junit({"t07_letter": "<failure/>"}), answers(captured(bodies.delivery())))
    assert proposed(journey)["T07"] == ("passed", "signed")
    assert "file-0.xml: T07" in told_of(journey)


def test_a_test_that_is_called_after_a_receipt_is_none(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, junit({"t07_letter leser masseutsendelse-resultat": ""}))
    assert proposed(journey) == {"T07": ("passed", "document")}


# --- What counts, of one day


def recorded(cast: Cast, journey: Journey, minutes: int, status: str) -> None:
    drop(cast, journey, answers(the_letter(minutes, status)))
    assert record(cast, journey, "T07").status_code == 302


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([(1, "NOT_COMPLETE"), (5, "DELIVERED")], "failed"),
        ([(1, "DELIVERED"), (5, "NOT_COMPLETE")], "passed"),
        ([(3, "NOT_COMPLETE"), (5, "DELIVERED"), (1, "DELIVERED")], "passed"),
        ([(3, "DELIVERED"), (1, "NOT_COMPLETE"), (5, "DELIVERED"), (2, "DELIVERED")], "failed"),
    ],
)
def test_of_what_digipost_signed_the_last_word_counts_however_late_another_is_found(
    cast: Cast, long_agreed: Journey, said: list[tuple[int, str]], counts: str
) -> None:
    for one in said:
        recorded(cast, long_agreed, *one)
    assert counting(long_agreed)["T07"] == (counts, "signed")
    exported = list(scenarios_table(long_agreed.integration).rows)
    (first,) = (row for row in exported if row[1] == "T07" and row[10])
    assert first[7] == Outcome(counts).label


def test_a_later_receipt_is_no_later_word_than_a_signed_failure(cast: Cast, long_agreed: Journey) -> None:
    now = clock.now().isoformat(timespec="seconds")
    drop(cast, long_agreed, bodies.receipt(letters=[("SENDT", "WEB", "")], start=now, end=now).encode())
    record(cast, long_agreed, "T07")
    recorded(cast, long_agreed, 5, "NOT_COMPLETE")
    assert counting(long_agreed)["T07"] == ("failed", "signed")


# --- What is refused of several


def test_what_is_refused_says_to_leave_it_unmarked(cast: Cast, long_agreed: Journey) -> None:
    recorded(cast, long_agreed, 5, "NOT_COMPLETE")
    drop(cast, long_agreed, junit({"t07_letter": "", "t08_attachments": ""}))
    page = record(cast, long_agreed, "T07", "T08")
    assert page.status_code == 422
    assert "La det stå umerket for å registrere de andre" in plain(page.content)
    assert record(cast, long_agreed, "T08").status_code == 302
    assert counting(long_agreed)["T08"] == ("passed", "document")


def test_the_page_asks_as_often_however_many_wait(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/scenarios/results/test/"
    asked = []
    for number in range(3):
        drop(cast, journey, junit({"t07_letter": "", f"t08_{number}": ""}))
        client = cast.client(cast.lead)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert len(set(asked)) == 1


# --- What a label says, and nobody signed


def test_the_answer_to_another_question_speaks_neither_for_nor_against_what_it_is_labelled(
    cast: Cast, journey: Journey
) -> None:
    drop(cast, journey, answers(captured(bodies.sender_information(), scenario="t07")))
    assert "T07" not in proposed(journey)
    drop(cast, journey, answers(captured(bodies.delivery("NOT_COMPLETE"), scenario="t07")))
    assert proposed(journey)["T07"] == ("failed", "signed")


def test_a_signed_failure_stands_when_its_scenario_leaves_the_set_and_comes_back(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.error("UNKNOWN_RECIPIENT"), status=400, scenario="T07")))
    record(cast, journey, "T07")
    scenario = journey.integration.scenarios.get(code="T07")
    workflow.remove_scenario(journey.integration, scenario.pk, by=cast.lead)
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    journey.agree(Accord.SCENARIOS)
    again = journey.integration.scenarios.current().get(code="T07")
    said: dict[str, Any] = {"ran_on": clock.today(), "outcome": Outcome.PASSED}
    with pytest.raises(ValidationError, match="T07"):
        workflow.record_run(journey.integration, again.pk, by=cast.lead, **said)
