"""The process that parses what strangers send."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from milestones.demo import a_pdf
from milestones.documents.parsing import parsed


def test_the_parser_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    seen: list[dict[str, str]] = []

    def run(*_command: Any, env: dict[str, str], **_more: Any) -> subprocess.CompletedProcess[bytes]:
        seen.append(env)
        return subprocess.CompletedProcess([], 0, b"{}\n", b"")

    monkeypatch.setattr(subprocess, "run", run)
    getattr(parsed, "__wrapped__", parsed)(a_pdf(), "application/pdf")  # conftest.py remembers what was parsed
    assert set(seen[0]) <= {"PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL"}
