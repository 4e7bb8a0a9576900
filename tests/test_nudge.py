"""Reminding others of what stands on them: who may, how often, whom it reaches and when it is not sent after all."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Event, EventKind, Mail, MailKind, SendState, User, WaitingItem
from milestones.policy import Forbidden
from milestones.process import Role
from milestones.snapshots import key_of
from tests.cast import Cast
from tests.mailing import FRIDAY, Send
from tests.personal.common import erase, leave

A_DAY = datetime.timedelta(days=1)


def waits_for(journey: Journey, role: Role) -> WaitingItem:
    item = journey.integration.waiting_items.filter(role=role).first()
    assert item
    return item


def remind(journey: Journey, by: User, role: Role) -> Event:
    return workflow.nudge(journey.integration, by=by, item=key_of(waits_for(journey, role)))


def queued() -> set[str]:
    return {row.to for row in Mail.objects.filter(kind=MailKind.NUDGED)}


def test_who_holds_the_role_is_told_who_asks_about_what_and_where(cast: Cast, team: Journey, send_all: Send) -> None:
    item = waits_for(team, Role.CONTRACT_MANAGER)
    remind(team, cast.manager, Role.CONTRACT_MANAGER)
    assert queued() == {cast.contract.email}
    assert send_all() == 1
    (letter,) = mail.outbox
    assert letter.to == [cast.contract.email]
    assert letter.reply_to == [cast.manager.email]
    assert str(letter.subject).startswith(f"{team.integration.reference}: Kari Prosjekt ")
    for words in ("Kari Prosjekt", team.integration.name, f"/i/{team.integration.reference}/agreement/#"):
        assert words in str(letter.body)
    assert item.code == Event.objects.get(kind=EventKind.NUDGED).subject.split()[0]


def test_what_stands_on_digipost_goes_to_the_contact_and_to_all_staff_without_one(cast: Cast, team: Journey) -> None:
    team.agreement(verify=False)
    Mail.objects.all().delete()
    remind(team, cast.lead, Role.ONBOARDING)
    assert queued() == {cast.staff.email}
    Mail.objects.all().delete()
    workflow.set_contact(team.integration, by=cast.staff, contact=None)
    with time_machine.travel(FRIDAY + 3 * A_DAY):
        remind(team, cast.manager, Role.ONBOARDING)
    assert queued() == {cast.staff.email, cast.other_staff.email}


def test_what_stands_on_a_vacant_role_goes_to_the_project_manager(cast: Cast, team: Journey) -> None:
    leave(cast, team, cast.owner)
    remind(team, cast.lead, Role.BUSINESS_OWNER)
    assert queued() == {cast.manager.email}
    with pytest.raises(workflow.Stale):  # it stands on him himself now
        remind(team, cast.manager, Role.BUSINESS_OWNER)


@pytest.mark.parametrize("who", ["manager", "lead", "owner", "staff", "other_staff"])
def test_everybody_who_takes_part_may(cast: Cast, team: Journey, who: str) -> None:
    remind(team, getattr(cast, who), Role.CONTRACT_MANAGER)
    assert queued() == {cast.contract.email}


def test_who_only_reads_may_not_and_is_offered_nothing(cast: Cast, team: Journey) -> None:
    with pytest.raises(Forbidden):
        remind(team, cast.observer, Role.CONTRACT_MANAGER)
    assert "/nudge/" not in page(cast.client(cast.observer), team)


def test_nobody_reminds_themselves(cast: Cast, team: Journey) -> None:
    with pytest.raises(workflow.Stale):
        remind(team, cast.contract, Role.CONTRACT_MANAGER)
    assert address_of(team, Role.CONTRACT_MANAGER) not in page(cast.client(cast.contract), team)
    assert address_of(team, Role.CONTRACT_MANAGER) in page(cast.client(cast.lead), team)


def test_nobody_is_reminded_while_it_rests_or_before_it_is_accepted(cast: Cast, team: Journey) -> None:
    item = key_of(waits_for(team, Role.CONTRACT_MANAGER))
    workflow.pause_integration(team.integration, by=cast.staff, reason="Ferie")
    with pytest.raises(workflow.Stale):
        workflow.nudge(team.integration, by=cast.manager, item=item)
    workflow.resume_integration(team.integration, by=cast.staff)
    type(team.integration).objects.filter(pk=team.integration.pk).update(accepted_at=None, accepted_by=None)
    with pytest.raises(workflow.GateClosed):
        workflow.nudge(team.integration, by=cast.manager, item=item)
    assert "/nudge/" not in page(cast.client(cast.manager), team)
    workflow.close_integration(team.integration, by=cast.staff, reason="Ukjent")
    with pytest.raises(workflow.Stale):
        workflow.nudge(team.integration, by=cast.manager, item=item)


def test_an_old_page_is_told_that_it_no_longer_waits(cast: Cast, team: Journey) -> None:
    address = address_of(team, Role.CONTRACT_MANAGER)
    team.agreement(verify=False)
    answer = cast.client(cast.manager).post(address)
    assert answer.status_code == 409
    assert not Event.objects.filter(kind=EventKind.NUDGED).exists()


def test_an_item_keeps_its_key_while_its_form_is_filled(cast: Cast, team: Journey) -> None:
    item = team.integration.waiting_items.get(reason="services_undecided")
    team.integration.waiting_items.filter(pk=item.pk).update(params=[["service", "sms"], ["count", "1"]])
    assert key_of(team.integration.waiting_items.get(pk=item.pk)) == key_of(item)


def test_once_a_working_day_whoever_asks(
    cast: Cast, team: Journey, friday: time_machine.Traveller, send_all: Send
) -> None:
    """Friday, then Monday; on Saturday it is still Friday's, and what is asked on Sunday is Monday's."""
    remind(team, cast.manager, Role.CONTRACT_MANAGER)
    with pytest.raises(workflow.Stale, match=r"Kari Prosjekt .*20\. nov\. 2026.* 23\. nov\. 2026"):
        remind(team, cast.staff, Role.CONTRACT_MANAGER)
    remind(team, cast.staff, Role.BUSINESS_OWNER)  # another item is another matter
    friday.shift(2 * A_DAY)
    remind(team, cast.lead, Role.CONTRACT_MANAGER)
    friday.shift(A_DAY)
    with pytest.raises(workflow.Stale, match="Terje Teknisk"):
        remind(team, cast.manager, Role.CONTRACT_MANAGER)
    friday.shift(A_DAY)
    remind(team, cast.manager, Role.CONTRACT_MANAGER)
    assert Event.objects.filter(kind=EventKind.NUDGED).count() == 4


def test_what_is_asked_in_the_evening_is_told_the_next_working_day_and_counts_for_it(
    cast: Cast, team: Journey, friday: time_machine.Traveller, send_all: Send
) -> None:
    friday.shift(-A_DAY + datetime.timedelta(hours=7))
    remind(team, cast.manager, Role.CONTRACT_MANAGER)
    assert send_all() == 0
    friday.move_to(FRIDAY)
    assert send_all() == 1
    with pytest.raises(workflow.Stale):
        remind(team, cast.lead, Role.CONTRACT_MANAGER)
    friday.shift(3 * A_DAY)
    remind(team, cast.lead, Role.CONTRACT_MANAGER)


def test_a_second_press_does_nothing_twice(cast: Cast, team: Journey) -> None:
    client, address = cast.client(cast.manager), address_of(team, Role.CONTRACT_MANAGER)
    shown = page(client, team)
    key = shown[shown.index(address) :].split('name="form_key" value="', 1)[1].split('"', 1)[0]
    answers = [client.post(address, {"form_key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert Event.objects.filter(kind=EventKind.NUDGED).count() == Mail.objects.count() == 1


def test_the_page_says_who_asked_instead_of_offering_it_again(
    cast: Cast, team: Journey, friday: time_machine.Traveller
) -> None:
    address = address_of(team, Role.CONTRACT_MANAGER)
    assert cast.client(cast.manager).post(address).status_code == 302
    for user in (cast.manager, cast.lead, cast.contract, cast.staff):
        shown = page(cast.client(user), team)
        assert address not in shown
        assert shown.count("Kari Prosjekt") > 1
    friday.shift(3 * A_DAY)
    on_monday = Client()
    on_monday.force_login(cast.manager)
    assert address in page(on_monday, team)


def test_more_items_cost_no_more_queries(cast: Cast, team: Journey) -> None:
    before = queries_of(cast.client(cast.manager), team)
    for number in range(5):
        workflow.add_item(
            team.integration, by=cast.manager, milestone=1, title=f"Eget {number}", description="", required=True,
            stands_on=Role.TECHNICAL_LEAD,
        )  # fmt: skip
    assert page(cast.client(cast.manager), team).count("/nudge/") >= 7
    assert queries_of(cast.client(cast.manager), team) == before


def test_what_was_done_meanwhile_is_not_asked_about(cast: Cast, team: Journey, send_all: Send) -> None:
    remind(team, cast.manager, Role.CONTRACT_MANAGER)
    team.agreement(verify=False)
    send_all()
    assert Mail.objects.get(kind=MailKind.NUDGED).state == SendState.DROPPED


def test_who_no_longer_holds_the_role_is_not_asked(cast: Cast, team: Journey, send_all: Send) -> None:
    remind(team, cast.manager, Role.CONTRACT_MANAGER)
    member = team.integration.members.current().get(user=cast.contract)
    workflow.set_roles(team.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    send_all()
    assert Mail.objects.get(kind=MailKind.NUDGED).state == SendState.DROPPED


def test_who_asks_gets_no_mail(cast: Cast, team: Journey) -> None:
    """Of two who share a role neither reminds the other: it stands on both."""
    member = team.integration.members.current().get(user=cast.lead)
    workflow.set_roles(
        team.integration, member.pk, by=cast.manager, roles=[Role.TECHNICAL_LEAD, Role.CONTRACT_MANAGER]
    )
    with pytest.raises(workflow.Stale):
        remind(team, cast.lead, Role.CONTRACT_MANAGER)
    remind(team, cast.manager, Role.CONTRACT_MANAGER)
    assert queued() == {cast.lead.email, cast.contract.email}


def test_who_decides_on_an_open_page_decides_although_reminded(cast: Cast, team: Journey) -> None:
    team.milestone_1_facts()
    workflow.submit(team.integration, 1, by=cast.manager)
    seen = workflow.version_of(team.integration)
    remind(team, cast.manager, Role.ONBOARDING)
    workflow.approve(team.integration, 1, by=cast.staff, seen=seen)


def test_events_call_who_was_erased_by_their_pseudonym(cast: Cast, team: Journey) -> None:
    item = workflow.add_item(
        team.integration, by=cast.manager, milestone=1, title="Spør Kirsten Kontrakt", description="",
        required=True, stands_on=Role.TECHNICAL_LEAD,
    )  # fmt: skip
    waits = team.integration.waiting_items.get(code=item.key)
    event = workflow.nudge(team.integration, by=cast.manager, item=key_of(waits))
    assert "Kirsten Kontrakt" in event.reason
    leave(cast, team, cast.contract)
    erase(cast.contract, cast.staff)
    kept = Event.objects.get(pk=event.pk)
    assert "Kirsten" not in kept.reason
    assert (kept.subject, kept.to_value) == (event.subject, event.to_value)


def address_of(journey: Journey, role: Role) -> str:
    return f"/i/{journey.integration.reference}/nudge/{key_of(waits_for(journey, role))}/"


def page(client: Client, journey: Journey) -> str:
    return client.get(f"/i/{journey.integration.reference}/").content.decode()


def queries_of(client: Client, journey: Journey) -> int:
    with CaptureQueriesContext(connection) as taken:
        page(client, journey)
    return len(taken)
