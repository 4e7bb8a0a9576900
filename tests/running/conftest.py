"""Each test is answered by what it finds itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from milestones.running import readiness


@pytest.fixture(autouse=True)
def _asks_anew() -> Iterator[None]:
    readiness.remembered.forget()
    yield
    readiness.remembered.forget()
