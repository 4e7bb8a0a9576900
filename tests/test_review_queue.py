"""The review queue: what waits, for how long, whose it is, and one decision after the other."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from milestones import review_queue, workflow
from milestones.demo import Journey
from milestones.models import Integration, Milestone
from milestones.policy import Forbidden
from milestones.process import MilestoneState
from milestones.views import approvals
from milestones.workflow import Stale
from tests.cast import Cast, fresh
from tests.made_once import made_once

REVIEW = "/approvals/{}/1/"


def submitted(cast: Cast, name: str) -> Journey:
    """An integration of which milestone 1 waits for approval."""
    journey = cast.journey(name)
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    return journey


@made_once
def three(cast: Cast) -> list[Journey]:
    """Three submissions, oldest first: Ingrid's, Jonas' and nobody's."""
    journeys = [submitted(cast, name) for name in ("Brev", "Faktura", "Lønn")]
    for journey, contact in zip(journeys, (cast.staff, cast.other_staff, None), strict=True):
        workflow.set_contact(journey.integration, by=cast.staff, contact=contact)
    return journeys


def listed(client: Client, query: str = "") -> list[str]:
    """The names of the integrations in the queue."""
    submissions = client.get(f"/approvals/{query}").context["submissions"]
    return [row.milestone.integration.name for row, _submitter in submissions]


def shown(client: Client, journey: Journey, query: str = "?queue=all") -> dict[str, str]:
    """The version that the review shows, and the queue it is in, as its forms send them."""
    page = client.get(REVIEW.format(journey.integration.reference) + query)
    return {"seen": page.context["here"].version, "queue": query.lstrip("?")}


def test_each_queue_has_its_rows_and_its_count(cast: Cast, three: list[Journey]) -> None:
    staff = cast.client(cast.staff)
    assert listed(staff) == ["Brev", "Faktura", "Lønn"]
    assert listed(staff, "?queue=mine") == ["Brev"]
    assert listed(staff, "?queue=nobodys") == ["Lønn"]
    assert staff.get("/approvals/").context["counts"] == {"mine": 1, "all": 3, "nobodys": 1}


def test_filters_by_milestone_and_by_words(cast: Cast, three: list[Journey]) -> None:
    staff = cast.client(cast.staff)
    assert listed(staff, "?milestone=2") == []
    assert listed(staff, "?milestone=1&q=faktura") == ["Faktura"]
    assert listed(staff, "?milestone=x&queue=y") == ["Brev", "Faktura", "Lønn"]


def test_a_contact_who_left_counts_as_none(cast: Cast, three: list[Journey]) -> None:
    cast.other_staff.is_active = False
    cast.other_staff.save()
    assert listed(cast.client(cast.staff), "?queue=nobodys") == ["Faktura", "Lønn"]


def test_how_long_it_has_waited_is_told_in_working_days(cast: Cast) -> None:
    with time_machine.travel("2027-03-05T10:00:00+01:00", tick=False):  # a Friday
        milestone = submitted(cast, "Brev").integration.milestones.get(number=1)
    for day, days, late in (("05", 0, False), ("08", 1, False), ("10", 3, False), ("11", 4, True)):
        with time_machine.travel(f"2027-03-{day}T10:00:00+01:00", tick=False):
            waited = review_queue.waited(milestone, 3)
            assert (waited.waited, waited.is_late, waited.promised.isoformat()) == (days, late, "2027-03-10")


def test_what_was_returned_once_is_marked_as_submitted_again(cast: Cast, three: list[Journey]) -> None:
    workflow.return_milestone(three[0].integration, 1, by=cast.staff, reason="Nei")
    workflow.submit(three[0].integration, 1, by=cast.manager, answer="Rettet")
    page = cast.client(cast.staff).get("/approvals/").content.decode()
    assert page.count('data-color="info"') == 1


def test_a_decision_leads_to_the_next(cast: Cast, three: list[Journey]) -> None:
    staff, (first, second, third) = cast.client(cast.staff), three
    approve = f"/i/{first.integration.reference}/milestones/1/approve/"
    answer = staff.post(approve, shown(staff, first), follow=True)
    assert answer.redirect_chain == [(REVIEW.format(second.integration.reference) + "?queue=all", 302)]
    assert f"{second.integration.reference} Faktura" in str(next(iter(answer.context["messages"])))
    back = f"/i/{second.integration.reference}/milestones/1/return/"
    answer = staff.post(back, {"reason": "Nei", "queue": "queue=all"})
    assert answer["Location"] == REVIEW.format(third.integration.reference) + "?queue=all"
    approve = f"/i/{third.integration.reference}/milestones/1/approve/"
    assert staff.post(approve, shown(staff, third))["Location"] == "/approvals/?queue=all"


def test_a_decision_on_the_milestones_own_page_stays_there(cast: Cast, three: list[Journey]) -> None:
    own = f"/i/{three[0].integration.reference}/milestones/1/"
    seen = cast.client(cast.staff).get(own).context["here"].version
    assert cast.client(cast.staff).post(f"{own}approve/", {"seen": seen})["Location"] == own


