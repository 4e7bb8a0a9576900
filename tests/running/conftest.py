"""Each test is answered by what it finds itself, and without a broker, whatever the suite runs on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from milestones.running import readiness


@pytest.fixture(autouse=True)
def _asks_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(readiness, "has_broker", lambda: False)
    readiness.remembered.forget()
    yield
    readiness.remembered.forget()
