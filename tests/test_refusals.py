"""Each refusal has its page: what is missing with links, what it is like now, who has the right."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from milestones import workflow
from milestones.demo import Journey
from milestones.models import CatalogueScenario, Event, Integration
from milestones.process import Accord
from tests.cast import Cast
from tests.made_once import made_once
from tests.running.outages import SECRET, no_database


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    return journey


def test_a_closed_gate_answers_409_with_a_link_for_each_thing_that_is_missing(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}"
    answer = cast.client(cast.manager).post(f"{address}/milestones/1/submit/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [unmet.code for unmet in answer.context["unmet"]] == ["1.1", "1.3", "1.4"]
    for place in ("agreement/#record-kind", "services/#form-sms", "accounts/#form-test_account_id"):
        assert f'href="{address}/{place}"' in page


def test_a_lost_race_answers_409_and_shows_the_state_as_it_is_now(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    address = f"/i/{journey.integration.reference}/milestones/1/approve/"
    seen = {"seen": workflow.version_of(journey.integration)}
    assert cast.client(cast.staff).post(address, seen).status_code == 302
    answer = cast.client(cast.other_staff).post(address, seen)
    assert answer.status_code == 409
    assert [step["state"] for step in answer.context["here"].steps][:2] == ["approved", "in_progress"]


def test_an_old_page_cannot_approve_a_newer_submission(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    seen = {"seen": workflow.version_of(journey.integration)}
    workflow.withdraw(journey.integration, 1, by=cast.manager)
    workflow.submit(journey.integration, 1, by=cast.lead)
    address = f"/i/{journey.integration.reference}/milestones/1/"
    staff = cast.client(cast.staff)
    assert staff.post(f"{address}approve/", seen).status_code == 409
    assert staff.post(f"{address}approve/").status_code == 409
    shown = staff.get(address).context["here"].version
    assert staff.post(f"{address}approve/", {"seen": shown}).status_code == 302


def test_an_old_page_cannot_agree_to_what_it_did_not_show(cast: Cast, journey: Journey) -> None:
    journey.plan()
    address = f"/i/{journey.integration.reference}/agree/plan/"
    for version in ("1", "", "x", "-1", "99999999999999999999"):
        assert (
            cast.client(cast.manager).post(address, {"agree-version": version, "version": version}).status_code == 409
        )
    assert journey.integration.accords.get(subject=Accord.PLAN).complete


def test_errors_stand_by_the_field_and_keep_what_was_typed(cast: Cast, journey: Journey) -> None:
    before = Event.objects.count()
    answer = cast.client(cast.manager).post(
        f"/i/{journey.integration.reference}/people/",
        {"name": "Åse Ærlig", "email": "not an address", "roles": ["observer", "emperor"]},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Åse Ærlig"' in page
    assert 'value="not an address"' in page
    assert 'id="invite-email_error"' in page
    assert 'href="#invite-email"' in page
    assert Event.objects.count() == before


def test_a_replayed_form_is_refused_or_harmless(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    address = f"/i/{journey.integration.reference}"
    check = {"confirmed_on": "2026-01-02", "note": ""}
    codes = [cast.client(cast.lead).post(f"{address}/checklist/2.1/", check).status_code for _ in range(2)]
    assert codes == [302, 409]


@pytest.mark.parametrize("number", ["123456789", "98466118", "984 661 186", "abc", "9846611850"])
def test_intake_checks_the_organisation_number(cast: Cast, number: str) -> None:
    answer = cast.client(cast.staff).post("/integrations/new/", _intake(number=number))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"number"}
    assert not Integration.objects.exists()


def test_whoever_sends_through_a_partner_needs_no_integration(cast: Cast) -> None:
    answer = cast.client(cast.staff).post("/integrations/new/", {"route": "partner"})
    assert answer.status_code == 200
    assert not Integration.objects.exists()


def test_intake_refuses_staff_as_project_manager_by_the_field(cast: Cast) -> None:
    answer = cast.client(cast.staff).post("/integrations/new/", _intake(manager_email=cast.other_staff.email))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"manager_email"}
    assert not Integration.objects.exists()


def test_a_member_who_takes_in_an_integration_becomes_its_project_manager(cast: Cast) -> None:
    answer = cast.client(cast.manager).post("/integrations/new/", _intake())
    assert answer.status_code == 302
    assert Integration.objects.get().members.get().user == cast.manager


def test_editing_the_catalogue_keeps_the_translation_of_what_was_not_changed(cast: Cast) -> None:
    entry = CatalogueScenario.objects.in_force().get(code="T03")
    page = cast.client(cast.staff).get("/catalogue/T03/")
    shown = {name: page.context["form"].initial[name] for name in ("title", "passes_when", "expected_id")}
    assert shown["title"] == "Identifisere med fødselsnummer"
    answer = cast.client(cast.staff).post(
        "/catalogue/T03/", shown | {"interface": "api", "condition": "always", "least_rung": "said"}
    )
    assert answer.status_code == 302
    edited = CatalogueScenario.objects.in_force().get(code="T03")
    assert (edited.interface, edited.title, edited.passes_when) == ("api", entry.title, entry.passes_when)


@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize("signed_in", [True, False])
def test_what_does_not_exist_is_told_in_the_products_own_words(
    cast: Cast, settings: Any, demo: bool, signed_in: bool
) -> None:
    """In the demo too, which runs in debug: Django's own page would show every address there is."""
    settings.DEBUG = settings.DEMO = demo
    client = cast.client(cast.manager) if signed_in else Client()
    answer = client.get("/there/is/no/such/")
    assert answer.status_code == 404
    assert "Denne siden finnes ikke" in answer.content.decode()
    assert "URLconf" not in answer.content.decode()


