"""Two ways to answer, asked in turn: each in a process of its own, over one database. For `make bench-pages` and more.

A process answers through Django's test client, with all of its middleware, and says how long each answer took.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
OURS, BARE = "integrasjon.settings", "tests.bench.bare"
SHRINK = int(os.environ.get("BENCH_SHRINK", "1"))
"""10 makes a benchmark ten times smaller: to try it, not to measure."""
INTEGRATIONS, ROUNDS, WARM = 10_000 // SHRINK, 100 // SHRINK, 3
STAFF, ADMIN = "onboarding@digipost.example", "admin@digipost.example"


class Answering:
    """A process that answers requests of one person, by these settings."""

    def __init__(self, settings: str, url: str, email: str) -> None:
        variables = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "CRITICAL", "DJANGO_SETTINGS_MODULE": settings}
        command = [sys.executable, "-m", "tests.bench.rig", email]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def asked(self, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """What came of a request, a POST if there is `data`: `ms`, `status`, `queries`, `bytes` and `mib` so far."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps([path, data]), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        assert answer["status"] in (200, 302), (path, answer)
        return dict(answer)

    def close(self) -> None:
        self._process.communicate("")


def answer_all(email: str) -> None:
    """The process: a line of JSON in for each request, one out."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(raise_request_exception=True)
    client.force_login(get_user_model().objects.get(email=email), settings.AUTHENTICATION_BACKENDS[0])
    for line in sys.stdin:
        path, data = json.loads(line)
        print(json.dumps(_timed(client, path, data)), flush=True)


def _timed(client: Any, path: str, data: dict[str, Any] | None) -> dict[str, Any]:
    with Queries() as queries:
        began = time.perf_counter()
        answer = client.get(path) if data is None else client.post(path, data)
        took = time.perf_counter() - began
    size = len(answer.content) if not answer.streaming else 0
    return {
        "ms": took * 1000, "status": answer.status_code, "queries": queries.count, "bytes": size, "mib": peak_memory(),
    }  # fmt: skip


class Queries:
    """Counts what is asked of the database meanwhile."""

    def __init__(self) -> None:
        from django.db import connection

        self.count = 0
        self.wrapper = connection.execute_wrapper(self._counted)

    def _counted(self, execute: Any, *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)

    def __enter__(self) -> Queries:
        self.wrapper.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.wrapper.__exit__(*error)


def peak_memory() -> float:
    """MiB. Not getrusage, which counts what the parent had when it forked."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@contextmanager
def database() -> Iterator[str]:
    """A test database with the demo's story in it; gives its URL."""
    from django.core.management import call_command
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    call_command("demo", verbosity=0, stdout=io.StringIO())
    row = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{row['NAME']}"
    else:
        url = f"postgres://{row['USER']}:{row['PASSWORD']}@{row['HOST']}:{row['PORT']}/{row['NAME']}"
    try:
        yield url
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def median(answers: list[dict[str, Any]], of: str = "ms") -> float:
    return statistics.median(answer[of] for answer in answers)


if __name__ == "__main__":
    answer_all(sys.argv[1])
