"""Sent mail and the rules in the browser: who sees what, why and why not, the dry run, one-click."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from milestones import mails, outbox, workflow
from milestones.demo import Journey
from milestones.models import Mail, MailState, ReminderRules, User
from milestones.process import Role
from milestones.reminders import cases, dry_run, sweep, why
from milestones.reminders.why import Answer
from tests.addresses.table import RULES
from tests.cast import Cast, add_observer

Send = Callable[[], int]


@pytest.fixture
def journey(cast: Cast, monday: object) -> Journey:
    """Taken in on a Monday, with its roles given; milestone 1 is due ten working days later."""
    journey = cast.journey()
    journey.roles()
    add_observer(journey, cast.observer)
    return journey


@pytest.fixture
def digests(journey: Journey, monday: object, send_all: Send) -> Journey:
    """A month later, with everything overdue and today's digests sent."""
    monday.shift(datetime.timedelta(days=28))  # type: ignore[attr-defined]
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
    send_all()
    return journey


def test_a_person_sees_their_own_mail_and_no_other(cast: Cast, digests: Journey) -> None:
    mine, his = (Mail.objects.get(kind="digest", recipient=user) for user in (cast.manager, cast.owner))
    client = cast.client(cast.manager)
    assert client.get(f"/mail/{mine.pk}/").status_code == 200
    assert client.get(f"/mail/{his.pk}/").status_code == 404
    assert cast.client(cast.staff).get(f"/mail/{his.pk}/").status_code == 200
    assert cast.client(cast.stranger).get(f"/mail/{mine.pk}/").status_code == 404
    assert mine.subject in client.get("/mail/").content.decode()


def test_mail_about_signing_in_says_why_and_nothing_of_a_digest(cast: Cast, send_all: Send) -> None:
    outbox.queue_code(cast.lead, "ABCD-EFGH")
    outbox.queue_security(cast.lead, "passkey_added")
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
    Mail.objects.filter(pk=mine.pk).update(state=MailState.FAILED)
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


def answers(journey: Journey, user: User) -> dict[str, Answer]:
    found = why.verdicts(journey.integration, user, timezone.now())
    return {verdict.code: verdict.answer for verdict in found}


def verdict_of(journey: Journey, user: User, code: str) -> why.Verdict:
    return next(one for one in why.verdicts(journey.integration, user, timezone.now()) if one.code == code)


def test_why_of_submitting_approving_and_certificates(cast: Cast, journey: Journey, monday: object) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    late = verdict_of(journey, cast.staff, "M1")
    assert (late.answer, late.day) == (Answer.NOT_YET_DUE, datetime.date(2026, 11, 26))
    assert verdict_of(journey, cast.manager, "M1").answer == Answer.ESCALATES
    assert verdict_of(journey, cast.lead, "D.3").answer == Answer.DONE
    expires = datetime.date(2026, 12, 20)
    workflow.record_certificate(journey.integration, by=cast.lead, expires_on=expires)
    assert verdict_of(journey, cast.lead, "D.3").answer == Answer.TELLS_TODAY


def test_why_not(cast: Cast, journey: Journey, monday: object) -> None:
    assert answers(journey, cast.owner)["1.3"] == Answer.NOT_YET_DUE
    verdict = next(v for v in why.verdicts(journey.integration, cast.owner, timezone.now()) if v.code == "1.3")
    assert verdict.day == datetime.date(2026, 12, 2)
    assert "2. december 2026" in verdict.text.lower() or "2. desember 2026" in verdict.text
    assert answers(journey, cast.owner)["1.1"] == Answer.ESCALATES
    assert answers(journey, cast.observer)["1.1"] == Answer.OTHERS
    assert answers(journey, cast.owner)["1.2"] == Answer.DONE
    assert answers(journey, cast.staff)["1.4"] == Answer.CANNOT_START
    assert set(answers(journey, cast.stranger).values()) == {Answer.LEFT}
    monday.shift(datetime.timedelta(days=10))  # type: ignore[attr-defined]  # Thursday 3 December
    assert verdict_of(journey, cast.owner, "1.3").day == datetime.date(2026, 12, 3)
    monday.shift(datetime.timedelta(hours=8))  # type: ignore[attr-defined]  # the window has closed
    assert verdict_of(journey, cast.owner, "1.3").day == datetime.date(2026, 12, 4)
    monday.shift(datetime.timedelta(days=2))  # type: ignore[attr-defined]  # Saturday
    assert verdict_of(journey, cast.owner, "1.3").day == datetime.date(2026, 12, 7)
    assert answers(journey, cast.owner)["1.3"] == Answer.DAY_OFF
    workflow.pause(journey.integration, by=cast.staff, reason="Ferie.")
    assert set(answers(journey, cast.owner).values()) == {Answer.RESTS}


