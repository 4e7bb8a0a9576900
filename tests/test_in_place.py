"""What is next for somebody is done where they are told of it, with what it is judged by in sight."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from lxml import html

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Confirmation
from milestones.process import Accord, AgreementKind, Environment, ScopeMode, ServiceChoice
from milestones.views.in_place import WAYS
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def home(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/"


def in_place(client: Client, page: str) -> Any:
    return client.get(page).context["in_place"]


def card(client: Client, page: str) -> html.HtmlElement:
    """*Your turn*, as the page shows it."""
    (shown,) = html.fromstring(client.get(page).content).find_class("turn")
    return shown


def form_in(client: Client, page: str) -> html.FormElement:
    (form,) = card(client, page).xpath(".//form")
    return form


def press(client: Client, page: str, **typed: str) -> Any:
    """Press its one button, as a browser would send it."""
    form = form_in(client, page)
    return client.post(form.get("action"), dict(form.form_values()) | typed)


def _agreement(journey: Journey) -> None:
    journey.roles()
    journey.agreement(verify=False)


def _rest_of_milestone_1(journey: Journey) -> None:
    journey.services()
    journey.accounts()


def _planned(journey: Journey) -> None:
    journey.confirm("2.3")
    journey.kickoff()
    journey.solution()
    journey.target_dates(35, 12, 5, 8)


def _one_taken_out(journey: Journey) -> None:
    first = journey.integration.scenarios.current().get(code="T01")
    workflow.remove_scenario(journey.integration, first.pk, by=journey.cast.lead)


def _details_passed_on(journey: Journey) -> None:
    workflow.open_production(journey.integration, by=journey.cast.staff, details="Adressen står i dokumentasjonen.")


def _scope(journey: Journey) -> None:
    chosen: dict[str, Any] = {"mode": ScopeMode.NOT_NEEDED, "reason": "Prøvd i test", "no_print_trial_reason": ""}
    workflow.set_scope(journey.integration, by=journey.cast.lead, **chosen)


def _deferral(journey: Journey) -> None:
    put_off: dict[str, Any] = {"deferred_to": "Terje Teknisk", "deferred_until": today() + datetime.timedelta(days=30)}
    workflow.add_follow_up(
        journey.integration, by=journey.cast.lead, title="Rutine", description="Returpost", **put_off
    )


Step = Callable[[Journey], object]
STEPS: list[tuple[Step, str, str]] = [
    (_agreement, "staff", "agreement_unverified"),
    (_rest_of_milestone_1, "manager", "ready_to_submit"),
    (lambda journey: journey.approve(1), "lead", "not_confirmed"),
    (_planned, "staff", "not_agreed"),
    (lambda journey: journey.pass_milestone(2), "lead", "scenarios_missing"),
    (_one_taken_out, "lead", "scenario_missing"),
    (lambda journey: None, "staff", "not_agreed"),
    (lambda journey: journey.runs(), "staff", "approval_missing"),
    (_details_passed_on, "lead", "details_unacknowledged"),
    (lambda journey: journey.pass_milestone(3), "manager", ""),
    (_scope, "staff", "not_agreed"),
    (lambda journey: None, "manager", "ready_to_submit"),
    (lambda journey: journey.approve(4), "staff", ""),
    (_deferral, "staff", "deferral_not_accepted"),
    (lambda journey: journey.first_sending(), "lead", ""),
    (lambda journey: None, "staff", "launch_unconfirmed"),
]
"""What is recorded; who is then asked for something that is done in place, or has nothing of the kind: the reason."""


def test_each_is_done_by_one_button_where_its_person_is_told_of_it(cast: Cast) -> None:
    journey = cast.journey()
    for step, who, reason in STEPS:
        step(journey)
        client = cast.client(getattr(cast, who))
        shown = in_place(client, home(journey))
        assert (shown.task.reason if shown else "") == reason
        if reason:
            assert press(client, home(journey)).status_code == 302
            assert shown.task not in client.get(home(journey)).context["here"].moves
    assert {reason for _step, _who, reason in STEPS if reason} == set(WAYS)


def test_what_it_is_judged_by_stands_there_and_nothing_else_of_its_kind(cast: Cast, journey: Journey) -> None:
    """Of two agreements, the one that the button verifies."""
    _agreement(journey)
    journey.services(print=ServiceChoice.USE)
    journey.verify_agreements()
    journey.agreement(AgreementKind.PRINT, verify=False)
    shown = card(cast.client(cast.staff), home(journey))
    unverified = journey.integration.agreements.get(verified_at=None)
    (form,) = shown.xpath(".//form")
    assert form.get("action").endswith(f"/agreement/{unverified.pk}/verify/")
    (signed,) = shown.find_class("pairs")
    assert "avtale.pdf" in signed.text_content()
    assert cast.contract.name in signed.text_content()


def test_a_deferral_is_accepted_beside_what_is_deferred(cast: Cast) -> None:
    journey = cast.journey()
    for number in range(1, 5):
        getattr(journey, f"milestone_{number}")()
    journey.launch_date()
    _deferral(journey)
    workflow.add_follow_up(journey.integration, by=cast.lead, title="Noe annet", description="")
    shown = card(cast.client(cast.staff), home(journey))
    assert "Returpost" in shown.text_content()
    assert "Terje Teknisk" in shown.text_content()
    assert "Noe annet" not in shown.text_content()


def test_what_stands_there_whole_does_not_stand_below_again(cast: Cast) -> None:
    journey = cast.journey()
    for number in range(1, 5):
        getattr(journey, f"milestone_{number}")()
    journey.launch_date()
    _deferral(journey)
    page = f"{home(journey)}milestones/5/"
    below = html.fromstring(cast.client(cast.staff).get(page).content).get_element_by_id("requirement-51")
    assert "Rutine" in below.text_content().replace("utsettelsen av: Rutine", "")
    press(cast.client(cast.staff), page)
    journey.sending()
    below = html.fromstring(cast.client(cast.staff).get(page).content).get_element_by_id("requirement-52")
    assert below.xpath(".//a[@href='#next']")


def test_what_a_proposal_is_about_stands_there_unfolded(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    shown = card(cast.client(cast.lead), home(journey))
    (left,) = [one for one in shown.xpath(".//details[@open]") if "T01" in one.text_content()]
    assert "T19" in left.text_content()
    assert "godtar du det samtidig for din part" in shown.text_content()


def test_a_change_that_made_an_agreement_lapse_is_told(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.target_dates(30, 12, 5, 8)
    shown = card(cast.client(cast.staff), home(journey))
    assert "Begge parter må godta på nytt" in shown.text_content()


def test_an_approval_that_was_withdrawn_is_told_beside_the_tests(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    journey.approve_tests()
    workflow.withdraw_verification(journey.integration, by=cast.staff, reason="Feil mottaker i T07")
    shown = card(cast.client(cast.staff), home(journey))
    assert "Feil mottaker i T07" in shown.text_content()
    assert "T07" in shown.text_content().replace("Feil mottaker i T07", "")


def test_the_tests_are_approved_under_the_scenarios_that_are_approved(cast: Cast, journey: Journey) -> None:
    """On the milestone's page too, where they stand once."""
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    for page in (home(journey), f"{home(journey)}milestones/3/"):
        shown = html.fromstring(cast.client(cast.staff).get(page).content)
        (card,) = shown.find_class("turn")
        assert "T01" in card.text_content()
        ids = shown.xpath("//@id")
        assert len(ids) == len(set(ids))


