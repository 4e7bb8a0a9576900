"""Rows of a confirmed import become integrations: through the door, by the gates, each in one transaction."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from milestones import gates, snapshots, workflow
from milestones.models import CarriedOver, Event, EventKind, ImportRow, Integration, Mail, MailKind, RowState
from milestones.process import MilestoneState, Phase, Role, Status
from milestones.workflow import taking_in
from tests.cast import Cast, facts_now, fresh, reasons
from tests.importing import WHO, confirmed, done, done_up_to, taken_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", range(6))
def test_it_comes_as_far_as_its_facts_reach(cast: Cast, number: int) -> None:
    [integration] = taken_in(cast, WHO | (done_up_to(number) if number else {}))
    assert integration.phase == Phase.of(number + 1)
    approved = integration.milestones.filter(state=MilestoneState.APPROVED)
    assert approved.count() == number
    assert integration.accounts.production_enabled == (number >= 3)
    assert {(one.submitted_by, one.approved_by) for one in approved} <= {(cast.staff, cast.other_staff)}
    assert [one for one, differs in snapshots.differences() if differs] == []
    assert gates.gate(number, facts_now(integration)) == [] if number else True


def test_everything_is_an_event_and_one_order_holds(cast: Cast) -> None:
    [integration] = taken_in(cast, WHO | done_up_to(5) | {"source": "Arket «Drift 2024»"})
    events = list(integration.events.order_by("pk"))
    carried = [event for event in events if event.kind == EventKind.CARRIED_OVER]
    facts = CarriedOver.objects.current().filter(integration=integration)
    assert {event.subject for event in carried} == {fact.code for fact in facts}
    assert {(event.reason, event.to_value, event.actor) for event in carried} == {
        ("Arket «Drift 2024»", "2024-03-01", cast.staff)
    }
    opened, third = (
        next(place for place, event in enumerate(events) if (event.kind, event.subject) == wanted)
        for wanted in ((EventKind.PRODUCTION_ENABLED, "3.3"), (EventKind.MILESTONE_APPROVED, "3"))
    )
    assert opened < third


def test_nobody_is_mailed_but_who_is_invited(cast: Cast) -> None:
    taken_in(cast, WHO | done_up_to(5))
    assert set(Mail.objects.values_list("kind", flat=True)) == {MailKind.INVITED}
    assert Mail.objects.count() == 3


def test_a_new_one_comes_with_its_dates(cast: Cast) -> None:
    targets = {"target_3": "1.6.2027", "target_5": "1.9.2027"}
    early, running = taken_in(cast, WHO | targets, WHO | {"name": "Brev"} | targets | done_up_to(2))
    for integration in (early, running):
        dates = integration.milestones.filter(number__in=(3, 5)).values_list("target_on", flat=True)
        assert [str(day) for day in dates] == ["2027-06-01", "2027-09-01"]
    assert running.phase == Phase.MILESTONE_3


def test_nobody_becomes_its_contact_but_whom_the_row_names(cast: Cast) -> None:
    without, named = taken_in(cast, WHO, WHO | {"name": "Brev", "contact": cast.other_staff.email})
    assert (without.onboarding_contact, named.onboarding_contact) == (None, cast.other_staff)
    told = without.events.filter(kind=EventKind.CONTACT_CHANGED)
    assert not told.exists(), "nobody was its contact, so nobody ceased to be"


def test_imported_twice_changes_what_differs_and_nothing_else(cast: Cast) -> None:
    [first] = taken_in(cast, WHO | done_up_to(1))
    before = list(first.events.values_list("pk", flat=True))
    [again] = taken_in(cast, WHO | done_up_to(2) | {"target_4": "1.6.2027", "technical_lead_name": "Ny Leder",
                                                   "technical_lead_email": "ny@posten.example"})  # fmt: skip
    assert again == first
    assert again.phase == Phase.MILESTONE_3
    assert again.milestones.get(number=4).target_on is not None
    leads = facts_now(again).people[Role.TECHNICAL_LEAD]
    assert {person.name for person in leads} == {"Terje Teknisk", "Ny Leder"}
    new = {event.kind for event in again.events.exclude(pk__in=before)}
    assert EventKind.INTEGRATION_CREATED not in new
    assert not again.events.exclude(pk__in=before).filter(kind=EventKind.CARRIED_OVER, subject="1.1").exists()


def test_dates_that_differ_do_not_take_back_what_the_same_row_carries_over(cast: Cast) -> None:
    """Whoever proposes other dates asks both sides again (2.2); a row that brings both says that they agreed."""
    [integration] = taken_in(cast, WHO | done_up_to(2))
    assert reasons(integration, "2.2") == []
    taken_in(cast, {"reference": integration.reference, "target_5": "1.6.2027"} | done("2.2"))
    assert reasons(integration, "2.2") == []
    taken_in(cast, {"reference": integration.reference, "target_5": "1.7.2027"})
    assert reasons(integration, "2.2") != []


def test_a_milestone_that_its_people_have_submitted_waits_for_its_approval(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1_facts()
    journey.submit(1)
    taken_in(cast, {"reference": journey.integration.reference} | done("2.1", "2.2", "2.3"))
    assert fresh(journey.integration).milestones.get(number=1).state == MilestoneState.SUBMITTED
    assert not fresh(journey.integration).milestones.filter(state=MilestoneState.APPROVED).exists()


def test_a_row_that_cannot_be_taken_in_leaves_nothing_and_says_why(cast: Cast) -> None:
    """What was recorded since it was confirmed is judged again; the others come in all the same."""
    [closed] = taken_in(cast, WHO)
    wanting = confirmed(cast, {"reference": closed.reference} | done("1.1"), WHO | {"name": "Brev"})
    workflow.close_integration(closed, by=cast.staff, reason="Gir seg")
    workflow.take_in_some()
    bad, good = wanting.rows.order_by("line")
    assert (bad.state, good.state) == (RowState.FAILED, RowState.DONE)
    assert closed.reference in bad.told
    assert bad.cells
    assert not good.cells  # what was taken in is on the integration, and nowhere else
    assert not CarriedOver.objects.filter(integration=closed).exists()
    assert fresh(closed).status == Status.CLOSED


def test_a_row_is_all_or_nothing(cast: Cast) -> None:
    """A worker that dies midway has done nothing, and the next one does it all."""
    wanting = confirmed(cast, WHO | done_up_to(5))
    before = Event.objects.count(), Mail.objects.count(), Integration.objects.count()
    with patch.object(taking_in, "take_on_milestones", side_effect=SystemExit), pytest.raises(SystemExit):
        workflow.take_in_some()
    assert (Event.objects.count(), Mail.objects.count(), Integration.objects.count()) == before
    assert wanting.rows.get().state == RowState.WAITING
    assert workflow.take_in_some() == 1
    assert wanting.rows.get().state == RowState.DONE
    assert workflow.take_in_some() == 0


@pytest.mark.parametrize("who", ["staff", "other_staff"])
def test_both_who_vouch_for_it_must_still_be_staff(cast: Cast, who: str) -> None:
    wanting = confirmed(cast, WHO | done_up_to(1))
    person = getattr(cast, who)
    person.is_staff = False
    person.save()
    workflow.take_in_some()
    row: ImportRow = wanting.rows.get()
    assert (row.state, bool(row.told), Integration.objects.count()) == (RowState.FAILED, True, 0)


def test_who_was_on_it_for_the_sender_vouches_for_nothing(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.roles()
    changed = cast.lead
    changed.is_staff = True
    changed.save()
    wanting = confirmed(cast, {"reference": journey.integration.reference} | done("1.1", "1.3", "1.4"))
    wanting.confirmed_by = changed
    wanting.save(update_fields=["confirmed_by"])
    workflow.take_in_some()
    assert wanting.rows.get().state == RowState.FAILED
    assert not CarriedOver.objects.exists()