def test_why_says_what_became_of_todays_digest(cast: Cast, journey: Journey, monday: object, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=28))  # type: ignore[attr-defined]
    today = timezone.localdate()
    assert verdict_of(journey, cast.owner, "1.3").answer == Answer.TELLS_TODAY
    sweep.tick()
    waits = verdict_of(journey, cast.owner, "1.3")
    assert (waits.answer, waits.day) == (Answer.TELLS_TODAY, today)
    Mail.objects.filter(kind="digest").update(state=MailState.FAILED)
    failed = verdict_of(journey, cast.owner, "1.3")
    assert (failed.answer, failed.day) == (Answer.FAILED_TODAY, today + datetime.timedelta(days=1))
    Mail.objects.filter(kind="digest").update(state=MailState.WAITING)
    send_all()
    assert verdict_of(journey, cast.owner, "1.3").answer == Answer.TOLD_TODAY


def test_the_dry_run_counts_no_digest_that_was_sent_today(cast: Cast, digests: Journey) -> None:
    today = timezone.localdate()
    first, second = dry_run.days(today, cases.rules_in_force())[:2]
    assert (first.day, first.digests) == (today, 0)
    assert second.digests > 2


def test_the_dry_run_gives_one_a_week_to_who_wants_it(cast: Cast, journey: Journey, monday: object) -> None:
    monday.shift(datetime.timedelta(days=28))  # type: ignore[attr-defined]
    User.objects.filter(pk=cast.owner.pk).update(digest="weekly")
    days = dry_run.days(timezone.localdate(), cases.rules_in_force())
    told = [day.day for day in days for person, _told in day.told if person == cast.owner]
    assert [day.isoformat() for day in told] == ["2026-12-21", "2026-12-28", "2027-01-04", "2027-01-11"]


def test_why_already_told(cast: Cast, digests: Journey) -> None:
    assert answers(digests, cast.owner)["1.3"] == Answer.TOLD_TODAY
    page = cast.client(cast.staff).get(f"/i/{digests.integration.reference}/mail/?person={cast.owner.pk}")
    assert "Har alt fått beskjed i dag" in page.content.decode()
    forged = cast.client(cast.lead).get(f"/i/{digests.integration.reference}/mail/?person={cast.owner.pk}")
    assert forged.context["person"] == cast.lead


def test_the_dry_run_tells_what_then_is_sent(cast: Cast, journey: Journey, monday: object, send_all: Send) -> None:
    days = dry_run.days(timezone.localdate(), cases.rules_in_force())
    assert [day.day.isoformat() for day in days[:2]] == ["2026-11-23", "2026-11-24"]
    assert len(days) == 14
    assert [day.digests for day in days[:8]] == [0, 0, 0, 0, 0, 0, 0, 2]  # 2 December: 1.1 and 1.3
    for day in days:
        monday.move_to(datetime.datetime.combine(day.day, datetime.time(9), tzinfo=timezone.get_current_timezone()))  # type: ignore[attr-defined]
        sweep.tick()
        send_all()
        assert Mail.objects.filter(kind="digest", state="sent", day=day.day).count() == day.digests


def test_trying_rules_saves_and_sends_nothing(cast: Cast, journey: Journey) -> None:
    staff = cast.client(cast.staff)
    before = Mail.objects.count()
    answer = staff.post("/reminders/", RULES | {"lead_days": "10", "try": "1"})
    assert answer.status_code == 200
    assert answer.context["days"][0].digests == 2
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


