"""Sent mail and the rules in the browser: who sees what, who edits and sends, one-click."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.mails import sending
from milestones.mails.stop_links import stop_address
from milestones.models import Mail, ReminderRules, SendState, User
from milestones.reminders import cases, sweep
from tests.addresses.table import RULES
from tests.cast import Cast
from tests.confirming import post_and_confirm

Send = Callable[[], int]


def test_a_person_sees_their_own_mail_and_no_other(cast: Cast, digests: Journey) -> None:
    mine, his = (Mail.objects.get(kind="digest", recipient=user) for user in (cast.manager, cast.owner))
    client = cast.client(cast.manager)
    assert client.get(f"/mail/{mine.pk}/").status_code == 200
    assert client.get(f"/mail/{his.pk}/").status_code == 404
    assert cast.client(cast.staff).get(f"/mail/{his.pk}/").status_code == 200
    assert cast.client(cast.stranger).get(f"/mail/{mine.pk}/").status_code == 404
    assert mine.subject in client.get("/mail/").content.decode()


def test_mail_about_signing_in_says_why_and_nothing_of_a_digest(cast: Cast, send_all: Send) -> None:
    sending.queue_code(cast.lead, "ABCD-EFGH")
    sending.queue_security(cast.lead, "passkey_added")
    send_all()
    for row, why_it_came in zip(
        Mail.objects.order_by("pk"),
        ("skrevet inn på innloggingssiden", "hvordan denne personen logger inn"),
        strict=True,
    ):
        page = cast.client(cast.lead).get(f"/mail/{row.pk}/").content.decode()
        assert why_it_came in page
        assert "Dagens oppsummering" not in page


def test_what_has_not_been_sent_is_for_staff_alone(cast: Cast, digests: Journey) -> None:
    mine = Mail.objects.get(kind="digest", recipient=cast.manager)
    Mail.objects.filter(pk=mine.pk).update(state=SendState.FAILED)
    assert cast.client(cast.manager).get(f"/mail/{mine.pk}/").status_code == 404
    assert cast.client(cast.staff).get(f"/mail/{mine.pk}/").status_code == 200


def test_a_stored_text_holds_nobodys_link_to_stop(cast: Cast, digests: Journey) -> None:
    assert "/mail/stop/" in mail.outbox[-1].body
    assert not Mail.objects.filter(text__contains="/mail/stop/").exists()


def test_members_see_of_an_integration_what_they_were_sent_staff_see_all(cast: Cast, digests: Journey) -> None:
    address = f"/i/{digests.integration.reference}/mail/"
    mine = cast.client(cast.manager).get(address).context["page"].object_list
    assert {one.recipient for one in mine} == {cast.manager}
    all_of_it = cast.client(cast.staff).get(address).context["page"].object_list
    assert {one.recipient for one in all_of_it} >= {cast.manager, cast.owner, cast.contract, cast.staff}
    assert cast.client(cast.stranger).get(address).status_code == 404


def test_trying_rules_saves_and_sends_nothing(cast: Cast, begun: Journey) -> None:
    staff = cast.client(cast.staff)
    before = Mail.objects.count()
    answer = staff.post("/reminders/", RULES | {"lead_days": "10", "try": "1"})
    assert answer.status_code == 200
    assert answer.context["days"][0].digests == 2
    table = answer.content.decode().partition('<table class="ds-table cards dry-run">')[2]
    assert table.count('<th scope="row">') == 14
    assert re.search(r"<summary>\s*2 (people|personer)\b", table)
    assert (ReminderRules.objects.count(), Mail.objects.count()) == (0, before)
    assert staff.post("/reminders/", RULES | {"lead_days": "10"}).status_code == 302
    assert cases.rules_in_force().lead_days == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lead_days", "-1"),
        ("lead_days", "1e9"),
        ("approval_days", ""),
        ("owner_after", "2"),
        ("certificate_days", "60, sju"),
        ("certificate_days", "9" * 5000),
        ("weekdays", "6"),
        ("opens_at", "25:00"),
        ("closes_at", "07:00"),
    ],
)
def test_bad_rules_are_told_by_their_field(cast: Cast, monday: object, field: str, value: str) -> None:
    answer = cast.client(cast.staff).post("/reminders/", RULES | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_today_now_and_only_once(cast: Cast, begun: Journey, monday: object, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=27, hours=14))  # type: ignore[attr-defined]  # a Sunday night
    staff = cast.client(cast.staff)
    for _press in range(2):
        assert post_and_confirm(staff, "/reminders/today/", {}).status_code == 302
        send_all()
    sent = Mail.objects.filter(kind="digest", state="sent")
    assert sent.count() == sent.values("recipient").distinct().count() > 2


def test_a_failed_mail_can_be_sent_again_by_staff(cast: Cast, digests: Journey) -> None:
    row = Mail.objects.filter(kind="digest").earliest("pk")
    Mail.objects.filter(pk=row.pk).update(state=SendState.FAILED, error="550 no")
    staff = cast.client(cast.staff)
    assert "550 no" in staff.get("/reminders/").content.decode()
    assert cast.client(cast.manager).post(f"/mail/{row.pk}/resend/").status_code == 403
    assert staff.post(f"/mail/{row.pk}/resend/").status_code == 302
    assert staff.post(f"/mail/{row.pk}/resend/").status_code == 409


def test_one_click_stops_what_may_be_stopped(cast: Cast, monday: object) -> None:
    mail_program = Client(enforce_csrf_checks=True)
    for what, wanted in (("digest", ("weekly", True)), ("weekly", ("weekly", False))):
        address = stop_address(cast.manager, what).removeprefix("http://localhost:8000")
        assert mail_program.get(address).status_code == 200
        assert mail_program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
        manager = User.objects.get(pk=cast.manager.pk)
        assert (manager.digest, manager.weekly_summary) == wanted
    assert mail_program.post("/mail/stop/forged/").status_code == 404


def test_everybody_chooses_for_themselves(cast: Cast, monday: object) -> None:
    assert cast.client(cast.lead).post("/mail/", {"digest": "weekly"}).status_code == 302
    lead = User.objects.get(pk=cast.lead.pk)
    assert (lead.digest, lead.weekly_summary) == ("weekly", False)
    assert cast.client(cast.lead).post("/mail/", {"digest": "hourly"}).status_code == 422


def test_a_weekly_summary_shows_with_each_integration_that_it_names(
    cast: Cast, begun: Journey, monday: object, send_all: Send
) -> None:
    neighbour = cast.neighbour()
    sweep.queue_summaries(timezone.localdate())
    send_all()
    mine = Mail.objects.get(kind="weekly", recipient=cast.manager)
    address = f"/i/{begun.integration.reference}/mail/"
    for reader in (cast.staff, cast.manager):
        assert mine in cast.client(reader).get(address).context["page"].object_list
        page = cast.client(reader).get(f"/mail/{mine.pk}/").content.decode()
        assert begun.integration.reference in page
    assert mine not in cast.client(cast.lead).get(address).context["page"].object_list
    elsewhere = cast.client(cast.staff).get(f"/i/{neighbour.integration.reference}/mail/")
    assert mine not in elsewhere.context["page"].object_list


def test_send_today_tries_what_failed(cast: Cast, begun: Journey, monday: object, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=28))  # type: ignore[attr-defined]
    sweep.tick()
    count = Mail.objects.filter(kind="digest").update(state=SendState.FAILED)
    assert workflow.send_today(by=cast.staff, day=timezone.localdate()) == count > 2
    assert send_all() >= count


@pytest.mark.parametrize(("ahead", "day_off"), [(0, False), (5, True)])
def test_staff_are_warned_on_a_day_off(cast: Cast, monday: object, ahead: int, day_off: bool) -> None:
    monday.shift(datetime.timedelta(days=ahead))  # type: ignore[attr-defined]
    assert cast.client(cast.staff).get("/reminders/").context["day_off"] is day_off


def test_all_that_failed_is_tried_again_at_once(cast: Cast, digests: Journey) -> None:
    count = Mail.objects.filter(kind="digest").update(state=SendState.FAILED)
    assert workflow.resend_all_mail(by=cast.staff) == count
    assert not Mail.objects.filter(state=SendState.FAILED).exists()


def test_a_closed_account_answers_like_a_bad_link(cast: Cast, monday: object) -> None:
    address = stop_address(cast.manager, "weekly").removeprefix("http://localhost:8000")
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == 404
    assert User.objects.get(pk=cast.manager.pk).weekly_summary
