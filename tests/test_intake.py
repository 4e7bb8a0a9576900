"""An intake that no staff member made: it waits for Digipost, and until then nobody else is let in or told."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, override

from milestones import gates, snapshots, workflow
from milestones.models import Event, EventKind, Integration, Mail, MailKind, Member, NoticeReceipt, User
from milestones.policy import Forbidden
from milestones.process import Role, SenderKind, Status
from tests.cast import Cast, facts_now, fresh
from tests.confirming import post_and_confirm
from tests.made_once import made_once

INTAKE: dict[str, Any] = {"number": "984661185", "organisation": "Digipost AS", "sender_kind": SenderKind.SENDER}


def take_in(by: User, name: str = "Brev", manager: User | None = None) -> Integration:
    who = manager or by
    named: dict[str, Any] = {"manager_name": who.name, "manager_email": who.email}
    return workflow.create_integration(by=by, name=name, **named, **INTAKE)


@made_once
def waiting(cast: Cast) -> Integration:
    return take_in(cast.manager)


def invite(integration: Integration, by: User, email: str = "ny@fjordvik.example") -> Member:
    return workflow.invite(integration, by=by, name="Ny", email=email, roles=[Role.TECHNICAL_LEAD])


def test_what_staff_take_in_is_accepted_at_once(cast: Cast) -> None:
    integration = take_in(cast.staff, manager=cast.manager)
    assert integration.accepted_at
    assert integration.accepted_by == cast.staff
    invite(integration, cast.staff)


def test_nobody_takes_in_for_somebody_else_but_staff(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        take_in(cast.manager, manager=cast.stranger)


def test_nobody_is_invited_before_it_is_accepted(cast: Cast, waiting: Integration) -> None:
    for by in (cast.manager, cast.staff):
        with pytest.raises(workflow.GateClosed) as closed:
            invite(waiting, by)
        assert [one.reason for one in closed.value.unmet] == ["intake_not_accepted"]
    assert not User.objects.filter(email="ny@fjordvik.example").exists()
    assert not Mail.objects.filter(kind=MailKind.INVITED).exists()
    workflow.accept_intake(waiting, by=cast.staff)
    member = invite(waiting, cast.manager)
    Integration.objects.filter(pk=waiting.pk).update(accepted_at=None, accepted_by=None)
    with pytest.raises(workflow.GateClosed):
        workflow.resend_invitation(waiting, member.pk, by=cast.manager)


def test_the_page_says_so_and_offers_no_form(cast: Cast, waiting: Integration) -> None:
    address = f"/i/{waiting.reference}/people/"
    for who in (cast.manager, cast.staff):
        assert f'action="{address}"' not in cast.client(who).get(address).content.decode()
    form = {"name": "Ny", "email": "ny@fjordvik.example", "roles": ["observer"]}
    assert cast.client(cast.manager).post(address, form).status_code == 409
    workflow.accept_intake(waiting, by=cast.staff)
    assert f'action="{address}"' in cast.client(cast.manager).get(address).content.decode()
    assert cast.client(cast.manager).post(address, form).status_code == 302


def test_the_evaluator_says_what_it_waits_for(cast: Cast, waiting: Integration) -> None:
    (move,) = gates.next_moves(facts_now(waiting))
    assert (move.code, move.role, move.where) == (gates.INTAKE, Role.ONBOARDING, "integration")
    assert move in gates.gate(1, facts_now(waiting))
    assert fresh(waiting).waits_on == "digipost"
    assert [item.reason for item in waiting.waiting_items.all()] == ["intake_not_accepted"]
    assert not any(differs for _integration, differs in snapshots.differences())
    workflow.accept_intake(waiting, by=cast.staff)
    assert gates.INTAKE not in [one.code for one in gates.next_moves(facts_now(waiting))]


@pytest.mark.parametrize("who", ["staff", "manager"])
@pytest.mark.parametrize("address", ["/", "/integrations/", "/i/{}/"])
def test_every_list_shows_it(cast: Cast, waiting: Integration, address: str, who: str) -> None:
    (move,) = gates.next_moves(facts_now(waiting))
    page = cast.client(getattr(cast, who)).get(address.format(waiting.reference)).content.decode()
    with override("nb"):
        assert move.text in page  # of the manager's work it is what waits for others


def test_its_first_milestones_page_says_that_it_waits_and_not_that_something_has_gone(
    cast: Cast, waiting: Integration
) -> None:
    page = cast.client(cast.manager).get(f"/i/{waiting.reference}/milestones/1/").content.decode()
    closed = "Something in an earlier milestone is no longer met. This milestone is closed until it is met again:"
    with override("nb"):
        assert gettext("This is missing:") in page
        assert gettext(closed) not in page


def test_milestone_1_is_not_submitted_before(cast: Cast, waiting: Integration) -> None:
    with pytest.raises(workflow.GateClosed) as closed:
        workflow.submit(waiting, 1, by=cast.manager)
    assert closed.value.unmet[0].reason == "intake_not_accepted"


def test_accepting_is_staffs_and_once(cast: Cast, waiting: Integration) -> None:
    with pytest.raises(Forbidden):
        workflow.accept_intake(waiting, by=cast.manager)
    workflow.accept_intake(waiting, by=cast.staff)
    with pytest.raises(workflow.Stale):
        workflow.accept_intake(waiting, by=cast.other_staff)
    accepted = fresh(waiting)
    assert (accepted.accepted_by, accepted.onboarding_contact) == (cast.staff, cast.staff)
    assert Event.objects.get(kind=EventKind.INTAKE_ACCEPTED).actor == cast.staff


def test_a_contact_who_is_named_already_stays(cast: Cast, waiting: Integration) -> None:
    workflow.set_contact(waiting, by=cast.staff, contact=cast.other_staff)
    workflow.accept_intake(waiting, by=cast.staff)
    assert fresh(waiting).onboarding_contact == cast.other_staff


def test_who_took_it_in_does_not_accept_it_after_changing_sides(cast: Cast, waiting: Integration) -> None:
    Member.objects.filter(integration=waiting).update(left_at=timezone.now())
    User.objects.filter(pk=cast.manager.pk).update(is_staff=True)
    with pytest.raises(Forbidden):
        workflow.accept_intake(waiting, by=cast.manager)


def test_staff_accept_or_refuse_on_the_approvals_page(cast: Cast, waiting: Integration) -> None:
    other = take_in(cast.stranger, "Faktura")
    staff = cast.client(cast.staff)
    page = staff.get("/approvals/").content.decode()
    for integration, who in ((waiting, cast.manager), (other, cast.stranger)):
        assert all(text in page for text in (integration.reference, "Digipost AS", "984 661 185", who.name, who.email))
    assert len(re.findall(r' id="([^"]*reason)"', page)) == 2
    assert staff.post(f"/i/{waiting.reference}/accept/").status_code == 302
    unsaid = staff.post(f"/i/{other.reference}/refuse/", {"reason": " "})
    assert (unsaid.status_code, fresh(other).status) == (422, Status.ACTIVE)
    assert f'id="refuse-{other.pk}-reason_error"' in unsaid.content.decode()
    refused = post_and_confirm(staff, f"/i/{other.reference}/refuse/", {"reason": "Ukjent."})
    assert refused.status_code == 302
    assert staff.post(f"/i/{waiting.reference}/refuse/", {"reason": "For sent."}).status_code == 409
    assert fresh(waiting).is_accepted
    assert fresh(other).status == Status.CLOSED
    page = staff.get("/approvals/").content.decode()
    assert waiting.reference not in page
    assert other.reference not in page


def test_a_shared_mailbox_hears_nothing_before(cast: Cast, waiting: Integration) -> None:
    workflow.name_readers(waiting, by=cast.manager, member_ids=[], shared_mailbox="fremmed@elsewhere.example")
    workflow.send_notice([waiting], by=cast.staff, kind="job", title="Varsel", body="Les.")
    assert NoticeReceipt.objects.filter(integration=waiting).exists()
    assert not Mail.objects.filter(address="fremmed@elsewhere.example").exists()


def test_three_intakes_a_day_and_then_it_says_when(cast: Cast, settings: Any) -> None:
    settings.INTAKES_A_DAY = 3
    start = timezone.now()
    for number in range(3):
        with time_machine.travel(start + datetime.timedelta(hours=number), tick=False):
            take_in(cast.manager, f"Brev {number}")
    with time_machine.travel(start + datetime.timedelta(hours=23), tick=False):
        with pytest.raises(ValidationError) as refused:
            take_in(cast.manager, "Brev 4")
        take_in(cast.stranger, "Brev 5")
        form = {**INTAKE, "sender_kind": "sender", "route": "direct", "name": "Brev 6"}
        answer = cast.client(cast.manager).post("/integrations/new/", form)
        assert answer.status_code == 422
        assert refused.value.messages[0] in str(answer.context["form"].non_field_errors())
    again = timezone.localtime(start + datetime.timedelta(hours=24))
    assert f"{again:%H:%M}" in refused.value.messages[0]
    with time_machine.travel(start + datetime.timedelta(hours=24, seconds=1), tick=False):
        take_in(cast.manager, "Brev 7")
    for number in range(5):
        take_in(cast.staff, f"Mange {number}", manager=cast.stranger)