def test_today_now_and_only_once(cast: Cast, journey: Journey, monday: object, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=27, hours=14))  # type: ignore[attr-defined]  # a Sunday night
    staff = cast.client(cast.staff)
    for _press in range(2):
        assert staff.post("/reminders/today/").status_code == 302
        send_all()
    sent = Mail.objects.filter(kind="digest", state="sent")
    assert sent.count() == sent.values("recipient").distinct().count() > 2


def test_a_failed_mail_can_be_sent_again_by_staff(cast: Cast, digests: Journey) -> None:
    row = Mail.objects.filter(kind="digest").earliest("pk")
    Mail.objects.filter(pk=row.pk).update(state=MailState.FAILED, error="550 no")
    staff = cast.client(cast.staff)
    assert "550 no" in staff.get("/reminders/").content.decode()
    assert cast.client(cast.manager).post(f"/mail/{row.pk}/resend/").status_code == 403
    assert staff.post(f"/mail/{row.pk}/resend/").status_code == 302
    assert staff.post(f"/mail/{row.pk}/resend/").status_code == 409


def test_one_click_stops_what_may_be_stopped(cast: Cast, monday: object) -> None:
    mail_program = Client(enforce_csrf_checks=True)
    for what, wanted in (("digest", ("weekly", True)), ("weekly", ("weekly", False))):
        address = mails.stop_address(cast.manager, what).removeprefix("http://localhost:8000")
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


def test_a_role_of_nobodys_is_told_the_project_manager(cast: Cast, journey: Journey) -> None:
    member = journey.integration.members.get(user=cast.owner)
    workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    assert answers(journey, cast.manager)["1.3"] == Answer.NOT_YET_DUE


def test_a_weekly_summary_shows_with_each_integration_that_it_names(
    cast: Cast, journey: Journey, monday: object, send_all: Send
) -> None:
    neighbour = cast.neighbour()
    sweep.queue_summaries(timezone.localdate())
    send_all()
    mine = Mail.objects.get(kind="weekly", recipient=cast.manager)
    address = f"/i/{journey.integration.reference}/mail/"
    for reader in (cast.staff, cast.manager):
        assert mine in cast.client(reader).get(address).context["page"].object_list
        page = cast.client(reader).get(f"/mail/{mine.pk}/").content.decode()
        assert journey.integration.reference in page
    assert mine not in cast.client(cast.lead).get(address).context["page"].object_list
    elsewhere = cast.client(cast.staff).get(f"/i/{neighbour.integration.reference}/mail/")
    assert mine not in elsewhere.context["page"].object_list


def test_send_today_tries_what_failed(cast: Cast, journey: Journey, monday: object, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=28))  # type: ignore[attr-defined]
    sweep.tick()
    count = Mail.objects.filter(kind="digest").update(state=MailState.FAILED)
    assert workflow.send_today(by=cast.staff, day=timezone.localdate()) == count > 2
    assert send_all() >= count


@pytest.mark.parametrize(("ahead", "day_off"), [(0, False), (5, True)])
def test_staff_are_warned_on_a_day_off(cast: Cast, monday: object, ahead: int, day_off: bool) -> None:
    monday.shift(datetime.timedelta(days=ahead))  # type: ignore[attr-defined]
    assert cast.client(cast.staff).get("/reminders/").context["day_off"] is day_off


def test_all_that_failed_is_tried_again_at_once(cast: Cast, digests: Journey) -> None:
    count = Mail.objects.filter(kind="digest").update(state=MailState.FAILED)
    assert workflow.resend_all(by=cast.staff) == count
    assert not Mail.objects.filter(state=MailState.FAILED).exists()


def test_a_closed_account_answers_like_a_bad_link(cast: Cast, monday: object) -> None:
    address = mails.stop_address(cast.manager, "weekly").removeprefix("http://localhost:8000")
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == 404
    assert User.objects.get(pk=cast.manager.pk).weekly_summary
