"""Nobody acts for both sides on the same thing, however they changed sides in between: a test a rule."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from milestones import actors, demo, policy, workflow
from milestones.demo import Journey
from milestones.models import Accounts, FollowUpItem, Launch, User
from milestones.policy import Forbidden
from milestones.process import Role
from tests.cast import Cast, fresh
from tests.two_sides import DEFERRAL, DIGIPOST_THEN_SENDER, SENDER_THEN_DIGIPOST, to_digipost, to_the_sender


@pytest.mark.parametrize("rule", SENDER_THEN_DIGIPOST)
def test_who_acted_for_the_sender_does_not_do_digiposts_part(cast: Cast, journey: Journey, rule: str) -> None:
    before, after = SENDER_THEN_DIGIPOST[rule]
    demo.bring_in(journey.integration, cast.stranger, list(Role)[:4], by=cast.manager)
    before(journey, cast.stranger)
    turncoat = to_digipost(journey, cast.stranger)
    with pytest.raises(Forbidden) as refused:
        after(journey, turncoat)
    assert str(refused.value) == str(policy.OTHER_SIDE)
    after(journey, cast.other_staff)


def test_who_was_only_invited_has_not_been_on_a_side(cast: Cast, journey: Journey) -> None:
    member = workflow.invite(journey.integration, by=cast.manager, name="Nina", email=cast.stranger.email, roles=[])
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    User.objects.filter(pk=cast.stranger.pk).update(is_staff=True)
    workflow.grant_exception(journey.integration, "2.1", by=User.objects.get(pk=cast.stranger.pk), reason="Lest.")


def test_pages_offer_nothing_to_who_changed_sides_there_and_everything_elsewhere(cast: Cast, journey: Journey) -> None:
    other = cast.neighbour()
    demo.bring_in(journey.integration, cast.observer, [Role.OBSERVER], by=cast.manager)
    turncoat = to_digipost(journey, cast.observer)
    here = actors.actor_on(turncoat, fresh(journey.integration))
    there = actors.actor_on(turncoat, fresh(other.integration))
    staff = {right for right, roles in policy.RIGHTS.items() if Role.ONBOARDING in roles}
    assert {right for right in policy.Right if policy.may(here, right)} == policy.NEUTRAL_RIGHTS
    assert {right for right in policy.Right if policy.may(there, right)} == staff
    with pytest.raises(ValidationError):
        workflow.set_contact(journey.integration, by=cast.staff, contact=turncoat)
    workflow.set_contact(other.integration, by=cast.staff, contact=turncoat)
    both = [journey.integration, other.integration]
    workflow.send_notice(both, by=turncoat, kind="job", title="Varsel", body="Les.")


@pytest.mark.parametrize("rule", DIGIPOST_THEN_SENDER)
def test_who_acted_for_digipost_does_not_do_the_senders_part(cast: Cast, journey: Journey, rule: str) -> None:
    before, after = DIGIPOST_THEN_SENDER[rule]
    before(journey, cast.other_staff)
    turncoat = to_the_sender(journey, cast.other_staff)
    with pytest.raises(Forbidden) as refused:
        after(journey, turncoat)
    assert str(refused.value) == str(policy.OTHER_SIDE)
    after(journey, cast.lead if rule == "tests" else cast.manager)


@pytest.mark.parametrize(
    ("model", "sender", "digipost"),
    [
        (Launch, "sending_recorded_by", "digipost_confirmed_by"),
        (Launch, "sender_confirmed_by", "digipost_confirmed_by"),
        (Accounts, "details_acknowledged_by", "details_passed_by"),
        (FollowUpItem, "proposed_by", "accepted_by"),
    ],
)
def test_the_database_refuses_it_too(cast: Cast, journey: Journey, model: Any, sender: str, digipost: str) -> None:
    workflow.add_follow_up(journey.integration, by=cast.manager, title="Punkt", description="")
    rows = model.objects.filter(integration=journey.integration)
    rows.update(**{sender: cast.manager, digipost: cast.staff})
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**{digipost: cast.manager})


def test_what_digipost_defers_by_itself_nobody_proposed(cast: Cast, journey: Journey) -> None:
    item = workflow.add_follow_up(journey.integration, by=cast.staff, title="Punkt", description="")
    workflow.propose_deferral(journey.integration, item.pk, by=cast.staff, **DEFERRAL)
    item = journey.integration.follow_ups.get()
    assert (item.proposed_by, item.accepted_by) == (None, cast.staff)
