"""What is away, and says so with words that are nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

SECRET = "geheim"


def _away(*_args: object, **_more: object) -> None:
    raise OperationalError(f"could not connect to postgres://tracker:{SECRET}@db")


@contextmanager
def no_database() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(connection, "cursor", _away)
        yield
