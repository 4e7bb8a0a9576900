"""What every kind of mail says of itself, and the register of all kinds: a class a MailKind, each under `kinds/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.urls import reverse

from ..calendars.inviting import Invite
from ..models import EventKind, Mail, User
from ..process import Role
from ..reminders.decide import Line
from .today import Today


class Kind:
    """A kind of mail; an object of it is one row, as it is to be sent today.

    Its words are templates named after it, emails/<kind>_subject.txt and emails/<kind>.txt. `refusal` is asked before
    anything else, in the product's language; what follows is in the recipient's.
    """

    tells_of: ClassVar[tuple[EventKind, ...]] = ()
    """The events of which it tells, at once."""
    told_to: ClassVar[tuple[Role, ...]] = ()
    """Whoever holds these roles is told; where there are none, the people whom workflow names."""
    at_any_hour: ClassVar[bool] = False
    """Whether it is not held back until the window opens."""
    also_to_whoever_did_it: ClassVar[bool] = False
    """Whether it brings something that whoever did it needs too."""
    layout: ClassVar[str] = "emails/event.html"
    """Its HTML: that of most is made from their text."""
    stopped_by: ClassVar[str] = ""
    """What its link stops, see `stop_links`; most have none."""

    def __init__(self, row: Mail, today: Today) -> None:
        self.row = row
        self.person: User | None = row.recipient
        self.today = today

    def refusal(self) -> str | None:
        """Why it is not to be sent after all, for staff to read; None while it is."""
        return None

    def context(self) -> dict[str, Any]:
        """What its templates name, beside what `letter` gives to all."""
        return {}

    def path(self) -> str:
        """The page on which its reader acts; templates have its address as `url`."""
        return reverse("my_work")

    def secret(self) -> str:
        """What of its text is a way in, and is not kept."""
        return ""

    def reply_to(self) -> list[str]:
        """The addresses of who answers it."""
        return []

    def invite(self) -> Invite | None:
        """What it carries for its reader's calendar."""
        return None

    def lines(self) -> tuple[Line, ...]:
        """The things that it tells, kept for whoever asks later why."""
        return ()


KINDS: dict[str, type[Kind]] = {}
"""Every kind by its MailKind."""

_Registered = TypeVar("_Registered", bound=type[Kind])


def registered(kind: str) -> Callable[[_Registered], _Registered]:
    """Register a class for a MailKind. Raises ValueError if the kind has one."""

    def register(one: _Registered) -> _Registered:
        if kind in KINDS:
            raise ValueError(f"{kind} is {KINDS[kind].__name__} already")
        KINDS[kind] = one
        return one

    return register
