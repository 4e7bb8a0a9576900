"""`make bench-reminders`: how fast the sweep decides and the outbox sends, and how much memory it takes. Printed.

The sweep runs over 10,000 and 100,000 integrations (2,000 and 20,000 recipients), each in a process of its own.
Sending is compared, in the same run and to the same sink, with a bare smtplib loop of ready-made messages. Runs on
DATABASE_URL, or on SQLite without it.
"""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")
ROOT = Path(__file__).parent.parent.parent
SIZES = ((10_000, 2_000), (100_000, 20_000))
MAILS = 2_000
WORKERS = 2


def main() -> None:
    import django

    django.setup()
    print(f"{'integrations':>14}{'recipients':>12}{'seconds':>9}{'rows/s':>9}{'MiB':>7}{'queries per 1,000':>20}")
    peaks = []
    for integrations, recipients in SIZES:
        with Database(recipients, integrations) as url:
            found = child("sweep", url)
            peaks.append(found["mib"])
            print(
                f"{integrations:>14,}{recipients:>12,}{found['seconds']:>9.1f}{integrations / found['seconds']:>9,.0f}"
                f"{found['mib']:>7.0f}{found['queries'] / recipients * 1000:>20.1f}"
            )
            if integrations == SIZES[-1][0]:
                compare_sending(url)
    print(f"peak memory, {SIZES[1][0]:,} against {SIZES[0][0]:,}: {peaks[1] / peaks[0]:.2f} × (aim: at most 1.2)")


class Database:
    """A test database with a crowd in it; gives its URL."""

    def __init__(self, recipients: int, integrations: int) -> None:
        self.recipients, self.integrations = recipients, integrations

    def __enter__(self) -> str:
        from django.db import connection

        from tests.reminders.crowd import gather

        self.name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        gather(self.recipients, self.integrations)
        row = connection.settings_dict
        if connection.vendor == "sqlite":
            url = f"sqlite:///{row['NAME']}"
        else:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            url = f"postgres://{row['USER']}:{row['PASSWORD']}@{row['HOST']}:{row['PORT']}/{row['NAME']}"
        connection.close()
        return url

    def __exit__(self, *_error: object) -> None:
        from django.db import connection

        connection.creation.destroy_test_db(self.name, verbosity=0)


def child(what: str, url: str, **environment: str) -> dict[str, Any]:
    return json.loads(finish(start(what, url, **environment)))


def start(what: str, url: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bench.reminders", what]
    variables = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "ERROR"} | environment
    return subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    output, _errors = process.communicate()
    return output.strip().splitlines()[-1]


def compare_sending(url: str) -> None:
    from tests.reminders.sink import free_port

    port = free_port()
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.reminders.sink", str(port)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert sink.stdout is not None
    sink.stdout.readline()
    bare = [bare_loop(port)]
    began = time.monotonic()
    workers = [
        start("send", url, EMAIL_URL=f"smtp://127.0.0.1:{port}", BENCH_LIMIT=str(MAILS // WORKERS))
        for _number in range(WORKERS)
    ]
    results = [json.loads(finish(worker)) for worker in workers]
    spent = max(result["ended"] for result in results) - min(result["began"] for result in results)
    sent = sum(result["sent"] for result in results)
    bare.append(bare_loop(port))
    sink.communicate("")
    loop = max(bare)
    print(
        f"sending: {sent / spent:,.0f} mails/s with {WORKERS} workers, bare smtplib loop {loop:,.0f} mails/s "
        f"(the faster of one before and one after): {sent / spent / loop:.2f} × (aim: at least 0.7); "
        f"{time.monotonic() - began - spent:.0f} s were the workers' starts and the second loop"
    )


def bare_loop(port: int) -> float:
    """Mails a second that smtplib alone gets rid of: one connection, messages of a digest's size, ready made."""
    body = (
        "Hei. Dette venter på deg.\n"
        + "- Ikke krysset av: Dokumentasjon lest\n  http://127.0.0.1:8000/i/AAAA-000/\n" * 12
    )
    raw = f"Subject: x\nFrom: a@b.example\nTo: c@d.example\n\n{body}".encode()
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _number in range(MAILS):
            server.sendmail("a@b.example", ["c@d.example"], raw)
    return MAILS / (time.monotonic() - began)


def sweep() -> dict[str, Any]:
    from django.db import connection
    from django.utils import timezone

    from milestones.reminders import cases, sweep

    queries = 0

    def counted(execute: Any, *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    began = time.monotonic()
    with connection.execute_wrapper(counted):
        queued = sweep.queue_digests(timezone.localdate(), cases.rules_in_force(), forced=True)
    seconds = time.monotonic() - began
    return {"seconds": seconds, "queued": queued, "queries": queries, "mib": peak_memory()}


def peak_memory() -> float:
    """MiB. Not getrusage, which counts what the parent had when it forked."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def send() -> dict[str, Any]:
    from milestones import outbox

    limit, sent = int(os.environ["BENCH_LIMIT"]), 0
    outbox.cases.rules_in_force()  # connected and warm
    began = time.time()
    while sent < limit and (batch := outbox.send_batch()):
        sent += batch.sent
    return {"sent": sent, "began": began, "ended": time.time()}


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        import django

        django.setup()
        from django.conf import settings

        settings.DEBUG = False
        print(json.dumps({"sweep": sweep, "send": send}[sys.argv[1]]()))
