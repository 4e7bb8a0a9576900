"""What is wide or cannot be taken back says first how much it does, and to whom; done is what was confirmed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.models import Event, Mail, Notice, NoticeReceipt, SendState, SentForm, User, WaitingItem
from milestones.process import Role, SenderKind, Status
from milestones.snapshots import key_of
from tests.cast import Cast, fresh
from tests.confirming import confirm, is_asked, post_and_confirm, told_by
from tests.made_once import made_once

REASON = {"reason": "Prosjektet er stanset."}
NOTICE = {"kind": "job", "audience": "open", "title": "Nedetid lørdag", "body": "Natt til søndag."}


@pytest.fixture
def staff(cast: Cast) -> Client:
    User.objects.filter(pk=cast.staff.pk).update(language="en")
    return cast.client(cast.staff)


@made_once
def begun(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.milestone_1()
    return journey


def home(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/"


def stored() -> list[int]:
    return [model._default_manager.count() for model in (Event, Mail, Notice, NoticeReceipt, SentForm, WaitingItem)]


def test_closing_says_what_ends(staff: Client, begun: Journey) -> None:
    before, address = stored(), f"{home(begun)}close/"
    tasks = begun.integration.waiting_items.count()
    asked = staff.post(address, REASON)
    for part in ("Nobody can submit or approve", f"{tasks} open tasks end.", "It cannot be opened again."):
        assert part in told_by(asked)
    assert "Production" not in told_by(asked)
    assert (stored(), fresh(begun.integration).status) == (before, Status.ACTIVE)
    assert confirm(staff, address, REASON, asked).status_code == 302
    assert fresh(begun.integration).status == Status.CLOSED
    assert fresh(begun.integration).closed_because == REASON["reason"]


def test_closing_what_sends_says_so(cast: Cast, staff: Client) -> None:
    journey = cast.journey()
    journey.to_operations()
    asked = staff.post(f"{home(journey)}close/", REASON)
    assert "Production sending closes: " in told_by(asked)


def test_refusing_an_intake_names_who_is_told(cast: Cast, staff: Client) -> None:
    waiting = workflow.create_integration(
        by=cast.manager, number="984661185", organisation="Digipost AS", name="Brev", sender_kind=SenderKind.SENDER,
        manager_name=cast.manager.name, manager_email=cast.manager.email,
    )  # fmt: skip
    address = f"/i/{waiting.reference}/refuse/"
    asked = staff.post(address, {"reason": "Ukjent."})
    assert "Kari Prosjekt is told by e-mail." in told_by(asked)
    assert 'href="/approvals/"' in asked.content.decode()


def test_without_a_reason_nothing_is_asked(staff: Client, begun: Journey) -> None:
    answer = staff.post(f"{home(begun)}close/", {"reason": " "})
    assert answer.status_code == 422
    assert 'id="close-reason_error"' in answer.content.decode()


def test_withdrawing_says_which_gates_close(cast: Cast, staff: Client, begun: Journey) -> None:
    agreement = begun.integration.agreements.get()
    address = f"{home(begun)}agreement/{agreement.pk}/withdraw/"
    asked = staff.post(address, REASON)
    assert "Requirement 1.1 is then no longer met, and milestones 1 to 5 cannot be submitted" in told_by(asked)
    assert "Kari Prosjekt" in told_by(asked)  # milestone 1 was approved: its lapse is told
    assert begun.integration.agreements.current().exists()
    assert confirm(staff, address, REASON, asked).status_code == 302
    assert not begun.integration.agreements.current().exists()


def test_withdrawing_what_nothing_rests_on_says_that(cast: Cast, staff: Client) -> None:
    journey = cast.journey()
    journey.roles()
    journey.agreement(verify=False)
    address = f"{home(journey)}agreement/{journey.integration.agreements.get().pk}/withdraw/"
    assert "No milestone is affected" in told_by(staff.post(address, REASON))


def test_who_was_reminded_before_is_not_said_to_be_told_by_it(cast: Cast, staff: Client, begun: Journey) -> None:
    address = f"{home(begun)}agreement/{begun.integration.agreements.get().pk}/withdraw/"
    before = told_by(staff.post(address, REASON))
    item = begun.integration.waiting_items.filter(role=Role.TECHNICAL_LEAD)[0]
    workflow.nudge(begun.integration, by=cast.manager, item=key_of(item))
    assert cast.lead.name not in before
    assert told_by(staff.post(address, REASON)) == before


def test_opening_production_names_who_is_told(cast: Cast, staff: Client) -> None:
    journey = verified(cast)
    address, seen = f"{home(journey)}production/enable/", {"seen": workflow.version_of(journey.integration)}
    asked = staff.post(address, seen)
    for part in ("can send real letters from now on, from account 700456", "Kari Prosjekt", "Terje Teknisk"):
        assert part in told_by(asked)
    assert not fresh(journey.integration).accounts.production_enabled
    assert confirm(staff, address, seen, asked).status_code == 302
    assert fresh(journey.integration).accounts.production_enabled


def test_what_is_refused_is_not_asked_for(staff: Client, begun: Journey) -> None:
    address = f"{home(begun)}production/enable/"
    assert staff.post(address, {"seen": workflow.version_of(begun.integration)}).status_code == 409


def test_what_is_confirmed_is_judged_again(cast: Cast, staff: Client) -> None:
    journey = verified(cast)
    address, seen = f"{home(journey)}production/enable/", {"seen": workflow.version_of(journey.integration)}
    asked = staff.post(address, seen)
    workflow.withdraw_verification(journey.integration, by=cast.other_staff, reason="Feil mottaker.")
    assert confirm(staff, address, seen, asked).status_code == 409
    assert not fresh(journey.integration).accounts.production_enabled


def test_a_notice_to_many_says_to_how_many(cast: Cast, staff: Client, begun: Journey) -> None:
    cast.neighbour()
    readers = [member.pk for member in begun.integration.members.current()][:2]
    workflow.name_readers(begun.integration, by=cast.lead, member_ids=readers, shared_mailbox="")
    before, asked = stored(), staff.post("/notices/", NOTICE)
    assert "The notice goes to 2 people on 2 integrations. On 1 of them it is for whoever reads" in told_by(asked)
    assert "2 e-mails are sent at once." in told_by(asked)
    assert stored() == before
    answer = staff.post("/notices/", NOTICE | {"confirmed": asked.context["confirmed"]}, follow=True)
    assert "The notice is sent. The notice goes to 2 people on 2 integrations." in answer.content.decode()
    assert Notice.objects.count() == 1


def test_a_notice_to_one_is_sent_without_asking(staff: Client, begun: Journey) -> None:
    one = NOTICE | {"audience": "one", "reference": begun.integration.reference}
    assert staff.post("/notices/", one).status_code == 302


def test_what_has_changed_meanwhile_is_shown_before_it_is_done(cast: Cast, staff: Client, begun: Journey) -> None:
    cast.neighbour()
    asked = staff.post("/notices/", NOTICE)
    cast.journey("Enda et")
    again = confirm(staff, "/notices/", NOTICE, asked)
    assert "on 3 integrations" in told_by(again)
    assert "It said before:" in again.content.decode()
    assert "on 2 integrations" in again.content.decode()
    assert not Notice.objects.exists()
    assert confirm(staff, "/notices/", NOTICE, again).status_code == 302
    assert Notice.objects.get().receipts.count() == 3


@pytest.mark.parametrize("forged", ["yes", "1", "[]"])
def test_what_we_did_not_show_confirms_nothing(staff: Client, begun: Journey, forged: str) -> None:
    assert is_asked(staff.post(f"{home(begun)}close/", REASON | {"confirmed": forged}))
    assert fresh(begun.integration).status == Status.ACTIVE


def test_the_page_that_asks_holds_what_was_typed(cast: Cast, staff: Client, begun: Journey) -> None:
    cast.neighbour()
    key = re.search(r'name="form_key" value="([^"]+)"', staff.get("/notices/").content.decode())
    assert key
    html = staff.post("/notices/", NOTICE | {"form_key": key[1]}).content.decode()
    held = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    assert held.items() >= (NOTICE | {"form_key": key[1]}).items()
    assert [staff.post("/notices/", held).status_code for _ in range(2)] == [302, 409]  # a second press
    assert Notice.objects.count() == 1


def test_what_was_typed_can_be_changed(cast: Cast, staff: Client, begun: Journey) -> None:
    cast.neighbour()
    for address, sent in (("/notices/", NOTICE), (f"{home(begun)}close/", REASON)):
        asked = staff.post(address, sent)
        again = confirm(staff, address, sent | {"change": "1"}, asked)
        assert again.status_code == 200
        assert "effect" not in again.context
        assert list(sent.values())[-1] in again.content.decode()
    assert (Notice.objects.count(), fresh(begun.integration).status) == (0, Status.ACTIVE)


@pytest.fixture
def overdue(begun: Journey) -> Iterator[None]:
    """So long after it began that everybody is told something."""
    with time_machine.travel(clock.now() + datetime.timedelta(days=60)):
        yield


def test_todays_digests_say_how_many(overdue: None, staff: Client) -> None:
    before, asked = stored(), staff.post("/reminders/today/")
    count = int(told_by(asked).split()[0])
    assert count > 1
    assert stored() == before
    assert confirm(staff, "/reminders/today/", {}, asked).status_code == 302
    digests = Mail.objects.filter(kind="digest", state=SendState.WAITING)
    assert digests.count() == count
    digests.update(state=SendState.SENT)
    assert staff.post("/reminders/today/").status_code == 302  # there is nothing to confirm


def test_those_who_have_had_theirs_are_counted(overdue: None, staff: Client) -> None:
    post_and_confirm(staff, "/reminders/today/", {})
    Mail.objects.filter(pk=Mail.objects.filter(kind="digest").earliest("pk").pk).update(state=SendState.SENT)
    assert "1 person has had theirs today, and gets no other." in told_by(staff.post("/reminders/today/"))


def verified(cast: Cast) -> Journey:
    """An integration whose tests Digipost has approved."""
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    workflow.record_verification(journey.integration, by=cast.staff)
    return journey
