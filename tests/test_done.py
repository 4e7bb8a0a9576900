"""After an action: what happened, to whom, and what is next for this person, with a link."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from milestones import demo, forms, workflow
from milestones.demo import Journey
from milestones.forms.base import Form
from milestones.models import User
from milestones.process import Role
from tests.cast import Cast

TOLD_BY_THEIR_VIEW = {
    *("ColumnsForm", "CorrectionsForm", "SheetForm", "ReminderAnswerForm"),
    *("ReasonForm", "RolesForm", "SubmitForm", "ReturnForm", "AgreeForm", "IntakeForm", "NoticeForm", "CatalogueForm"),
    *("MailChoiceForm", "RulesForm", "FindPersonForm"),
}
ASK_ONLY = {"EventFilter", "KnownNumberForm", "PortfolioFilter", "QueueFilter", "QuickFind", "WhyForm"}


def test_every_form_says_what_happened() -> None:
    all_of_them = [getattr(forms, name) for name in forms.__all__]
    ours = {one for one in all_of_them if isinstance(one, type) and issubclass(one, Form)}
    silent = {one.__name__ for one in ours if one.told is Form.told and one.done is Form.done}
    assert silent == TOLD_BY_THEIR_VIEW | ASK_ONLY


def english(client: Client, address: str, data: dict[str, Any] | None = None) -> str:
    """What is said after a post, with its markup, on the page that it leads to."""
    answer = client.post(address, data or {}, follow=True)
    found = re.search(r'role="status">(.*?)</div>', answer.content.decode(), re.DOTALL)
    assert found, answer.status_code
    return unescape(re.sub(r"\s+", " ", found[1])).strip()


@pytest.fixture
def here(journey: Journey) -> str:
    User.objects.update(language="en")
    return f"/i/{journey.integration.reference}/"


def test_it_says_to_whom_and_leads_to_the_next_thing(cast: Cast, journey: Journey, here: str) -> None:
    sent = {"name": "Terje <b>Teknisk</b>", "email": cast.lead.email, "roles": ["technical_lead"]}
    answer = cast.client(cast.manager).post(f"{here}people/", sent | {"name": "Terje Teknisk"}, follow=True)
    assert answer.status_code == 200
    told = english(cast.client(cast.manager), f"{here}people/", sent | {"name": "Eva Ny", "email": "eva@fjordvik.no"})
    assert told.startswith("Invitation sent to Eva Ny. Next for you: <a ")
    assert f'href="{here}people/#invite-name"' in told


def test_what_was_typed_is_escaped(cast: Cast, journey: Journey, here: str) -> None:
    answer = cast.client(cast.manager).post(f"{here}follow-ups/", {"title": "<script>1</script>"}, follow=True)
    assert "&lt;script&gt;1" in answer.content.decode()
    assert "<script>1" not in answer.content.decode()


def test_who_has_nothing_more_to_do_is_led_back_to_the_milestone(cast: Cast, journey: Journey, here: str) -> None:
    journey.roles()
    journey.agreement(verify=False)
    staff, agreement = cast.client(cast.staff), journey.integration.agreements.get()
    told = english(staff, f"{here}agreement/{agreement.pk}/verify/")
    assert told.startswith("The agreement is verified. Next for you: record the account ids: 2 left.")
    assert f'href="{here}agreement/{agreement.pk}/">Show what is recorded</a>' in told
    told = english(staff, f"{here}accounts/", {"test_account_id": "500123", "production_account_id": "700456"})
    assert f'href="{here}accounts/">Show what is recorded</a>' in told


def led_to(client: Client, address: str, data: dict[str, Any] | None = None) -> str:
    """Where a post leads."""
    answer = client.post(address, data or {})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_what_a_page_asked_for_leads_on_once_it_is_done(cast: Cast, journey: Journey, here: str) -> None:
    journey.roles()
    journey.agreement(verify=False)
    staff, agreement = cast.client(cast.staff), journey.integration.agreements.get()
    assert led_to(staff, f"{here}agreement/{agreement.pk}/verify/") == f"{here}accounts/"
    half = {"test_account_id": "500123", "production_account_id": ""}
    assert led_to(staff, f"{here}accounts/", half) == f"{here}accounts/"  # the other is asked for still
    assert led_to(staff, f"{here}accounts/", half | {"production_account_id": "700456"}) == f"{here}milestones/1/"
    revised = {"test_account_id": "500124", "production_account_id": "700456"}
    assert led_to(staff, f"{here}accounts/", revised) == f"{here}accounts/"  # nothing was asked for


def test_who_does_what_stands_on_others_stays(cast: Cast, journey: Journey, here: str) -> None:
    journey.milestone_1()
    lead = cast.client(cast.lead)
    sent = {"kind": "kickoff", "held_on": "2026-01-02", "sender_people": "Kari", "digipost_people": "Ingrid"}
    assert led_to(lead, f"{here}meetings/", sent | {"minutes": "Enige."}) == f"{here}meetings/"
    assert led_to(lead, f"{here}checklist/2.1/", {"confirmed_on": "2026-01-02"}) == f"{here}checklist/2.3/"


def test_nothing_is_next_while_it_rests(cast: Cast, journey: Journey, here: str) -> None:
    told = english(cast.client(cast.staff), f"{here}pause/", {"reason": "Ferie"})
    assert "<a" not in told
    told = english(cast.client(cast.staff), f"{here}resume/")
    assert told.startswith("The integration goes on.")


def test_who_leaves_is_told_no_more_of_it(cast: Cast, journey: Journey, here: str) -> None:
    journey.roles()
    demo.bring_in(journey.integration, cast.stranger, [Role.PROJECT_MANAGER], by=cast.manager)
    member = journey.integration.members.get(user=cast.manager)
    answer = cast.client(cast.manager).post(f"{here}people/{member.pk}/remove/")
    assert answer.status_code == 302
    assert here not in cast.client(cast.manager).get("/").content.decode()


def test_who_submits_reads_who_answers_and_by_when(cast: Cast, journey: Journey, here: str) -> None:
    journey.milestone_1_facts()
    told = english(cast.client(cast.manager), f"{here}milestones/1/submit/")
    assert re.match(r"Submitted for approval\. Ingrid Onboarding answers by \d+ \w+ \d{4}\.", told)
    page = cast.client(cast.manager).get(f"{here}milestones/1/").content.decode()
    assert "Ingrid Onboarding answers by" in page
    workflow.set_contact(journey.integration, by=cast.staff, contact=None)
    page = cast.client(cast.manager).get(f"{here}milestones/1/").content.decode()
    assert "Digipost answers by" in page


def test_a_proposal_says_how_far_both_sides_agree(cast: Cast, journey: Journey, here: str) -> None:
    journey.roles()
    dates = {f"milestone_{n}": f"2031-01-0{n}" for n in (2, 3, 4, 5)}
    told = english(cast.client(cast.manager), f"{here}plan/", dates | {"version": "1"})
    assert told.startswith("The dates are proposed. You have agreed to it for your own side;")
    told = english(cast.client(cast.staff), f"{here}agree/plan/", {"version": "2"})
    assert told.startswith("Both sides agree on it now.")


def test_what_is_approved_points_forward(cast: Cast, journey: Journey, here: str) -> None:
    journey.milestone_1()
    page = cast.client(cast.lead).get(f"{here}milestones/1/").content.decode()
    assert f'href="{here}milestones/2/"' in page.split('id="move"')[1]
