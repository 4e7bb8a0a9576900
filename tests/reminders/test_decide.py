"""Who is told what on a day: the rules, without a database."""

from __future__ import annotations

import datetime

import pytest

from milestones.process import Cadence, Role
from milestones.reminders.decide import Case, Rules, UnreadNotice, Urgency, Waiting, digest_on, lines
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
        (datetime.date(2026, 11, 24), True, False),
        (datetime.date(2026, 11, 28), False, False),
        (datetime.date(2026, 12, 24), False, False),
        (datetime.date(2027, 3, 29), False, False),  # Easter Monday
        (datetime.date(2027, 3, 30), True, True),
        (datetime.date(2027, 5, 17), False, False),  # Constitution Day, and Whit Monday
        (datetime.date(2027, 5, 18), True, True),
    ],
)
def test_when_digests_go_out(day: datetime.date, daily: bool, weekly: bool) -> None:
    assert digest_on(day, RULES, Cadence.DAILY) is daily
    assert digest_on(day, RULES, Cadence.WEEKLY) is weekly


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