def test_a_return_without_a_reason_is_told_in_the_review(cast: Cast, three: list[Journey]) -> None:
    address = f"/i/{three[0].integration.reference}/milestones/1/return/"
    answer = cast.client(cast.staff).post(address, {"reason": "", "queue": "queue=mine"})
    assert answer.status_code == 422
    assert answer.templates[0].name == "integration/review.html"
    assert answer.context["queue"].name == "mine"


def test_who_is_late_in_the_same_queue_is_told_who_decided(cast: Cast, three: list[Journey]) -> None:
    one, other, journey = cast.client(cast.staff), cast.client(cast.other_staff), three[0]
    sent = shown(other, journey)
    approve = f"/i/{journey.integration.reference}/milestones/1/approve/"
    one.post(approve, shown(one, journey))
    late = other.post(approve, sent)
    assert late.status_code == 409
    assert cast.staff.name in late.content.decode()
    assert journey.integration.milestones.get(number=1).approved_by == cast.staff
    page = other.get(REVIEW.format(journey.integration.reference) + "?queue=all").content.decode()
    assert cast.staff.name in page
    assert "approve/" not in page


def test_a_case_that_nobody_has_is_taken_in_one_press(cast: Cast, three: list[Journey]) -> None:
    staff, nobodys = cast.client(cast.staff), three[2].integration
    answer = staff.post(f"/i/{nobodys.reference}/take/", {"queue": "queue=nobodys"})
    assert answer["Location"] == "/approvals/?queue=nobodys"
    assert fresh(nobodys).onboarding_contact == cast.staff
    answer = cast.client(cast.other_staff).post(f"/i/{nobodys.reference}/take/", {"queue": "queue=nobodys"})
    assert answer.status_code == 409
    assert cast.staff.name in answer.content.decode()
    assert fresh(nobodys).onboarding_contact == cast.staff


def test_taken_in_a_review_one_stays_in_it(cast: Cast, three: list[Journey]) -> None:
    reference = three[2].integration.reference
    answer = cast.client(cast.staff).post(f"/i/{reference}/take/", {"queue": "queue=nobodys", "number": "1"})
    assert answer["Location"] == REVIEW.format(reference) + "?queue=nobodys"


def test_those_that_are_marked_are_assigned_in_one_press(cast: Cast, three: list[Journey]) -> None:
    marked = [journey.integration.pk for journey in three]
    sent = {"integrations": marked, "contact": cast.other_staff.pk, "queue": "queue=all"}
    assert cast.client(cast.staff).post("/approvals/assign/", sent)["Location"] == "/approvals/?queue=all"
    assert {fresh(journey.integration).onboarding_contact for journey in three} == {cast.other_staff}
    assert three[1].integration.events.filter(kind="contact_changed").count() == 1  # who had it had it already


def test_assigning_says_what_is_missing_and_keeps_the_marks(cast: Cast, three: list[Journey]) -> None:
    marked = [three[0].integration.pk]
    answer = cast.client(cast.staff).post("/approvals/assign/", {"integrations": marked, "queue": "queue=all"})
    assert (answer.status_code, answer.context["marked"]) == (422, [str(marked[0])])
    answer = cast.client(cast.staff).post("/approvals/assign/", {"contact": cast.staff.pk, "integrations": ["x"]})
    assert answer.status_code == 422


def test_all_are_assigned_or_none(cast: Cast, three: list[Journey]) -> None:
    """Somebody who was on one of them for the sender, and is staff now, can be the contact of the others alone."""
    cast.manager.is_staff = True
    cast.manager.save()
    other = cast.neighbour().integration
    rows = Integration.objects.filter(pk__in=[other.pk, three[0].integration.pk])
    with pytest.raises(ValidationError, match=three[0].integration.reference):
        workflow.assign_cases(rows, by=cast.staff, contact=cast.manager)
    assert fresh(other).onboarding_contact != cast.manager
    workflow.assign_cases(rows.filter(pk=other.pk), by=cast.staff, contact=cast.manager)
    assert fresh(other).onboarding_contact == cast.manager


def test_nobody_but_staff_takes_or_assigns(cast: Cast, three: list[Journey]) -> None:
    integration = three[2].integration
    with pytest.raises(Forbidden):
        workflow.take_case(integration, by=cast.manager)
    with pytest.raises(Forbidden):
        workflow.assign_cases([integration], by=cast.manager, contact=cast.staff)
    for address in ("/approvals/", REVIEW.format(integration.reference)):
        assert cast.client(cast.manager).get(address).status_code == 403


def test_whoever_has_a_case_keeps_it(cast: Cast, three: list[Journey]) -> None:
    with pytest.raises(Stale, match=cast.other_staff.name):
        workflow.take_case(three[1].integration, by=cast.staff)


def test_the_next_is_the_first_again_after_the_last(cast: Cast, three: list[Journey]) -> None:
    queue = review_queue.submissions(cast.staff, {})
    rows = list(queue)
    assert [review_queue.next_after(row, queue).milestone for row in rows] == [rows[1], rows[2], rows[0]]
    assert review_queue.next_after(rows[0], queue).left == 2


