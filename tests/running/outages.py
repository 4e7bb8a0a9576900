"""What is away, and says so with words that are nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connections

SECRET = "geheim"


def _away(*_args: object, **_more: object) -> None:
    raise OperationalError(f"could not connect to postgres://tracker:{SECRET}@db")


@contextmanager
def no_database() -> Iterator[None]:
    """Nothing is connected, and whoever connects is refused."""
    wrapper: Any = connections["default"]  # and not `connection`, which stands for it
    connected = wrapper.connection
    with pytest.MonkeyPatch.context() as patched:
        for name in ("cursor", "ensure_connection"):
            patched.setattr(wrapper, name, _away)
        wrapper.connection = None
        try:
            yield
        finally:
            wrapper.connection = connected
