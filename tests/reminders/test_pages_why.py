"""Why somebody was told, and why not; and the dry run, which says who would be."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail, SendState, User
from milestones.process import Role
from milestones.reminders import cases, dry_run, sweep, why
from milestones.reminders.why import Answer
from tests.cast import Cast

Send = Callable[[], int]


def answers(journey: Journey, user: User) -> dict[str, Answer]:
    found = why.verdicts(journey.integration, user, timezone.now())
    return {verdict.code: verdict.answer for verdict in found}


def verdict_of(journey: Journey, user: User, code: str) -> why.Verdict:
    return next(one for one in why.verdicts(journey.integration, user, timezone.now()) if one.code == code)


def test_why_of_submitting_approving_and_certificates(cast: Cast, begun: Journey, monday: object) -> None:
    begun.milestone_1_facts()
    workflow.submit(begun.integration, 1, by=cast.manager)
    late = verdict_of(begun, cast.staff, "M1")
    assert (late.answer, late.day) == (Answer.NOT_YET_DUE, datetime.date(2026, 11, 26))
    assert verdict_of(begun, cast.manager, "M1").answer == Answer.ESCALATES
    assert verdict_of(begun, cast.lead, "D.3").answer == Answer.DONE
    expires = datetime.date(2026, 12, 20)
    workflow.record_certificate(begun.integration, by=cast.lead, expires_on=expires)
    assert verdict_of(begun, cast.lead, "D.3").answer == Answer.TELLS_TODAY


def test_why_not(cast: Cast, begun: Journey, monday: object) -> None:
    assert answers(begun, cast.owner)["1.3"] == Answer.NOT_YET_DUE
    verdict = next(v for v in why.verdicts(begun.integration, cast.owner, timezone.now()) if v.code == "1.3")
    assert verdict.day == datetime.date(2026, 12, 2)
    assert "2. december 2026" in verdict.text.lower() or "2. desember 2026" in verdict.text
    assert answers(begun, cast.owner)["1.1"] == Answer.ESCALATES
    assert answers(begun, cast.observer)["1.1"] == Answer.OTHERS
    assert answers(begun, cast.owner)["1.2"] == Answer.DONE
    assert answers(begun, cast.staff)["1.4"] == Answer.CANNOT_START
    assert set(answers(begun, cast.stranger).values()) == {Answer.LEFT}
    monday.shift(datetime.timedelta(days=10))  # type: ignore[attr-defined]  # Thursday 3 December
    assert verdict_of(begun, cast.owner, "1.3").day == datetime.date(2026, 12, 3)
    monday.shift(datetime.timedelta(hours=8))  # type: ignore[attr-defined]  # the window has closed
    assert verdict_of(begun, cast.owner, "1.3").day == datetime.date(2026, 12, 4)
    monday.shift(datetime.timedelta(days=2))  # type: ignore[attr-defined]  # Saturday
    assert verdict_of(begun, cast.owner, "1.3").day == datetime.date(2026, 12, 7)
    assert answers(begun, cast.owner)["1.3"] == Answer.DAY_OFF
    workflow.pause_integration(begun.integration, by=cast.staff, reason="Ferie.")
    assert set(answers(begun, cast.owner).values()) == {Answer.RESTS}


def test_why_says_what_became_of_todays_digest(cast: Cast, begun: Journey, monday: object, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=28))  # type: ignore[attr-defined]
    today = timezone.localdate()
    assert verdict_of(begun, cast.owner, "1.3").answer == Answer.TELLS_TODAY
    sweep.tick()
    waits = verdict_of(begun, cast.owner, "1.3")
    assert (waits.answer, waits.day) == (Answer.TELLS_TODAY, today)
    Mail.objects.filter(kind="digest").update(state=SendState.FAILED)
    failed = verdict_of(begun, cast.owner, "1.3")
    assert (failed.answer, failed.day) == (Answer.FAILED_TODAY, today + datetime.timedelta(days=1))
    Mail.objects.filter(kind="digest").update(state=SendState.WAITING)
    send_all()
    assert verdict_of(begun, cast.owner, "1.3").answer == Answer.TOLD_TODAY


def test_the_dry_run_counts_no_digest_that_was_sent_today(cast: Cast, digests: Journey) -> None:
    today = timezone.localdate()
    first, second = dry_run.days(today, cases.rules_in_force())[:2]
    assert (first.day, first.digests) == (today, 0)
    assert second.digests > 2


def test_the_dry_run_gives_one_a_week_to_who_wants_it(cast: Cast, begun: Journey, monday: object) -> None:
    monday.shift(datetime.timedelta(days=28))  # type: ignore[attr-defined]
    User.objects.filter(pk=cast.owner.pk).update(digest="weekly")
    days = dry_run.days(timezone.localdate(), cases.rules_in_force())
    told = [day.day for day in days for person, _told in day.told if person == cast.owner]
    assert [day.isoformat() for day in told] == ["2026-12-21", "2026-12-28", "2027-01-04", "2027-01-11"]


def test_why_already_told(cast: Cast, digests: Journey) -> None:
    assert answers(digests, cast.owner)["1.3"] == Answer.TOLD_TODAY
    page = cast.client(cast.staff).get(f"/i/{digests.integration.reference}/mail/?person={cast.owner.pk}")
    assert "Har allerede fått beskjed i dag" in page.content.decode()
    forged = cast.client(cast.lead).get(f"/i/{digests.integration.reference}/mail/?person={cast.owner.pk}")
    assert forged.context["person"] == cast.lead


def test_the_dry_run_tells_what_then_is_sent(cast: Cast, begun: Journey, monday: object, send_all: Send) -> None:
    days = dry_run.days(timezone.localdate(), cases.rules_in_force())
    assert [day.day.isoformat() for day in days[:2]] == ["2026-11-23", "2026-11-24"]
    assert len(days) == 14
    assert [day.digests for day in days[:8]] == [0, 0, 0, 0, 0, 0, 0, 2]  # 2 December: 1.1 and 1.3
    assert [(day.things, day.parts) for day in days[6:8]] == [(0, []), (2, [("Frist snart", 2)])]
    for day in days:
        monday.move_to(datetime.datetime.combine(day.day, datetime.time(9), tzinfo=timezone.get_current_timezone()))  # type: ignore[attr-defined]
        sweep.tick()
        send_all()
        assert Mail.objects.filter(kind="digest", state="sent", day=day.day).count() == day.digests


def test_a_role_of_nobodys_is_told_the_project_manager(cast: Cast, begun: Journey) -> None:
    member = begun.integration.members.get(user=cast.owner)
    workflow.set_roles(begun.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    assert answers(begun, cast.manager)["1.3"] == Answer.NOT_YET_DUE
