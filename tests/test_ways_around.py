"""Ways around the process that somebody thought of, each tried and found shut."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from milestones import demo, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, Integration, NoticeReceipt, Organisation, User
from milestones.policy import Forbidden
from milestones.process import Outcome, Role
from tests.cast import Cast, fresh, reasons


def add_item(journey: Journey, by: User, stands_on: Role = Role.TECHNICAL_LEAD) -> int:
    item = workflow.add_item(
        journey.integration, by=by, milestone=1, title="Eget", description="", required=True, stands_on=stands_on
    )
    return item.pk


def test_the_sender_cannot_remove_what_digipost_requires(cast: Cast, journey: Journey) -> None:
    item = add_item(journey, cast.staff)
    with pytest.raises(Forbidden):
        workflow.remove_item(journey.integration, item, by=cast.manager, reason="Trengs ikke.")
    User.objects.filter(pk=cast.staff.pk).update(is_staff=False)  # who required it has left Digipost since
    with pytest.raises(Forbidden):
        workflow.remove_item(journey.integration, item, by=cast.manager, reason="Trengs ikke.")
    workflow.remove_item(journey.integration, item, by=cast.other_staff, reason="Trengs ikke.")


def test_nothing_is_removed_from_what_waits_for_approval(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    item = workflow.add_item(
        journey.integration, by=cast.manager, milestone=1, title="Ved behov", description="", required=False,
        stands_on=Role.TECHNICAL_LEAD,
    )  # fmt: skip
    workflow.submit(journey.integration, 1, by=cast.manager)
    with pytest.raises(ValidationError):
        workflow.remove_item(journey.integration, item.pk, by=cast.manager, reason="Trengs ikke.")


def test_a_notice_is_not_read_by_naming_another_reader(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    name = workflow.name_readers
    reader = journey.integration.members.get(user=cast.owner)
    name(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Varsel", body="Les.")
    assert reasons(journey.integration, "D.2") == ["notice_unread"]
    name(journey.integration, by=cast.lead, member_ids=[], shared_mailbox="post@fjordvik.example")
    assert reasons(journey.integration, "D.2") == ["notice_unread"]
    left = NoticeReceipt.objects.unread().get()
    workflow.read_notice(journey.integration, left.pk, by=cast.lead)
    assert reasons(journey.integration, "D.2") == []


def test_another_production_account_is_opened_anew(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    workflow.record_accounts(
        journey.integration, by=cast.staff, test_account_id="500123", production_account_id="700999"
    )
    assert reasons(journey.integration, "3.3") == ["production_closed", "details_not_passed"]


def test_an_integration_keeps_a_project_manager(cast: Cast, journey: Journey) -> None:
    member = journey.integration.members.get(user=cast.manager)
    with pytest.raises(ValidationError):
        workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    address = f"/i/{journey.integration.reference}/people/{member.pk}/remove/"
    assert cast.client(cast.manager).post(address).status_code == 409
    workflow.invite(
        journey.integration, by=cast.manager, name="Ny", email="ny@x.example", roles=[Role.PROJECT_MANAGER]
    )
    with pytest.raises(ValidationError):  # who has not come in yet could put nothing right
        workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    demo.accept_all(journey.integration)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)


def test_an_address_is_one_person_whatever_its_letters(cast: Cast, journey: Journey) -> None:
    for email in ("kari@ås.example", "kari@ÅS.example"):
        neighbour = journey if email.islower() else cast.neighbour()
        workflow.invite(neighbour.integration, by=neighbour.cast.manager, name="Kari", email=email, roles=[])
    assert User.objects.filter(email="kari@ås.example").count() == 1


def test_a_name_tells_nobody_that_an_organisation_is_here(cast: Cast, journey: Journey) -> None:
    answer = cast.client(cast.stranger).post(
        "/integrations/new/",
        {
            "route": "direct",
            "number": "984661185",
            "organisation": "Hva som helst",
            "sender_kind": "sender",
            "name": "Brev",
        },
    )
    assert answer.status_code == 302
    created = Integration.objects.latest("pk")
    assert created.organisation.name == "Hva som helst"
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Fjordvik kommune", "Hva som helst"}


def test_what_the_system_concludes_is_not_put_on_a_person(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    scenario = journey.integration.scenarios.current().first()
    assert scenario is not None
    workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=today(), outcome=Outcome.FAILED)
    assert Event.objects.get(kind=EventKind.VERIFICATION_WITHDRAWN).actor is None
    assert not fresh(journey.integration).verification.stands
