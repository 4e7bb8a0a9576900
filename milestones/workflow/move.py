"""One change on its way: who makes it, on what, what it asks of policy and gates, and what it records.

`door` opens one. Ticking, recording and deciding take the same lock as submitting and approving: they cannot cross.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_fsm import TransitionNotAllowed

from .. import clock, gates, policy
from ..actors import actor_on
from ..clock import today
from ..compiled import Compiled, insert, update
from ..documents import Examined, uploads
from ..facts import facts_of, integration_now
from ..models import ApiToken, Document, Event, EventKind, Integration, User
from ..process import Accord, Role, Status
from ..versions import versions_of

F = TypeVar("F", bound=Callable[..., Any])


M = TypeVar("M", bound=models.Model)


PEOPLE = Compiled(User.objects.all())
_by_link: ContextVar[bool] = ContextVar("by_link", default=False)
_by_token: ContextVar[ApiToken | None] = ContextVar("by_token", default=None)


@contextmanager
def by_link() -> Iterator[None]:
    """What is recorded inside was answered by the link in a mail, and its events say so."""
    token = _by_link.set(True)
    try:
        yield
    finally:
        _by_link.reset(token)


@contextmanager
def by_token(token: ApiToken) -> Iterator[None]:
    """What is recorded inside came from a machine, by this token of the API: its events say so, and name it.

    Nothing else can be done inside than what `policy.TOKEN_RIGHTS` has: all the rest raises Forbidden.
    """
    before = _by_token.set(token)
    try:
        yield
    finally:
        _by_token.reset(before)


def require_person() -> None:
    """Raise Forbidden for a token, where what it may is not asked by `Move.require`."""
    if _by_token.get() is not None:
        raise by_hand_only()


def by_hand_only() -> policy.Forbidden:
    return policy.Forbidden(_("A token cannot do this. Somebody must do it here, on the page."))


class GateClosed(Exception):
    """409: something is missing. `unmet` says what, who must act and where."""

    def __init__(self, unmet: list[gates.Unmet]) -> None:
        super().__init__("; ".join(f"{one.code} {one.reason}" for one in unmet))
        self.unmet = unmet


class Stale(TransitionNotAllowed):
    """409: somebody was first, or the page was old. `str()` is a sentence.

    `reference` names the integration to show, where the address names none; `title` is the page's, if not the usual.
    """

    def __init__(self, told: str, reference: str = "", title: str = "") -> None:
        super().__init__(told)
        self.reference, self.title = reference, title


ASKED = "_asked"


def asks(asked: policy.Right | Callable[..., None]) -> Callable[[F], F]:
    """Declare what a workflow function asks before anything that was typed counts.

    That is a right, or a function of the move and of the ids, which raises what stands in the way. It is asked twice:
    by `require_beforehand` before a form is read, and by `Move.ask` under the lock.
    """

    def declared(do: F) -> F:
        setattr(do, ASKED, asked)
        return do

    return declared


class Move:
    """One change on its way: who makes it, on what, and what is recorded about that now, under the lock."""

    def __init__(self, integration: Integration, by: User) -> None:
        self.integration = integration
        self.by = PEOPLE.get(by.pk)  # as they are now, not as the request found them
        self.now = clock.now()
        self.token = _by_token.get()
        self.allowed = self.token is None  # what a token does counts only once it has been asked whether it may
        self.was_active = integration.status == Status.ACTIVE
        self.events: list[tuple[Event, tuple[int, ...]]] = []
        self.written_files: list[FieldFile] = []
        self.lapsed: set[Accord] = set()  # of these another version has begun, to which nobody has agreed yet

    @cached_property
    def facts(self) -> gates.Facts:
        """What is recorded, read under the lock when first asked for: before the move writes anything."""
        return facts_of(self.integration)

    def facts_after(self) -> gates.Facts:
        """What is recorded now, with what the move has written so far."""
        return facts_of(integration_now(self.integration.pk))

    @property
    def version(self) -> str:
        """What the latest event is: a page names the one that it showed, so that nothing newer is decided on."""
        return version_of(self.integration)

    @cached_property
    def actor(self) -> policy.Actor:
        return actor_on(self.by, self.integration)

    @cached_property
    def production_opened_on(self) -> datetime.date | None:
        """The first day on which production was open; None if it never was."""
        opened = self.integration.events.filter(kind=EventKind.PRODUCTION_ENABLED).order_by("at").first()
        return clock.date_of(opened.at) if opened else None

    def ask(self, do: Callable[..., object], *ids: object) -> None:
        """Check what `do` declares by `asks`: raises Forbidden without the right, or whatever its own check raises."""
        asked = getattr(do, ASKED)
        if isinstance(asked, policy.Right):
            self.require(asked)
        else:
            asked(self, *ids)

    def require(self, right: policy.Right) -> None:
        """Raise Forbidden without the right; with a token, for any that no token has."""
        if self.token and right not in policy.TOKEN_RIGHTS:
            raise by_hand_only()
        policy.require(self.actor, right)
        self.allowed = True

    def require_seen(self, seen: str | None) -> None:
        """Raise Stale if anything happened since the page that showed version `seen`; None asks nothing."""
        if seen not in (None, self.version):
            raise stale()

    def require_someone_else(self, *people: int | None) -> None:
        """Raise Forbidden if the actor is one of these, who acted for the other side, before they changed sides."""
        for person in people:
            policy.require_someone_else(self.actor, person)

    def require_past(self, **days: datetime.date) -> None:
        """Raise ValidationError, by field, for a date on which it cannot have happened yet."""
        ahead = [name for name, day in days.items() if day > today()]
        if ahead:
            raise ValidationError({name: _("The date cannot lie in the future.") for name in ahead})

    def require_ahead(self, **days: datetime.date) -> None:
        """Raise ValidationError, by field, for a date that has passed; today has not."""
        past = [name for name, day in days.items() if day < today()]
        if past:
            raise ValidationError({name: _("The date cannot lie in the past.") for name in past})

    def require_role(self, role: Role) -> None:
        require_person()
        policy.require_role(self.actor, role)

    def require_active(self) -> None:
        """Raise Stale while the integration is paused."""
        if self.integration.status != Status.ACTIVE:
            raise Stale(_("The integration is paused: nothing is submitted, approved or opened until it is resumed."))

    def require_accepted(self) -> None:
        """Raise GateClosed while Digipost has not accepted the intake."""
        self.require_nothing_unmet(gates.intake(self.facts))

    def require_nothing_unmet(self, unmet: list[gates.Unmet]) -> None:
        """Raise GateClosed if anything is unmet."""
        if unmet:
            raise GateClosed(unmet)

    def require_unblocked(self, code: str) -> None:
        """Raise GateClosed while what must come before requirement `code` is not in place."""
        self.require_nothing_unmet(gates.blockers(code, self.facts))

    def fetch(self, model: type[M], pk: int, **conditions: object) -> M:
        """One of this integration's own rows, fresh; Stale if it is no longer as the page showed it."""
        row = model._default_manager.filter(integration=self.integration, pk=pk, **conditions).first()
        if row is None:
            raise stale()
        return row

    def fire(self, row: models.Model, transition: str, **arguments: object) -> None:
        """Take an FSM transition. Raises Forbidden without its permission, TransitionNotAllowed from another state."""
        require_person()
        method = getattr(row, transition)
        machine = method._django_fsm
        state = machine.field.get_state(row)
        if machine.has_transition(state) and not machine.has_transition_perm(row, state, self.actor):
            raise policy.Forbidden(_("You cannot do this."))
        method(by=self.by, **arguments)

    def log(
        self,
        kind: EventKind,
        subject: object = "",
        *,
        old: object = "",
        new: object = "",
        reason: str = "",
        by_system: bool = False,
        concerns: Iterable[int] = (),
    ) -> Event:
        """Record what happened, in full; who is concerned is told on commit.

        `by_system` where it follows from facts, and nobody decided it; `concerns` names users (primary keys) whom it
        concerns beside those that hold a role.
        """
        if _by_link.get() and not by_system:
            with override(settings.LANGUAGE_CODE):  # everybody reads it
                told = _("Answered by the link in the e-mail, without signing in.")
            reason = f"{reason} ({told})" if reason else told
        if self.token and not by_system:
            told = self._named_token()
            reason = f"{reason} ({told})" if reason else told
        event = Event(
            integration=self.integration,
            at=self.now,
            actor=None if by_system else self.by,
            kind=kind,
            subject=str(subject)[:250],
            from_value=str(old),
            to_value=str(new),
            reason=reason,
        )
        insert(event)
        self.events.append((event, tuple(concerns)))
        return event

    def _named_token(self) -> str:
        with override(settings.LANGUAGE_CODE):  # everybody reads it
            return _("Reported by the API token %(token)s.") % {"token": self.token}

    def holders(self, role: Role) -> list[int]:
        """The users who hold `role`."""
        return [person.user_id for person in self.facts.people.get(role, ()) if person.user_id]

    def called(self, name: str) -> list[int]:
        """The users on this integration, and its contact, who are called `name`: where a name is typed freely."""
        return called(name, self.facts)

    def store(self, upload: File[Any] | Examined | None) -> Document | None:
        """Keep a file on the integration; if the move is undone, it goes with its row. See `documents.uploads`."""
        return uploads.store(upload, self.integration, by=self.by, at=self.now, written=self.written_files)

    def update(self, row: models.Model, **values: Any) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        update(row, *values)


def called(name: str, facts: gates.Facts) -> list[int]:
    """The users on an integration, and its contact, who are called `name`."""
    people = {person for held in facts.people.values() for person in held}
    return [p.user_id for p in people if p.user_id and p.name.casefold() == name.strip().casefold()]


def version_of(integration: Integration) -> str:
    """Names how it stands; see `versions_of`."""
    return versions_of([integration.pk]).get(integration.pk, "")


def stale() -> Stale:
    return Stale(_("This has changed since you opened the page. Here it is as it stands now."))
