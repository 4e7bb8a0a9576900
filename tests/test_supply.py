"""What we rely on: each package is pinned by digest, comes from wherever pip is pointed, and is what runs here.

Known vulnerabilities are looked up in a service (pip-audit), which CI without a network cannot do: see docs/decisions.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[a-z,]+\])?)==([^ ;\\]+)(?: ; [^\\]+)? \\$")


def pinned(lock: str) -> dict[str, tuple[str, int]]:
    """By normalised name: the version, and how many digests are accepted."""
    found: dict[str, tuple[str, int]] = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8")):
        if entry.startswith("#"):
            continue
        match = PINNED.match(entry.splitlines()[0])
        assert match, f"{lock}: not pinned by version and digest: {entry.splitlines()[0]}"
        found[normalised(match[1].split("[")[0])] = (match[2], entry.count("--hash=sha256:"))
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_by_version_and_digest(lock: str) -> None:
    packages = pinned(lock)
    assert len(packages) > 20
    assert [name for name, (_version, digests) in packages.items() if not digests] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_file_names_a_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|--trusted-host| @ ", text)


def test_both_lock_files_agree() -> None:
    runtime, development = (pinned(lock) for lock in LOCKS)
    assert runtime.items() <= development.items()


def test_what_runs_is_what_is_locked() -> None:
    installed = {normalised(one.metadata["Name"]): one.version for one in metadata.distributions()}
    locked = {name: version for name, (version, _digests) in pinned("requirements-dev.txt").items()}
    differs = {name: version for name, version in installed.items() if locked.get(name, version) != version}
    assert differs == {}
    assert set(locked) - set(installed) <= FOR_OTHER_PLACES


FOR_OTHER_PLACES = {"colorama", "tzdata", "uvloop", "win32-setctime"}
"""Locked for other systems or versions of Python."""


def test_what_is_installed_fits_together() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
