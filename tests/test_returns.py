"""A return: what it is about, its answer, and what the approver sees of both."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from milestones import gates, workflow
from milestones.demo import Journey
from milestones.models import Event, EventKind, Milestone
from milestones.process import MilestoneState, Role
from tests.cast import Cast, facts_now
from tests.made_once import made_once

REASON = "Signaturen er uleselig."


@made_once
def returned(cast: Cast) -> Journey:
    """Milestone 1, submitted and returned for 1.1."""
    journey = cast.journey()
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.return_milestone(journey.integration, 1, by=cast.staff, reason=REASON, requirements=["1.1", "2.2"])
    return journey


def row(journey: Journey, number: int = 1) -> Milestone:
    return journey.integration.milestones.get(number=number)


def test_a_return_shows_on_the_requirement_that_it_is_about_for_the_sender_too(cast: Cast, returned: Journey) -> None:
    base = f"/i/{returned.integration.reference}"
    by_key = {finding.key: finding.returned_because for finding in gates.findings(1, facts_now(returned.integration))}
    assert by_key == {"1.1": REASON, "1.2": "", "1.3": "", "1.4": ""}
    for page, times in ((f"{base}/milestones/1/", 2), (f"{base}/agreement/", 1), (f"{base}/services/", 0)):
        assert cast.client(cast.manager).get(page).content.decode().count(REASON) == times, page


def test_only_requirements_of_the_milestone_are_kept_and_the_history_names_them(returned: Journey) -> None:
    assert row(returned).returned_for == ["1.1"]
    assert Event.objects.get(kind=EventKind.MILESTONE_RETURNED).reason == f"{REASON} (1.1)"


def test_an_own_item_is_named_by_its_title(cast: Cast) -> None:
    journey = cast.journey()
    item = workflow.add_item(
        journey.integration, by=cast.staff, milestone=1, title="Databehandleravtale", description="", required=False,
        stands_on=Role.PROJECT_MANAGER,
    )  # fmt: skip
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.return_milestone(journey.integration, 1, by=cast.staff, reason=REASON, requirements=[item.key])
    assert Event.objects.get(kind=EventKind.MILESTONE_RETURNED).reason == f"{REASON} (Databehandleravtale)"
    page = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/checklist/{item.key}/")
    assert REASON in page.content.decode()


def test_what_was_returned_is_submitted_with_an_answer_and_not_without(cast: Cast, returned: Journey) -> None:
    with pytest.raises(ValidationError) as refused:
        workflow.submit(returned.integration, 1, by=cast.manager)
    assert "answer" in refused.value.error_dict
    address = f"/i/{returned.integration.reference}/milestones/1/submit/"
    empty = cast.client(cast.manager).post(address, {"answer": " "})
    assert empty.status_code == 422
    assert row(returned).state == MilestoneState.IN_PROGRESS
    assert cast.client(cast.manager).post(address, {"answer": "Ny skanning er lagt inn."}).status_code == 302
    assert (row(returned).state, row(returned).answer) == (MilestoneState.SUBMITTED, "Ny skanning er lagt inn.")


def test_a_first_submission_asks_nothing(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1_facts()
    page = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/milestones/1/")
    assert page.context["submit"].fields == {}
    workflow.submit(journey.integration, 1, by=cast.manager, answer="Uten at noen har spurt")
    assert row(journey).answer == ""


def test_the_approver_sees_the_answer_and_what_happened_since(cast: Cast, returned: Journey) -> None:
    returned.agreement()
    workflow.submit(returned.integration, 1, by=cast.manager, answer="Ny avtale er lagt inn.")
    page = cast.client(cast.staff).get(f"/i/{returned.integration.reference}/milestones/1/")
    assert "Ny avtale er lagt inn." in page.content.decode()
    since = [event.kind for event in page.context["since_return"]]
    assert since[0] == EventKind.MILESTONE_SUBMITTED
    assert EventKind.AGREEMENT_RECORDED in since
    assert EventKind.MILESTONE_RETURNED not in since
    assert EventKind.INTEGRATION_CREATED not in since
    assert cast.client(cast.manager).get(page.request["PATH_INFO"]).context["since_return"] == []


def test_whoever_takes_a_submission_back_finds_the_answer_again(cast: Cast, returned: Journey) -> None:
    workflow.submit(returned.integration, 1, by=cast.manager, answer="Ny avtale.")
    workflow.withdraw(returned.integration, 1, by=cast.manager)
    page = cast.client(cast.manager).get(f"/i/{returned.integration.reference}/milestones/1/")
    assert page.context["submit"].initial == {"answer": "Ny avtale."}


def test_a_new_return_has_no_answer_and_an_approval_ends_both(cast: Cast, returned: Journey) -> None:
    workflow.submit(returned.integration, 1, by=cast.manager, answer="Ny avtale.")
    workflow.return_milestone(returned.integration, 1, by=cast.staff, reason="Fortsatt uleselig.")
    assert (row(returned).answer, row(returned).returned_for) == ("", [])
    workflow.submit(returned.integration, 1, by=cast.manager, answer="Nå er den lesbar.")
    workflow.approve(returned.integration, 1, by=cast.staff)
    approved = row(returned)
    assert (approved.returned_because, approved.returned_for, approved.answer) == ("", [], "")
    answers = Event.objects.filter(kind=EventKind.MILESTONE_SUBMITTED).order_by("pk").values_list("reason", flat=True)
    assert list(answers) == ["", "Ny avtale.", "Nå er den lesbar."]


def test_the_return_form_offers_the_requirements_and_nothing_else(cast: Cast, returned: Journey) -> None:
    workflow.submit(returned.integration, 1, by=cast.manager, answer="Ny avtale.")
    address = f"/i/{returned.integration.reference}/milestones/1/return/"
    refused = cast.client(cast.staff).post(address, {"reason": "Nei", "requirements": ["1.9"]})
    assert refused.status_code == 422
    sent = {"reason": "Nei, se 1.2", "requirements": ["1.2"]}
    assert cast.client(cast.staff).post(address, sent).status_code == 302
    assert row(returned).returned_for == ["1.2"]
