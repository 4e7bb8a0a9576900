"""Asking somebody outside, with one limit on all of the time that it takes."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import NoReturn, TypeVar

import requests

T = TypeVar("T")


class Session(requests.Session):
    """One that looks at no redirect: requests would read its whole body, however long, also where it follows none."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class TooSlow(Exception):
    """There was no answer in time."""


def within(seconds: float, ask: Callable[[float], T], name: str) -> T:
    """What `ask` returns, or raises, within so many seconds; it is given the moment, of `time.monotonic`, to end by.

    Raises TooSlow. A thread of this `name` waits, since a server that drips keeps every limit on a single read, and
    none holds while a host's name is looked up. Whoever asked goes on without it.
    """
    given: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()
    ends = time.monotonic() + seconds

    def wait() -> None:
        try:
            answer = ask(ends)
        except Exception as error:  # whatever it is, somebody waits for it
            given.put(_raising(error))
        else:
            given.put(lambda: answer)

    threading.Thread(target=wait, name=name, daemon=True).start()
    try:
        found = given.get(timeout=seconds)
    except queue.Empty:
        raise TooSlow from None
    return found()


def _raising(error: Exception) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error

    return fail
