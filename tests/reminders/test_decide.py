"""Who is told what on a day: the rules, without a database."""

from __future__ import annotations

import datetime

import pytest

from milestones.process import Cadence, Role
from milestones.reminders.cadence import digest_on
from milestones.reminders.decide import Case, Line, Told, UnreadNotice, Urgency, Waiting, lines
from milestones.reminders.rules import Rules
from milestones.workdays import add_working_days, first_working_day_of_week, working_days_after

MONDAY = datetime.date(2026, 11, 23)
MANAGER, LEAD, OWNER, STAFF = 1, 2, 3, 4
HOLDERS = {
    Role.PROJECT_MANAGER: (MANAGER,),
    Role.TECHNICAL_LEAD: (LEAD,),
    Role.BUSINESS_OWNER: (OWNER,),
    Role.ONBOARDING: (STAFF,),
}
RULES = Rules()


def waiting(due: datetime.date, reason: str = "not_confirmed", role: Role = Role.TECHNICAL_LEAD) -> Waiting:
    return Waiting("2.1", reason, role, "confirmation", (), due)


def told(case: Case, day: datetime.date, rules: Rules = RULES) -> dict[int, Urgency]:
    return {line.user_id: line.urgency for line in lines(case, day, rules)}


def case(*waits: Waiting, **extra: object) -> Case:
    return Case(1, waits, HOLDERS, **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (datetime.date(2026, 11, 20), {LEAD: Urgency.OVERDUE}),
        (MONDAY, {LEAD: Urgency.DUE_SOON}),
        (datetime.date(2026, 11, 26), {LEAD: Urgency.DUE_SOON}),
        (datetime.date(2026, 11, 27), {}),
    ],
)
def test_told_from_three_working_days_ahead(due: datetime.date, expected: dict[int, Urgency]) -> None:
    assert told(case(waiting(due)), MONDAY) == expected


@pytest.mark.parametrize(
    ("days", "others"),
    [(4, set()), (5, {MANAGER}), (9, {MANAGER}), (10, {MANAGER, OWNER, STAFF}), (60, {MANAGER, OWNER, STAFF})],
)
def test_escalation(days: int, others: set[int]) -> None:
    due = datetime.date(2027, 1, 8)
    day = add_working_days(due, days)
    assert working_days_after(due, day) == days
    expected = {LEAD: Urgency.OVERDUE, **dict.fromkeys(others, Urgency.ESCALATED)}
    assert told(case(waiting(due)), day) == expected


def test_who_it_stands_on_is_not_told_twice_when_it_escalates() -> None:
    due = datetime.date(2027, 1, 8)
    found = lines(case(waiting(due, role=Role.PROJECT_MANAGER)), add_working_days(due, 12), RULES)
    assert sorted(line.user_id for line in found) == [MANAGER, OWNER, STAFF]


def test_a_vacant_role_is_the_project_managers_and_without_one_digiposts() -> None:
    vacant = Case(1, (waiting(MONDAY),), {Role.PROJECT_MANAGER: (MANAGER,), Role.ONBOARDING: (STAFF,)})
    assert told(vacant, MONDAY) == {MANAGER: Urgency.DUE_SOON}
    assert told(Case(1, (waiting(MONDAY),), {Role.ONBOARDING: (STAFF,)}), MONDAY) == {STAFF: Urgency.DUE_SOON}


def test_an_approval_is_told_after_the_promised_time() -> None:
    waits = waiting(datetime.date(2027, 6, 1), "awaiting_approval", Role.ONBOARDING)
    submitted = case(waits, submitted_on=datetime.date(2026, 11, 19))  # Thursday: promised by Monday
    assert told(submitted, MONDAY) == {}
    assert told(submitted, MONDAY + datetime.timedelta(days=1)) == {STAFF: Urgency.APPROVAL_LATE}
    assert told(submitted, MONDAY, Rules(approval_days=1)) == {STAFF: Urgency.APPROVAL_LATE}


