"""What is told in a channel, by what is recorded when it is sent; and what is no longer told."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils.translation import override

from milestones import clock, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.gates.unmet import REASONS
from milestones.models import Import, PostKind, SendState, TeamsPost, WaitingItem
from milestones.process import Role
from milestones.reminders import cases, sweep
from milestones.reminders.decide import Waiting
from milestones.teams.telling import said_of
from tests.cast import Cast
from tests.importing import add_carried_over
from tests.teams.channel import Workflow, outcomes, post_all

ABOUT = "{} Brev · Fjordvik kommune"


def titled(kind: PostKind) -> str:
    with override(settings.LANGUAGE_CODE):
        return str(kind.label)


def link(journey: Journey, page: str) -> str:
    return f"{settings.BASE_URL}/i/{journey.integration.reference}/{page}"


def check(channel: Workflow, journey: Journey, kind: PostKind, sentence: str, page: str) -> None:
    """The latest message."""
    assert channel.texts[-1] == [titled(kind), ABOUT.format(journey.integration.reference), sentence]
    assert channel.links[-1] == link(journey, page)


def test_submitted_returned_and_approved(cast: Cast, connected: Journey, channel: Workflow) -> None:
    workflow.submit(connected.integration, 1, by=cast.manager)
    assert post_all() == 1
    check(channel, connected, PostKind.SUBMITTED, "Kari Prosjekt sendte milepæl 1 til godkjenning", "milestones/1/")
    workflow.return_milestone(connected.integration, 1, by=cast.staff, reason="Ring Terje på 99887766.")
    assert post_all() == 1
    check(channel, connected, PostKind.RETURNED, "Ingrid Onboarding sendte milepæl 1 tilbake", "milestones/1/")
    workflow.submit(connected.integration, 1, by=cast.lead, answer="Gjort.")
    post_all()
    workflow.approve(connected.integration, 1, by=cast.staff)
    assert post_all() == 1
    check(channel, connected, PostKind.APPROVED, "Ingrid Onboarding godkjente milepæl 1", "milestones/2/")
    assert "99887766" not in str(channel.taken)
    assert [outcome[1:] for outcome in outcomes()] == [("sent", 1)] * 4


def test_a_requirement_that_is_no_longer_met(cast: Cast, connected: Journey, channel: Workflow) -> None:
    connected.pass_milestone(1)
    post_all()
    agreement = connected.integration.agreements.current().get()
    workflow.withdraw_agreement(connected.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    assert post_all() == 1
    (title, _about, sentence) = channel.texts[-1]
    assert title == titled(PostKind.LAPSED)
    assert sentence.startswith("Systemet")
    assert "1.1" in sentence
    assert channel.links[-1].startswith(link(connected, "agreement/"))


def test_digipost_hears_of_it_too_and_is_led_to_the_review(cast: Cast, connected: Journey, channel: Workflow) -> None:
    workflow.connect_digipost_teams(by=cast.staff, workflow_address=channel.address)
    workflow.submit(connected.integration, 1, by=cast.manager)
    assert post_all() == 2
    assert channel.texts[0] == channel.texts[1]
    review = f"{settings.BASE_URL}/approvals/{connected.integration.reference}/1/"
    assert sorted(channel.links) == sorted([link(connected, "milestones/1/"), review])


def test_an_integration_hears_of_itself_alone(cast: Cast, connected: Journey, channel: Workflow) -> None:
    other = cast.journey("Et annet brev")
    other.milestone_1_facts()
    workflow.submit(other.integration, 1, by=cast.manager)
    assert (post_all(), outcomes()) == (0, [])


def test_without_a_channel_nothing_waits(cast: Cast, ready: Journey) -> None:
    workflow.submit(ready.integration, 1, by=cast.manager)
    assert outcomes() == []


def test_what_else_happens_is_not_told(cast: Cast, connected: Journey) -> None:
    workflow.add_comment(connected.integration, "milestone-1", by=cast.staff, text="Bare for oss", internal=True)
    workflow.add_follow_up(connected.integration, by=cast.manager, title="Punkt", description="")
    workflow.submit(connected.integration, 1, by=cast.manager)
    workflow.withdraw(connected.integration, 1, by=cast.manager)
    assert [kind for kind, _state, _attempts in outcomes()] == [PostKind.SUBMITTED]


# --- What is no longer so


def test_what_was_taken_back_or_decided_meanwhile_is_not_told(
    cast: Cast, connected: Journey, channel: Workflow
) -> None:
    workflow.submit(connected.integration, 1, by=cast.manager)
    workflow.withdraw(connected.integration, 1, by=cast.manager)
    workflow.submit(connected.integration, 1, by=cast.manager)
    workflow.approve(connected.integration, 1, by=cast.staff)
    assert post_all() == 1
    assert [state for _kind, state, _attempts in outcomes()] == ["dropped", "dropped", "sent"]
    assert TeamsPost.objects.earliest("pk").error == "Det som skulle meldes, har endret seg i mellomtiden."
    assert len(channel.taken) == 1


def test_what_is_met_again_is_not_told(cast: Cast, connected: Journey, channel: Workflow) -> None:
    connected.pass_milestone(1)
    post_all()
    before = len(channel.taken)
    agreement = connected.integration.agreements.current().get()
    workflow.withdraw_agreement(connected.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    connected.agreement()
    assert (post_all(), len(channel.taken)) == (0, before)


@pytest.mark.parametrize("rest", [workflow.pause_integration, workflow.close_integration])
def test_of_what_rests_nothing_is_told(cast: Cast, connected: Journey, channel: Workflow, rest: Any) -> None:
    workflow.connect_digipost_teams(by=cast.staff, workflow_address=channel.address)
    workflow.submit(connected.integration, 1, by=cast.manager)
    rest(connected.integration, by=cast.staff, reason="Derfor.")
    assert post_all() == 0
    assert [state for _kind, state, _attempts in outcomes()] == ["dropped"] * 2
    assert channel.taken == []


def test_an_address_that_was_removed_gets_nothing(cast: Cast, connected: Journey, channel: Workflow) -> None:
    workflow.submit(connected.integration, 1, by=cast.manager)
    workflow.disconnect_teams(connected.integration, by=cast.lead)
    assert (post_all(), channel.asked) == (0, [])
    assert TeamsPost.objects.get().state == SendState.DROPPED


# --- Quiet hours, which are those of mail


@pytest.mark.parametrize(
    "moment", ["2026-11-20T19:00:00+01:00", "2026-11-21T10:00:00+01:00", "2026-12-24T10:00:00+01:00"]
)
def test_outside_the_hours_of_mail_it_waits(cast: Cast, connected: Journey, channel: Workflow, moment: str) -> None:
    workflow.submit(connected.integration, 1, by=cast.manager)
    with time_machine.travel(datetime.datetime.fromisoformat(moment)):
        assert (post_all(), channel.asked) == (0, [])
    with time_machine.travel(datetime.datetime.fromisoformat("2026-11-23T08:01:00+01:00")):
        assert post_all() == 1


def test_staff_choose_the_hours(cast: Cast, connected: Journey) -> None:
    workflow.edit_rules(by=cast.staff, opens_at=datetime.time(12), closes_at=datetime.time(13))
    workflow.submit(connected.integration, 1, by=cast.manager)
    assert post_all() == 0


def test_a_test_message_is_sent_at_any_hour(cast: Cast, connected: Journey, channel: Workflow) -> None:
    with time_machine.travel(datetime.datetime.fromisoformat("2026-11-21T23:00:00+01:00")):
        workflow.send_teams_test(connected.integration, by=cast.lead)
        assert post_all() == 1
    assert channel.texts[0][:2] == [titled(PostKind.TEST), ABOUT.format(connected.integration.reference)]
    assert channel.links == [link(connected, "teams/")]


# --- What is newly overdue


def overdue(journey: Journey, due: datetime.date, since: datetime.date | None = None) -> None:
    """Everything of the integration is due on that day."""
    WaitingItem.objects.filter(integration=journey.integration).update(due_on=due, since=since or due)


def swept() -> int:
    return sweep.queue_overdue(today(), cases.rules_in_force())


def test_what_became_overdue_is_told_once_a_day(
    cast: Cast, connected: Journey, channel: Workflow, friday: time_machine.Traveller
) -> None:
    yesterday = today() - datetime.timedelta(days=1)
    overdue(connected, yesterday)
    sweep.tick()
    sweep.tick()
    assert outcomes() == [(PostKind.OVERDUE, "waiting", 0)]
    assert post_all() == 1
    (title, about, *lines) = channel.texts[0]
    assert (title, about) == (titled(PostKind.OVERDUE), ABOUT.format(connected.integration.reference))
    assert len(lines) == connected.integration.waiting_items.count()
    assert "19.11.2026" in lines[0] or "19. nov" in lines[0]
    assert channel.links == [link(connected, "")]
    friday.shift(datetime.timedelta(days=3))  # Monday: it is overdue still, and no news
    sweep.tick()
    assert (post_all(), TeamsPost.objects.count()) == (0, 1)


def test_what_is_not_overdue_or_has_long_been_is_not_told(cast: Cast, connected: Journey) -> None:
    overdue(connected, today())
    assert swept() == 0
    overdue(connected, today() - datetime.timedelta(days=30))
    assert swept() == 0


def test_a_weekend_and_a_day_without_a_worker_lose_nothing(
    cast: Cast, connected: Journey, friday: time_machine.Traveller
) -> None:
    sweep.tick()
    overdue(connected, today())
    friday.shift(datetime.timedelta(days=5))  # Wednesday: nobody looked on Monday and Tuesday
    sweep.tick()
    post = TeamsPost.objects.get()
    assert (post.day, post.after) == (today(), today() - datetime.timedelta(days=5))
    assert post_all() == 1


def test_what_was_done_before_it_is_sent_is_not_told(cast: Cast, connected: Journey, channel: Workflow) -> None:
    overdue(connected, today() - datetime.timedelta(days=1))
    assert swept() == 1
    WaitingItem.objects.all().delete()
    assert (post_all(), channel.taken) == (0, [])
    assert TeamsPost.objects.get().error == "Det som skulle meldes, har endret seg i mellomtiden."


def test_an_approval_that_is_late_is_told_as_overdue(
    cast: Cast, connected: Journey, channel: Workflow, friday: time_machine.Traveller
) -> None:
    workflow.submit(connected.integration, 1, by=cast.manager)
    post_all()
    found = []
    for _day in range(6):
        friday.shift(datetime.timedelta(days=1))
        sweep.tick()
        found.append((today().isoformat(), post_all()))
    assert [day for day, sent in found if sent] == ["2026-11-25"]  # two working days are promised: Monday and Tuesday
    assert channel.texts[-1][0] == titled(PostKind.OVERDUE)


def test_many_things_are_listed_in_part(cast: Cast, connected: Journey, channel: Workflow) -> None:
    item = connected.integration.waiting_items.earliest("position")
    for position in range(100, 108):
        item.pk, item.position = None, position
        item.save(force_insert=True)
    overdue(connected, today() - datetime.timedelta(days=1))
    count = connected.integration.waiting_items.count()
    swept()
    post_all()
    lines = channel.texts[0][2:]
    assert len(lines) == 6
    assert str(count - 5) in lines[-1]


def test_digipost_is_told_of_each_integration(cast: Cast, connected: Journey, channel: Workflow) -> None:
    other = cast.journey("Et annet brev")
    for one in (connected, other):
        overdue(one, today() - datetime.timedelta(days=1))
    assert swept() == 1
    TeamsPost.objects.all().delete()
    workflow.connect_digipost_teams(by=cast.staff, workflow_address=channel.address)
    assert swept() == 3
    assert post_all() == 3
    assert len({about for _title, about, *_lines in channel.texts}) == 2


def test_paused_integrations_are_not_overdue(cast: Cast, connected: Journey) -> None:
    overdue(connected, today() - datetime.timedelta(days=1))
    workflow.pause_integration(connected.integration, by=cast.staff, reason="Ferie.")
    assert swept() == 0


NAMING = [reason for reason, text in REASONS.items() if re.search(r"%\((title|readers)\)", str(text))]


@pytest.mark.parametrize("reason", NAMING)
def test_no_name_and_no_word_that_somebody_wrote_leaves_for_a_channel(reason: str) -> None:
    params = (("title", "Hemmelig"), ("readers", "Hemmelig"), ("scenario", "Hemmelig"), ("count", "2"))
    assert "Hemmelig" not in said_of(Waiting("5.1", reason, Role.PROJECT_MANAGER, "plan", params, today()))


def test_of_a_scenario_its_id_alone_is_said() -> None:
    params = (("scenario", "E01 Brev til Kari Nordmann"),)
    said = said_of(Waiting("3.1", "scenario_failed", Role.TECHNICAL_LEAD, "scenarios", params, today()))
    assert "E01" in said
    assert "Kari" not in said


def test_what_begins_to_wait_after_the_look_and_is_late_already_is_told_by_the_next(
    cast: Cast, connected: Journey, friday: time_machine.Traveller
) -> None:
    counts = []
    sweep.tick()
    overdue(connected, today() - datetime.timedelta(days=20), since=today())
    for days in (0, 3, 1):  # Friday again, Monday, Tuesday
        friday.shift(datetime.timedelta(days=days))
        sweep.tick()
        counts.append(TeamsPost.objects.count())
    assert counts == [0, 1, 1]


def test_what_an_import_brought_is_no_news(cast: Cast, connected: Journey, friday: time_machine.Traveller) -> None:
    row = add_carried_over(connected.integration).row
    Import.objects.filter(pk=row.part_of_id).update(confirmed_at=clock.now())
    overdue(connected, today() - datetime.timedelta(days=20), since=today())
    friday.shift(datetime.timedelta(days=3))
    assert swept() == 0
    overdue(connected, today() - datetime.timedelta(days=1), since=today() - datetime.timedelta(days=5))
    assert swept() == 1
