"""Turns that workflow seldom takes: what two do at once, what is proposed again, what happens during a pause."""

from __future__ import annotations

import datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError

from milestones import clock, workflow
from milestones.models import EventKind, Mail, MailKind, Member, NoticeReceipt
from milestones.process import Role
from milestones.workflow import effects, intake
from milestones.workflow.consequences import drawn_together
from tests.cast import Cast, facts_now, fresh

pytestmark = pytest.mark.django_db
A_DAY = datetime.timedelta(days=1)


def test_only_what_has_happened_before_is_drawn_together(cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="before"), drawn_together():
        pass


def test_what_is_drawn_together_is_drawn_on_one_integration(cast: Cast) -> None:
    first, second = cast.journey("Brev"), cast.journey("Faktura")

    def both() -> None:
        with clock.ago(3), drawn_together():
            for journey in (first, second):
                workflow.set_contact(journey.integration, by=cast.staff, contact=None)

    with pytest.raises(RuntimeError, match="one integration"):
        both()


def test_nothing_done_together_draws_nothing(cast: Cast) -> None:
    with clock.ago(3), drawn_together():
        pass
    assert not Mail.objects.exists()


def test_a_reference_that_is_taken_is_drawn_again(cast: Cast) -> None:
    taken = cast.journey("Brev").integration.reference
    with patch.object(intake, "new_reference", side_effect=[taken, "NONO-123"]):
        assert cast.journey("Faktura").integration.reference == "NONO-123"


def test_the_same_launch_date_again_is_no_news(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3()
    journey.milestone_4()
    day = clock.today() + 30 * A_DAY
    for _again in range(2):
        workflow.propose_launch_date(journey.integration, by=cast.manager, launch_on=day)
    events = journey.integration.events.filter(to_value=day.isoformat())
    assert events.count() == 1


def test_nothing_was_sent_before_production_was_opened(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3()
    journey.milestone_4()
    journey.launch_date()
    too_early = clock.today() - A_DAY
    with pytest.raises(ValidationError) as refused:
        workflow.record_first_sending(
            journey.integration, by=cast.manager, first_sending_on=too_early, documents_sent=1
        )
    assert "first_sending_on" in refused.value.message_dict


def test_a_planned_meeting_that_was_held_on_another_day_moves_in_calendars(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.roles()
    planned = workflow.plan_meeting(
        journey.integration, by=cast.manager, kind="other", held_on=clock.today(), starts_at=None, ends_at=None,
        place="", agenda="", invited=[],
    )  # fmt: skip
    workflow.record_meeting(
        journey.integration, by=cast.manager, meeting_id=planned.pk, kind="other", held_on=clock.today() - A_DAY,
        sender_people="Kari", digipost_people="Ingrid", minutes="Alt vel",
    )  # fmt: skip
    held = journey.integration.meetings.get(pk=planned.pk)
    assert (held.is_planned, held.sequence > planned.sequence) == (False, True)


def test_deleting_what_somebody_else_wrote_takes_a_reason(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.roles()
    comment = workflow.add_comment(journey.integration, "milestone-1", by=cast.manager, text="Ser bra ut")
    with pytest.raises(ValidationError) as refused:
        workflow.delete_comment(journey.integration, comment.pk, by=cast.staff, reason="")
    assert "reason" in refused.value.message_dict


def test_a_notice_during_a_pause_waits_in_the_list_and_is_not_mailed(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.roles()
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Hviler")
    workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Emne", body="Tekst")
    assert NoticeReceipt.objects.filter(integration=journey.integration).exists()
    assert not Mail.objects.filter(kind=MailKind.NOTICE).exists()


def test_what_a_reader_left_unread_is_the_mailboxs_unless_somebody_else_has_it(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.roles()
    integration = journey.integration
    members = {person.user_id: person.pk for person in Member.objects.filter(integration=integration)}
    readers = [members[cast.lead.pk], members[cast.owner.pk]]
    workflow.name_readers(integration, by=cast.manager, member_ids=readers, shared_mailbox="")
    workflow.send_notice([integration], by=cast.staff, kind="job", title="Emne", body="Tekst")
    workflow.remove_member(integration, members[cast.owner.pk], by=cast.manager)
    assert not NoticeReceipt.objects.filter(integration=integration, member=None).exists()
    workflow.remove_member(integration, members[cast.lead.pk], by=cast.manager)
    assert NoticeReceipt.objects.filter(integration=integration, member=None).count() == 1


def test_a_manager_who_has_only_been_invited_may_go_while_another_is_there(cast: Cast) -> None:
    journey = cast.journey("Brev")
    invited = workflow.invite(
        journey.integration, by=cast.manager, name="Ny", email="ny@fjordvik.example", roles=[Role.PROJECT_MANAGER]
    )
    workflow.remove_member(journey.integration, invited.pk, by=cast.manager)
    assert [person.name for person in facts_now(journey.integration).people[Role.PROJECT_MANAGER]] == [
        cast.manager.name
    ]


def test_an_optional_basic_scenario_becomes_required(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1()
    journey.milestone_2()
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    scenario = journey.integration.scenarios.get(code="T03")
    scenario.required = False
    scenario.save(update_fields=["required"])
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    assert journey.integration.scenarios.get(pk=scenario.pk).required
    changed = journey.integration.events.filter(kind=EventKind.SCENARIO_CHANGED, subject="T03")
    assert [event.to_value for event in changed] == ["required"]


def test_closing_what_nobody_has_work_on_names_no_tasks(cast: Cast) -> None:
    journey = cast.journey("Brev")
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Hviler")
    tried = effects.Trial(fresh(journey.integration))
    workflow.close_integration(journey.integration, by=cast.staff, reason="Gir seg")
    assert not any("oppgave" in sentence for sentence in effects.of_closing(tried).told)


def test_whoever_names_the_first_readers_is_suggested(cast: Cast) -> None:
    journey = cast.journey()
    journey.to_operations()
    lead, page = cast.client(cast.lead), f"/i/{journey.integration.reference}/operations/"
    own = str(journey.integration.members.get(user=cast.lead).pk)
    assert lead.get(page).context["readers"]["members"].value() == [own]
    assert not journey.integration.members.filter(reads_notices=True).exists()
    nobody_else: dict[str, Any] = {"member_ids": [], "shared_mailbox": "post@fjordvik.example"}
    workflow.name_readers(journey.integration, by=cast.manager, **nobody_else)
    assert lead.get(page).context["readers"]["members"].value() == []
