"""How many queries each page takes (`tests/query_counts.json`): compared exactly, renewed by `make query-counts`."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

COUNTS = Path(__file__).with_suffix(".json")


def require_as_counted(name: str, counts: dict[str, int]) -> None:
    """Fails unless the counts are those of the file under `name`; with UPDATE_QUERY_COUNTS they become those."""
    kept = json.loads(COUNTS.read_text(encoding="utf-8"))
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        kept[name] = counts
        COUNTS.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    assert counts == kept.get(name), f"see `git diff` after `make query-counts`, and say why in the commit: {name}"


def queries_at(client: Client, address: str) -> int:
    """How many queries a page takes, for whoever is signed in with `client`."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
