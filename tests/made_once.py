"""What many tests begin with is made once for those that follow each other; each test's changes to it are undone.

`made_once` takes the place of `pytest.fixture` above what makes it. It may ask for others of its kind, and for nothing
else: it is made before the test's own transaction, in one that stays open for the next test. A test that asks for less
finds only that, and with its file all of it goes. Where it cannot wait like that (a test of real transactions, or one
whose clock is turned) it is made for the one test, as any fixture is.
"""

from __future__ import annotations

import copy
import datetime
import inspect
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from milestones.clock import today
from milestones.models import Document

Make = Callable[..., Any]
TURNS_THE_CLOCK = {"monday", "friday"}
OF_REAL_TRANSACTIONS = {"transactional_db", "live_server", "django_db_reset_sequences", "on_postgresql"}


def made_once(make: Make) -> Any:
    """A fixture that gives each test a copy of what `make` returned, in a database where it has just been made."""

    def given(db: None, **values: Any) -> Any:
        return _stage.copies[make] if make in _stage.copies else make(**values)

    asked = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in ("db", *_needs(make))]
    given.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
    given.__doc__, given.make = make.__doc__, make  # type: ignore[attr-defined]
    return pytest.fixture(name=make.__name__)(given)


def _needs(make: Make) -> list[str]:
    return list(inspect.signature(make).parameters)


@dataclass
class _Layer:
    """What `make` returned, the transaction it was made in, and the files there were then.

    `below` is what the layers below had returned, as it was before `make` had it in its hands.
    """

    make: Make
    value: Any
    opened: transaction.Atomic
    files: dict[str, bytes]
    below: list[Any]


class _Stage:
    """The layers that are there now, each in a transaction within that of the one below."""

    def __init__(self) -> None:
        self.layers: list[_Layer] = []
        self.copies: dict[Make, Any] = {}
        self.day: datetime.date | None = None

    def set(self, wanted: dict[str, Make]) -> None:
        """Leave what the next test does not ask for, and make what it lacks; by name, in the order of their needs."""
        if self.day != today():
            self.leave()
        kept = 0
        for layer, make in zip(self.layers, wanted.values(), strict=False):
            if layer.make is not make:
                break
            kept += 1
        self.leave(kept)
        for make in list(wanted.values())[kept:]:
            self._add(make, {name: layer.value for name, layer in zip(wanted, self.layers, strict=False)})
        self._put_files_back()
        values = copy.deepcopy([layer.value for layer in self.layers])
        self.copies = {layer.make: value for layer, value in zip(self.layers, values, strict=True)}

    def leave(self, kept: int = 0) -> None:
        """Undo all layers above the first `kept`."""
        self.copies = {}
        while len(self.layers) > kept:
            left = self.layers.pop()
            assert connection.atomic_blocks[-1] is left.opened, "another fixture's transaction lies within this"
            transaction.set_rollback(True)
            left.opened.__exit__(None, None, None)
            for layer, value in zip(self.layers, left.below, strict=True):
                layer.value = value

    def _add(self, make: Make, given: dict[str, Any]) -> None:
        below = copy.deepcopy([layer.value for layer in self.layers])
        opened = transaction.atomic()
        opened.__enter__()
        try:
            value = make(**{name: given[name] for name in _needs(make)})
        except BaseException as failure:
            opened.__exit__(type(failure), failure, failure.__traceback__)
            raise
        names = Document.objects.exclude(file="").values_list("file", flat=True)
        self.layers.append(_Layer(make, value, opened, {name: _content(name) for name in names}, below))
        self.day = today()

    def _put_files_back(self) -> None:
        """Files know no transactions."""
        for name, content in self.layers[-1].files.items() if self.layers else ():
            if not default_storage.exists(name) or _content(name) != content:
                default_storage.delete(name)
                default_storage.save(name, ContentFile(content))


def _content(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


_stage = _Stage()


def set_stage(request: pytest.FixtureRequest, blocker: Any) -> None:
    """Make what the test of this request begins with: to be called before its own transaction."""
    with blocker.unblock():
        wanted = {} if _is_apart(request.node) else _asked_for(request.node)
        if wanted or _stage.layers:
            request.node.getparent(pytest.Module).addfinalizer(lambda: _clear(blocker))
            _stage.set(wanted)


def _clear(blocker: Any) -> None:
    with blocker.unblock():
        _stage.leave()


def _is_apart(item: Any) -> bool:
    """Whether a test of real transactions, or one whose clock is turned, or was before it began."""
    marker = item.get_closest_marker("django_db")
    apart = bool((OF_REAL_TRANSACTIONS | TURNS_THE_CLOCK) & set(item.fixturenames))
    return apart or bool(marker and marker.kwargs.get("transaction")) or _is_turned()


def _is_turned() -> bool:
    """Whether the clock is another than the session's, which may be elsewhere as a whole (tests/elsewhen)."""
    if not time_machine.escape_hatch.is_travelling():
        return False
    away = os.environ.get("ELSEWHEN_SECONDS")
    return away is None or abs(time.time() - time_machine.escape_hatch.time.time() - float(away)) > A_MOMENT


A_MOMENT = 1
"""Seconds: clocks that differ by less are the same."""


def _asked_for(item: Any) -> dict[str, Make]:
    """What the test asks for that is made once, each after what it needs itself."""
    defined = {name: definitions[-1].func for name, definitions in item._fixtureinfo.name2fixturedefs.items()}
    makers = {name: func.make for name, func in defined.items() if hasattr(func, "make")}
    ordered: dict[str, Make] = {}
    for name in makers:
        with_needs = list(_with_needs(name, makers))
        if makers.keys() >= set(with_needs):
            ordered |= {one: makers[one] for one in with_needs}
    return ordered


def _with_needs(name: str, makers: dict[str, Make]) -> Iterator[str]:
    for needed in _needs(makers[name]) if name in makers else ():
        yield from _with_needs(needed, makers)
    yield name