def test_what_is_returned_is_told_the_sender_whatever_the_date() -> None:
    far = datetime.date(2027, 6, 1)
    returned = case(waiting(far), waiting(far, role=Role.ONBOARDING), returned=True)
    assert told(returned, MONDAY) == {LEAD: Urgency.RETURNED}


def test_an_unread_notice_is_told_its_readers_and_others_when_it_escalates() -> None:
    due = datetime.date(2027, 1, 8)
    unread = (UnreadNotice(MANAGER, 7, "Nedetid"), UnreadNotice(LEAD, 8, "Nedetid"))
    stuck = case(waiting(due, "notice_unread", Role.PROJECT_MANAGER), notices=unread)
    for days, others in ((0, set()), (5, set()), (10, {OWNER, STAFF})):
        found = list(lines(stuck, add_working_days(due, days), RULES))
        assert sorted(line.user_id for line in found) == sorted({MANAGER, LEAD} | others)
        assert {line.stands_on for line in found if line.user_id in others} <= {(MANAGER, LEAD)}
    by_mailbox = case(waiting(due, "notice_unread", Role.PROJECT_MANAGER))
    assert told(by_mailbox, due) == {MANAGER: Urgency.DUE_SOON}


def test_unread_notices_and_details_are_told() -> None:
    unread = case(notices=(UnreadNotice(OWNER, 7, "Nedetid"),))
    assert told(unread, MONDAY) == {OWNER: Urgency.NOTICE}
    assert told(case(waiting(MONDAY, "details_unacknowledged")), MONDAY) == {LEAD: Urgency.DETAILS}


@pytest.mark.parametrize(
    ("left", "mark"), [(61, None), (60, 60), (45, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7)]
)
def test_a_certificate_is_told_of_once_at_each_mark_that_has_come(left: int, mark: int | None) -> None:
    expires = MONDAY + datetime.timedelta(days=left)
    found = list(lines(case(certificate_expires_on=expires), MONDAY, RULES))
    assert [(line.user_id, line.mark) for line in found] == ([(LEAD, mark)] if mark else [])
    told_before = case(certificate_expires_on=expires, certificate_told=frozenset({(LEAD, mark)}))
    assert list(lines(told_before, MONDAY, RULES)) == []
    another = case(certificate_expires_on=expires, certificate_told=frozenset({(MANAGER, mark)}))
    assert len(list(lines(another, MONDAY, RULES))) == len(found)


def test_an_expired_certificate_is_told_also_before_operations() -> None:
    (line,) = lines(case(certificate_expires_on=MONDAY), MONDAY, RULES)
    assert (line.user_id, line.urgency, line.reason) == (LEAD, Urgency.OVERDUE, "certificate_expired")


@pytest.mark.parametrize(
    ("day", "daily", "weekly"),
    [
        (datetime.date(2026, 11, 23), True, True),
        (datetime.date(2026, 11, 24), True, True),  # if there was none on Monday
        (datetime.date(2026, 11, 28), False, False),
        (datetime.date(2026, 12, 24), False, False),
        (datetime.date(2027, 3, 29), False, False),  # Easter Monday
        (datetime.date(2027, 3, 30), True, True),
        (datetime.date(2027, 5, 17), False, False),  # Constitution Day, and Whit Monday
        (datetime.date(2027, 5, 18), True, True),
    ],
)
def test_when_digests_go_out(day: datetime.date, daily: bool, weekly: bool) -> None:
    assert digest_on(day, RULES, Cadence.DAILY, last=None) is daily
    assert digest_on(day, RULES, Cadence.WEEKLY, last=None) is weekly


def days_of(week: datetime.date, rules: Rules, cadence: str = Cadence.DAILY) -> list[int]:
    """The weekdays of the week from `week` on which a digest can go out, if none was sent before."""
    days = [week + datetime.timedelta(days=n) for n in range(7)]
    return [day.weekday() for day in days if digest_on(day, rules, cadence, last=None)]


