"""What adds a row adds it once: a second press, and *Back* and the same again, add nothing.

`@adds()` marks each function that adds one. Under the lock that it takes anyway, what is sent is compared with what
was sent before: the same form (its number) with the same in it; or, whatever its number, exactly what the same person
added last of this kind, within a day and while that still counts.
"""

from __future__ import annotations

import datetime
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.files import File
from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .. import clock, locks
from ..compiled import insert
from ..documents import Examined
from ..models import Integration, SentForm, User
from .move import Stale

P = ParamSpec("P")
T = TypeVar("T")

ALIKE_FOR = datetime.timedelta(days=1)
ADDING: list[str] = []
"""The names of the functions that add a row."""
_number: ContextVar[str | None] = ContextVar("number", default=None)


@contextmanager
def sent_with(number: str) -> Iterator[None]:
    """What is added inside was sent with the form of this number."""
    token = _number.set(number)
    try:
        yield
    finally:
        _number.reset(token)


def adds(*, alike: bool = True, by_call: bool = False, unless: str = "") -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Mark a workflow function that adds a row: raises Stale where the same has been added already.

    Without `alike`, only the same form sent again counts as the same: for rows that can be there but once, or that may
    well be wanted again, as a mail that did not come. With `by_call`, content is also compared where code calls the
    function and no form does. `unless` names an argument with which the function changes a row, and adds none.
    Arguments by position say where the row is added; those by keyword are its content.
    """

    def mark(do: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(do)
        ADDING.append(do.__name__)

        @wraps(do)
        def once(*args: P.args, **kwargs: P.kwargs) -> T:
            bound = signature.bind(*args, **kwargs)
            if bound.arguments.get(unless):
                return do(*args, **kwargs)
            bound.arguments |= {name: _kept(value) for name, value in bound.arguments.items()}
            sending = _Sending.of(do.__name__, bound.arguments, positional=len(args))
            with transaction.atomic():
                sending.lock()
                sending.require_new(alike and (by_call or _number.get() is not None))
                row = do(*bound.args, **bound.kwargs)
                sending.record(row)
            return row

        return once

    return mark


@dataclass(frozen=True)
class _Sending:
    by: User
    integrations: tuple[int, ...]
    what: str
    digest: str
    number: str

    @classmethod
    def of(cls, name: str, arguments: Mapping[str, Any], positional: int) -> _Sending:
        """The first `positional` arguments say where the row is added."""
        by: User = arguments["by"]
        found = [one for value in arguments.values() for one in (value if isinstance(value, list) else [value])]
        integrations = tuple(sorted(one.pk for one in found if isinstance(one, Integration)))
        where = [_plain(value) for value in list(arguments.values())[:positional] if not isinstance(value, list)]
        content = json.dumps([name, {key: _plain(value) for key, value in arguments.items()}], sort_keys=True)
        what = " ".join([name, *(where or [str(by.pk)])])[:200]
        return cls(by, integrations, what, hashlib.sha256(content.encode()).hexdigest(), _number.get() or "")

    def lock(self) -> None:
        """What the function itself locks, in the same order: two presses at once come one after the other."""
        if len(self.integrations) == 1:
            locks.lock_one(self.integrations[0])
        else:
            locks.lock_these(self.integrations)
            locks.lock_people(self.by)

    def require_new(self, alike: bool) -> None:
        mine = SentForm.objects.filter(user=self.by)
        same = mine.filter(number=self.number, digest=self.digest).first() if self.number else None
        if same:
            raise _sent(same)
        last = SentForm.objects.filter(what=self.what).order_by("-pk").first() if alike else None
        if last is None or (last.user_id, last.digest) != (self.by.pk, self.digest):
            return
        if clock.now() - ALIKE_FOR < last.sent_at <= clock.now() and last.stands:
            raise _sent(last)

    def record(self, row: object) -> None:
        named = f"{row._meta.model_name} {row.pk}" if isinstance(row, models.Model) else ""
        told = {"number": self.number, "what": self.what, "digest": self.digest, "row": named}
        insert(SentForm(user=self.by, sent_at=clock.now(), **told))


def _sent(before: SentForm) -> Stale:
    label, _space, pk = before.row.partition(" ")
    found = Integration.objects.filter(pk=pk).first() if label == "integration" else None
    at = date_format(clock.in_oslo(before.sent_at), "TIME_FORMAT")
    told = _("You sent this already, at %(time)s. It was taken once, and nothing more is done now.") % {"time": at}
    more = _("Do you mean another one? Then open the page again, and change something in what you write.")
    return Stale(f"{told} {more}", found.reference if found else "", title=_("You sent this already"))


def _kept(value: Any) -> Any:
    """An iterator as a list: computing the digest would otherwise exhaust it before the function reads it."""
    return list(value) if isinstance(value, Iterator) else value


def _plain(value: Any) -> str:
    if isinstance(value, models.Model):
        return f"{value._meta.model_name}:{value.pk}"
    if isinstance(value, Examined):
        return value.sha256_received
    if isinstance(value, File):
        return f"{value.name} {value.size}"
    if isinstance(value, Mapping):
        return repr(sorted((str(key), _plain(one)) for key, one in value.items()))
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    return repr(sorted(map(_plain, value)))
