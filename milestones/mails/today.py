"""What the letters of a batch are decided by: read once for all of them, in as many queries whatever their number."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..models import Integration, Mail, Member, User, called
from ..reminders import cases
from ..reminders.decide import Told
from ..reminders.rules import Rules

MOST_LINES = 100
"""How many things a digest lists; of more it says how many."""


class Names(Protocol):
    """A line, or whatever else names an integration and those on whom something stands."""

    @property
    def integration_id(self) -> int: ...
    @property
    def stands_on(self) -> tuple[int, ...]: ...


@dataclass(frozen=True)
class Known:
    """What the lines of a batch name: integrations and people by primary key."""

    integrations: dict[int, Integration]
    people: dict[int, User]
    names: dict[tuple[int, int], str]

    def names_of(self, line: Names) -> str:
        """Who must act, by name; empty where any of Digipost's staff may, as nobody is the integration's contact."""
        people = [self.people[user] for user in line.stands_on if user in self.people]
        if any(person.is_staff for person in people) and not self.integrations[line.integration_id].has_contact:
            return ""
        return ", ".join(called(person, line.integration_id, self.names) for person in people)


@dataclass(frozen=True)
class Today:
    """The day and its rules; what each of the people who get a digest is told, and when they last had one."""

    day: datetime.date
    rules: Rules
    told: dict[int, Told]
    last: dict[int, datetime.date]
    known: Known


def today_for(people: list[User], day: datetime.date) -> Today:
    """What is told on `day` to `people`, who get a digest."""
    rules = cases.rules_in_force()
    told = cases.told_to(people, day, rules, MOST_LINES) if people else {}
    last = Mail.objects.filter(recipient__in=people).last_digests(day) if people else {}
    return Today(day, rules, told, last, known_for([line for one in told.values() for line in one.lines]))


def known_for(lines: Sequence[Names]) -> Known:
    """What these lines name, in three queries."""
    integrations = Integration.objects.select_related("organisation", "onboarding_contact")
    about, holders = {line.integration_id for line in lines}, {user for line in lines for user in line.stands_on}
    names = Member.objects.names_on(about, holders)
    return Known(integrations.in_bulk(about), User.objects.in_bulk(holders), names)
