"""Formatters: how an event of a kind reads, as a sentence and in detail, and the registry of them."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..entity_register import Standing
from ..gates import translated
from ..models import Event, EventKind, MeetingKind
from ..models.comments import kind_and_key
from ..process import REQUIREMENTS, Environment, Outcome, Rung, Text
from ..texts import mid_sentence

Labels = Mapping[str, Text]

_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


class Family(TextChoices):
    """What an event is about, for who looks for one."""

    MILESTONES = "milestones", _("Milestones and checklist")
    AGREEMENTS = "agreements", _("Agreements, services and accounts")
    PEOPLE = "people", _("People")
    PLAN = "plan", _("Plan, solution and meetings")
    TESTS = "tests", _("Tests")
    PRODUCTION = "production", _("Production and launch")
    OPERATIONS = "operations", _("Operations")
    MAIL = "mail", _("Notices and reminders")
    TALK = "talk", _("Comments")


@dataclass(frozen=True)
class Formatter:
    """Reads events of a kind. Sentences have %(who)s, and may have %(subject)s, %(old)s, %(new)s and %(kind)s.

    `says` is the sentence, `cases` others by the subject or the value that is recorded ("" where no value is), and
    `oneself` the one of somebody who did it to themselves. `many` is the plural of events that are told in one, with
    %(count)s; without it each is told by itself. `subjects` and `values` are labels of recorded keys; without
    `values`, dates read as dates. What `follows` from another kind by itself is told with that.
    """

    family: Family
    says: Text
    many: Any = None
    cases: Labels = field(default_factory=dict)
    oneself: Text | None = None
    subjects: Labels = field(default_factory=dict)
    values: Labels | None = None
    follows: tuple[EventKind, ...] = ()

    def subject(self, recorded: str) -> str:
        """What the event is about, in the language in force."""
        return str(self.subjects.get(recorded, recorded))

    def value(self, recorded: str) -> str:
        """What it changed from or to, in the language in force."""
        if self.values is None:
            return _with_dates(recorded)
        return ", ".join(str(self.values.get(key, key)) for key in _keys(recorded))

    def sentence(self, event: Event, who: str) -> str:
        """What `who` did, in the language in force."""
        return str(self.template(event, who)) % self.words(event, who)

    def template(self, event: Event, who: str) -> Text:
        """The sentence that this event takes."""
        if self.oneself and is_of_oneself(event, who):
            return self.oneself
        about = self.cases.get(event.subject) if event.subject else None
        return about or self.cases.get(event.to_value) or self.says

    def words(self, event: Event, who: str) -> dict[str, str]:
        """What fills a sentence: labels as they stand inside of one."""
        label = self.subjects.get(event.subject)
        return {
            "who": who,
            "kind": event.get_kind_display(),
            "subject": mid_sentence(label) if label else self.subject(event.subject),
            "old": self._in_sentence(event.from_value),
            "new": self._in_sentence(event.to_value) or "–",
        }

    def _in_sentence(self, recorded: str) -> str:
        if self.values is None:
            return self.value(recorded)
        return ", ".join(mid_sentence(self.values.get(key, key)) for key in _keys(recorded))

    def folds(self, event: Event, who: str) -> bool:
        """Whether it may be told in one with others of its kind."""
        return self.many is not None and not (self.oneself and is_of_oneself(event, who))

    def folded(self, events: Sequence[Event], who: str) -> str:
        """What `who` did by several events that fold, in one sentence."""
        return str(self.many % {"who": who, "count": len(events)})


class PartsFormatter(Formatter):
    """Where the subject has parts: “kickoff 2027-03-01”."""

    def subject(self, recorded: str) -> str:
        return _with_dates(" ".join(str(self.subjects.get(part, part)) for part in recorded.split(" ")))


class RunFormatter(PartsFormatter):
    """“T07 test said”: the scenario's id, where it ran, and how that is known, which early events do not say.

    Passed and failed runs that are told in one are told apart.
    """

    def template(self, event: Event, who: str) -> Text:
        if Environment.PRODUCTION in event.subject.split(" "):
            return _("%(who)s recorded a run of %(subject)s in production: %(new)s")
        return self.says

    def words(self, event: Event, who: str) -> dict[str, str]:
        words = super().words(event, who)
        words["new"] += "".join(f" ({mid_sentence(rung.label)})" for rung in self._rungs([event]))
        return {**words, "subject": event.subject.split(" ")[0]}

    @staticmethod
    def _rungs(events: Sequence[Event]) -> Counter[Rung]:
        """How it is known, and of how many; of what is only said nothing is told."""
        parts = [part for event in events for part in event.subject.split(" ")[1:]]
        told = Counter(Rung(part) for part in parts if part in Rung.values and part != Rung.SAID)
        return Counter({rung: told[rung] for rung in Rung if told[rung]})

    def folded(self, events: Sequence[Event], who: str) -> str:
        told = Counter(event.to_value for event in events)
        passed, failed, count = told[Outcome.PASSED], told[Outcome.FAILED], len(events)
        if passed == count:
            text = ngettext("%(who)s recorded %(count)s passed run", "%(who)s recorded %(count)s passed runs", count)
        elif failed == count:
            text = ngettext("%(who)s recorded %(count)s failed run", "%(who)s recorded %(count)s failed runs", count)
        else:
            text = str(_("%(who)s recorded %(count)s runs: %(passed)s passed, %(failed)s failed"))
        sentence = text % {"who": who, "count": count, "passed": passed, "failed": failed}
        rungs = ", ".join(f"{mid_sentence(rung.label)}: {of}" for rung, of in self._rungs(events).items())
        return f"{sentence} ({rungs})" if rungs else sentence


class CertificateFormatter(Formatter):
    """Where a certificate says it: documented, and so told."""

    def words(self, event: Event, who: str) -> dict[str, str]:
        words = super().words(event, who)
        return {**words, "new": f"{words['new']} ({mid_sentence(Rung.DOCUMENT.label)})"}


class MeetingFormatter(PartsFormatter):
    """“kickoff 2027-03-01 minutes”: the meeting and what of it changed, which may be its kind."""

    def value(self, recorded: str) -> str:
        return str(MeetingKind(recorded).label) if recorded in MeetingKind.values else super().value(recorded)


class PlannedMeetingFormatter(MeetingFormatter):
    """“kickoff 17 place”: a planned meeting, by its kind and by its key, which is not for people, and what changed."""

    def subject(self, recorded: str) -> str:
        return super().subject(" ".join(part for part in recorded.split(" ") if not part.isdecimal()))

    def words(self, event: Event, who: str) -> dict[str, str]:
        return {**super().words(event, who), "subject": mid_sentence(self.subject(event.subject))}


class RequirementFormatter(Formatter):
    """Where the subject is a requirement's code, or the title of an item of the integration's own."""

    def subject(self, recorded: str) -> str:
        return f"{recorded} {REQUIREMENTS[recorded].title}" if recorded in REQUIREMENTS else recorded


class TalkFormatter(RequirementFormatter):
    """Where the value is what a comment is about, see `models.comments.ABOUT`: `cases` are by the kind in it."""

    def template(self, event: Event, who: str) -> Text:
        return self.cases.get(kind_and_key(event.to_value)[0]) or self.says

    def value(self, recorded: str) -> str:
        """Nothing: the subject says it, in words."""
        return ""


class ItemFormatter(Formatter):
    """“1.1 5f0c…”: what waited, by its code and by its key, which is not for people."""

    def subject(self, recorded: str) -> str:
        return recorded.partition(" ")[0]


class TitleFormatter(Formatter):
    """Where the value is a scenario's title: that of a basic one has a translation."""

    def value(self, recorded: str) -> str:
        return translated(recorded)