def test_in_the_demo_an_error_shows_none_of_the_code(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = settings.DEMO = True
    monkeypatch.setattr(workflow, "create_integration", None)
    client = cast.client(cast.manager)
    client.raise_request_exception = False
    answer = client.post("/integrations/new/", _intake())
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()


def test_the_error_summary_names_each_field_once(cast: Cast) -> None:
    sent = {"route": "", "number": "123 456 789"}
    page = cast.client(cast.staff).post("/integrations/new/", sent).content.decode()
    assert ">Svar på «Hvordan skal dokumentene komme til Digipost?»</a>" in page
    assert ">Skriv inn navnet på virksomheten</a>" in page
    assert ">Organisasjonsnummer: Dette er ikke et gyldig organisasjonsnummer." in page
    assert "?:" not in page


def test_the_next_moves_say_what_is_mine_and_who_has_the_rest(cast: Cast, journey: Journey) -> None:
    page = cast.client(cast.contract).get(f"/i/{journey.integration.reference}/").content.decode()
    mine, others = (page.index(f'id="{part}"') for part in ("next", "others"))
    on_others = page[others : page.index('id="tasks"')]
    assert "/agreement/#record-kind" in page[mine:others]
    assert "Kontraktsansvarlig" not in on_others
    assert f"({cast.owner.name})" in " ".join(on_others.split())


def test_what_settles_a_long_list_stands_above_it(cast: Cast, journey: Journey) -> None:
    journey.solution()
    page = cast.client(cast.lead).get(f"/i/{journey.integration.reference}/scenarios/").content.decode()
    page = page[page.index("<main") :]
    button, count, first = (page.index(part) for part in ("/scenarios/basic/", "<summary>", "T01 "))
    assert button < count < first


def _intake(**changes: str) -> dict[str, str]:
    return {
        "route": "direct",
        "number": "984 661 185",
        "organisation": "Fjordvik kommune",
        "sender_kind": "sender",
        "name": "Brev",
        "manager_name": "Kari",
        "manager_email": "kari@fjordvik.example",
        **changes,
    }


@pytest.mark.parametrize("signed_in", [True, False])
def test_while_the_database_is_away_a_page_says_so_and_asks_nobody(
    cast: Cast, caplog: pytest.LogCaptureFixture, *, signed_in: bool
) -> None:
    """Neither the language nor the log can ask who reads it; the log tells of it all the same."""
    browser = Client(raise_request_exception=False)
    if signed_in:
        browser.force_login(cast.lead)
    else:
        browser.cookies[settings.SESSION_COOKIE_NAME] = "nobody-knows-this-session"
    with no_database():
        answer = browser.get("/integrations/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert [one for one in caplog.messages if "request_failed" in one]
    page = answer.content.decode()
    assert "Prøv igjen om litt" in page
    assert SECRET not in page
    assert browser.get("/integrations/").status_code in (200, 302)


def test_what_the_database_refuses_is_a_fault_of_ours(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there, and does not know what we ask for."""

    def unknown(*_args: object, **_more: object) -> None:
        raise OperationalError("no such column")

    browser = Client(raise_request_exception=False)
    browser.force_login(cast.lead)
    monkeypatch.setattr("milestones.views.my_work.work_of", unknown)
    assert browser.get("/").status_code == 500
