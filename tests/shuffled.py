"""The tests in random order: `pytest -p tests.shuffled`, and `SHUFFLED=seed` for the same order again.

Folders, files in them and tests in those change places; a folder's and a file's tests stay together, since what is
made once for them is made once.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

SEED = os.environ.setdefault("SHUFFLED", str(random.SystemRandom().randrange(10_000)))  # workers inherit it


def pytest_report_header() -> str:
    return f"shuffled: SHUFFLED={SEED}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    def place(item: Any) -> tuple[float, ...]:
        path = Path(item.path)
        return tuple(random.Random(f"{SEED} {one}").random() for one in (path.parent, path, item.nodeid))  # noqa: S311

    items.sort(key=place)