def test_a_milestones_page_has_it_too_but_not_what_is_at_home_there(cast: Cast, journey: Journey) -> None:
    _agreement(journey)
    staff, manager = cast.client(cast.staff), cast.client(cast.manager)
    assert in_place(staff, f"{home(journey)}milestones/1/").task.reason == "agreement_unverified"
    for number in range(2, 6):  # what is ahead has no part in it
        assert in_place(staff, f"{home(journey)}milestones/{number}/") is None
    journey.verify_agreements()
    _rest_of_milestone_1(journey)
    assert in_place(manager, home(journey)).task.reason == "ready_to_submit"
    page = manager.get(f"{home(journey)}milestones/1/")
    assert page.context["in_place"] is None
    assert page.content.count(b"milestones/1/submit/") == 1


def test_nobody_else_is_offered_it(cast: Cast, journey: Journey) -> None:
    _agreement(journey)
    for person in (cast.manager, cast.lead, cast.contract, cast.owner):
        assert in_place(cast.client(person), home(journey)) is None


def test_nothing_is_offered_while_the_integration_rests(cast: Cast, journey: Journey) -> None:
    _agreement(journey)
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Ferie")
    assert in_place(cast.client(cast.staff), home(journey)) is None


def test_what_was_changed_meanwhile_is_not_agreed_to(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    _planned(journey)
    staff, page = cast.client(cast.staff), home(journey)
    form = form_in(staff, page)
    journey.target_dates(30, 12, 5, 8)
    answer = staff.post(form.get("action"), dict(form.form_values()))
    assert answer.status_code == 409
    assert not journey.integration.accords.get(subject=Accord.PLAN).complete


def test_the_tests_are_approved_as_the_page_showed_them(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    staff, page = cast.client(cast.staff), home(journey)
    form = form_in(staff, page)
    journey.runs(Environment.TEST)
    assert staff.post(form.get("action"), dict(form.form_values())).status_code == 409


def test_what_is_wrong_is_told_by_its_field_and_what_was_typed_is_kept(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    tomorrow = str(today() + datetime.timedelta(days=1))
    answer = press(cast.client(cast.lead), home(journey), confirmed_on=tomorrow, note="Lest av hele laget")
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"confirmed_on"}
    assert "Lest av hele laget" in answer.content.decode()
    assert not Confirmation.objects.exists()


def test_what_was_typed_for_one_task_is_not_shown_in_the_next(cast: Cast, journey: Journey) -> None:
    """Its form has a slot of its own, by which what was typed when a session ended is found again."""
    journey.milestone_1()
    lead, slots = cast.client(cast.lead), []
    for code in ("2.1", "2.3"):
        shown = in_place(lead, home(journey))
        assert shown.task.code == code
        slots.append(shown.doing.form.slot)
        assert in_place(lead, home(journey)).doing.form.slot == slots[-1]
        journey.confirm(code)
        if code == "2.1":
            journey.kickoff()
            journey.solution()
    assert len(set(slots)) == 2