class RecipientsFormatter(Formatter):
    """Where the value is how many were told."""

    def value(self, recorded: str) -> str:
        if not recorded.isdecimal():
            return super().value(recorded)
        return ngettext("%(count)s recipient", "%(count)s recipients", int(recorded)) % {"count": recorded}


class RegisterFormatter(Formatter):
    """Where the value may be how an organisation stands in the register of entities: “bankrupt 2026-02-03”."""

    def value(self, recorded: str) -> str:
        standing, _space, day = recorded.partition(" ")
        known = {one.value or "unknown": one for one in Standing}
        if standing not in known or (day and not _DATE.fullmatch(day)):
            return recorded
        label = str(known[standing].label)
        return f"{label} ({_with_dates(day)})" if day else label


class RewrittenFormatter(Formatter):
    """Where the value is how many entries were rewritten."""

    def value(self, recorded: str) -> str:
        if not recorded.isdecimal():
            return super().value(recorded)
        return ngettext("%(count)s entry rewritten", "%(count)s entries rewritten", int(recorded)) % {
            "count": recorded
        }


def is_of_oneself(event: Event, who: str) -> bool:
    """Whether it is about the very person who did it, by what they are called on the integration."""
    return who in (event.subject, event.to_value)


def _keys(recorded: str) -> list[str]:
    """A list is recorded as its keys, by commas; document types as Python wrote them."""
    return recorded.strip("[]").replace("'", "").split(", ") if recorded.startswith("[") else recorded.split(", ")


def _with_dates(recorded: str) -> str:
    return _DATE.sub(_shown_date, recorded)


def _shown_date(match: re.Match[str]) -> str:
    try:
        return date_format(datetime.date.fromisoformat(match.group()), "SHORT_DATE_FORMAT")
    except ValueError:
        return match.group()


# --- The registry

FORMATTERS: dict[str, Formatter] = {}
"""The formatter of each EventKind."""

UNKNOWN = Formatter(Family.MILESTONES, _("%(who)s: %(kind)s %(subject)s"))
"""Of a kind that this version does not know: it reads as it was recorded."""


def formatter_of(kind: str) -> Formatter:
    """The formatter of a kind; of one that this version does not know, UNKNOWN."""
    return FORMATTERS.get(kind, UNKNOWN)


def register(kind: EventKind, formatter: Formatter) -> None:
    """Have `formatter` read events of this kind. Raises ValueError if it has a formatter."""
    if kind in FORMATTERS:
        raise ValueError(f"{kind} has a formatter already")
    FORMATTERS[kind] = formatter


def kinds_of(family: str) -> list[str]:
    """The kinds of events of a family."""
    return [kind for kind, formatter in FORMATTERS.items() if formatter.family == family]