@pytest.mark.parametrize(
    ("weekdays", "week", "expected"),
    [
        ((0,), MONDAY, [0]),
        ((0,), datetime.date(2027, 3, 29), [1]),  # Easter Monday
        ((0, 3), datetime.date(2027, 3, 29), [3]),  # there is a Thursday
        ((3,), datetime.date(2027, 3, 22), []),  # Maundy Thursday, and nobody works on Friday
        ((3,), datetime.date(2027, 3, 29), [1, 3]),
        ((4,), datetime.date(2026, 12, 21), []),  # 25 December
        ((4,), datetime.date(2026, 12, 28), [0]),  # for that one; 1 January is off too
        ((4,), datetime.date(2027, 1, 4), [0, 4]),
    ],
)
def test_a_week_without_the_chosen_weekday_has_the_next_working_day(
    weekdays: tuple[int, ...], week: datetime.date, expected: list[int]
) -> None:
    assert days_of(week, Rules(weekdays=weekdays)) == expected


def test_once_a_week_is_the_first_day_on_which_none_was_sent() -> None:
    assert days_of(MONDAY, RULES, Cadence.WEEKLY) == [0, 1, 2, 3, 4]
    assert days_of(MONDAY, Rules(weekdays=(2,)), Cadence.WEEKLY) == [2, 3, 4]
    tuesday, friday = (MONDAY + datetime.timedelta(days=n) for n in (1, 4))
    assert not digest_on(friday, RULES, Cadence.WEEKLY, last=tuesday)
    assert digest_on(friday + datetime.timedelta(days=3), RULES, Cadence.WEEKLY, last=tuesday)


def test_forced_is_on_any_day_but_never_twice_nor_against_a_choice() -> None:
    sunday = MONDAY - datetime.timedelta(days=1)
    assert digest_on(sunday, RULES, Cadence.DAILY, last=None, forced=True)
    assert not digest_on(sunday, RULES, Cadence.DAILY, last=sunday, forced=True)
    assert not digest_on(sunday, RULES, Cadence.WEEKLY, last=None, forced=True)
    assert not digest_on(MONDAY, RULES, Cadence.WEEKLY, last=MONDAY, forced=True)


def test_a_week_without_a_working_day_has_no_first() -> None:
    christmas = datetime.date(2026, 12, 24)
    assert first_working_day_of_week(christmas) == datetime.date(2026, 12, 21)
    easter = datetime.date(2027, 3, 24)
    assert first_working_day_of_week(easter) == datetime.date(2027, 3, 22)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-23T07:59:59", False),
        ("2026-11-23T08:00:00", True),
        ("2026-11-23T15:59:59", True),
        ("2026-11-23T16:00:00", False),
        ("2026-11-22T12:00:00", False),
        ("2027-05-17T12:00:00", False),
    ],
)
def test_the_window(moment: str, open_: bool) -> None:
    assert RULES.open_at(datetime.datetime.fromisoformat(moment)) is open_


def line(number: int, urgency: Urgency, code: str = "2.1") -> Line:
    due = MONDAY + datetime.timedelta(days=number % 50)
    return Line(LEAD, number, urgency, code, "not_confirmed", Role.TECHNICAL_LEAD, "confirmation", due_on=due)


def test_many_things_are_counted_and_the_most_urgent_kept() -> None:
    every = [line(number, Urgency.DUE_SOON if number % 3 else Urgency.OVERDUE) for number in range(1000)]
    told, held = Told(most=10), 0
    for one in every:
        told.add(one)
        held = max(held, len(told._others))
    assert told.lines == sorted(every, key=lambda one: one.rank)[:10]
    assert (told.counts[Urgency.OVERDUE], told.counts[Urgency.DUE_SOON], told.more) == (334, 666, 990)
    assert held <= 21


def test_a_certificate_is_listed_whatever_else_is_more_urgent() -> None:
    told = Told(most=10)
    for number in range(50):
        told.add(line(number, Urgency.OVERDUE))
    told.add(line(7, Urgency.CERTIFICATE, "D.3"))
    assert len(told.lines) == 11
    assert (told.lines[-1].code, told.more) == ("D.3", 40)