def test_a_paused_one_is_in_no_queue(cast: Cast, three: list[Journey]) -> None:
    workflow.pause_integration(three[0].integration, by=cast.staff, reason="Venter på leverandøren")
    assert listed(cast.client(cast.staff)) == ["Faktura", "Lønn"]
    page = cast.client(cast.staff).get(REVIEW.format(three[0].integration.reference) + "?queue=all")
    assert "approve/" not in page.content.decode()
    assert Milestone.objects.filter(state=MilestoneState.SUBMITTED).count() == 3


def test_what_a_colleague_returned_meanwhile_is_told_in_an_open_review(cast: Cast, three: list[Journey]) -> None:
    one, journey = cast.client(cast.staff), three[0]
    base, sent = f"/i/{journey.integration.reference}/milestones/1", shown(one, journey)
    workflow.return_milestone(journey.integration, 1, by=cast.other_staff, reason="Nei")
    for answer in (one.post(f"{base}/approve/", sent), one.post(f"{base}/return/", {"reason": "Nei", **sent})):
        assert answer.status_code == 409
        assert cast.other_staff.name in answer.content.decode()
    page = one.get(REVIEW.format(journey.integration.reference) + "?queue=all")
    assert page.status_code == 200
    assert cast.other_staff.name in page.content.decode()


def test_a_review_of_what_does_not_wait_says_so(cast: Cast, three: list[Journey]) -> None:
    """Taken back by the sender, or never submitted."""
    workflow.withdraw(three[0].integration, 1, by=cast.manager)
    staff, reference = cast.client(cast.staff), three[0].integration.reference
    for address in (REVIEW.format(reference), f"/approvals/{reference}/4/"):
        page = staff.get(address)
        assert (page.status_code, "approve/" in page.content.decode()) == (200, False)
    assert staff.post(f"/i/{reference}/milestones/1/approve/", {"queue": "queue=all"}).status_code == 409


def test_nobody_is_said_to_have_returned_what_the_sender_took_back(cast: Cast, three: list[Journey]) -> None:
    integration = three[0].integration
    workflow.return_milestone(integration, 1, by=cast.other_staff, reason="Nei")
    workflow.submit(integration, 1, by=cast.manager, answer="Rettet")
    workflow.withdraw(integration, 1, by=cast.manager)
    late = cast.client(cast.staff).post(f"/i/{integration.reference}/milestones/1/approve/", {"queue": "queue=all"})
    assert late.status_code == 409
    assert cast.other_staff.name not in late.content.decode()


def test_a_member_who_forges_a_review_is_refused_as_ever(cast: Cast, three: list[Journey]) -> None:
    base = f"/i/{three[0].integration.reference}"
    forged = {"queue": "queue=all", "number": "9" * 5000}
    member = cast.client(cast.manager)
    assert member.post(f"{base}/milestones/1/approve/", forged).status_code == 403
    assert member.post(f"{base}/milestones/4/approve/", forged).status_code == 403
    assert member.post(f"{base}/take/", forged).status_code == 403


def test_a_page_with_an_error_leads_back_into_the_queue(cast: Cast, three: list[Journey]) -> None:
    page = cast.client(cast.staff).post("/approvals/assign/", {"queue": "queue=mine&milestone=1"})
    assert page.status_code == 422
    for queue, address in page.context["queue"].tabs:
        answer = cast.client(cast.staff).get(address)
        assert (answer.status_code, answer.context["queue"].name) == (200, queue)
        assert "milestone=1" in address


def test_the_queue_beside_a_review_holds_it_wherever_it_stands(cast: Cast, three: list[Journey]) -> None:
    queue = review_queue.submissions(cast.staff, {})
    rows = list(queue)
    assert [review_queue.around(row, queue, 2) for row in rows] == [rows[:2], rows[:2], rows]


def test_the_submitter_is_called_as_on_that_integration(cast: Cast, three: list[Journey]) -> None:
    member = three[0].integration.members.get(user=cast.manager)
    member.name = "Kari P. Hansen"
    member.save()
    rows = cast.client(cast.staff).get("/approvals/").context["submissions"]
    assert [submitter for _row, submitter in rows] == ["Kari P. Hansen", cast.manager.name, cast.manager.name]


def test_the_pages_of_the_queue_lead_on_after_a_refused_form(
    cast: Cast, three: list[Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approvals, "PAGE_SIZE", 2)
    sent = {"queue": "queue=all&q=Fjordvik", "contact": ""}
    page = cast.client(cast.staff).post("/approvals/assign/", sent)
    assert page.status_code == 422
    [address] = re.findall(r'href="(\S+?page=2)"', page.content.decode())
    assert unescape(address).startswith("/approvals/?queue=all&q=Fjordvik")
    assert cast.client(cast.staff).get(unescape(address)).status_code == 200


def test_a_mark_that_no_database_holds_is_none(cast: Cast, three: list[Journey]) -> None:
    sent = {"queue": "", "contact": cast.staff.pk, "integrations": ["9" * 30]}
    for address in ("/approvals/assign/", "/integrations/assign/"):
        assert cast.client(cast.staff).post(address, sent).status_code == 422
