"""`make bench-reminders`: how fast the sweep decides and the outbox sends, and how much memory it takes. Printed.

The sweep runs over 10,000 and 100,000 integrations (2,000 and 20,000 recipients), each in a process of its own.
Twenty of Digipost's staff share what waits for Digipost. Sending is compared, in the same run and to the same sink,
with a bare smtplib loop of ready-made messages. The first batch, which tells the staff of thousands of integrations,
stands beside that. Runs on DATABASE_URL, or on SQLite without it; BENCH_SHRINK=10 makes it ten times smaller.
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

from tests.bench.rig import Queries, peak_memory

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")
ROOT = Path(__file__).parent.parent.parent
SHRINK = int(os.environ.get("BENCH_SHRINK", "1"))
SIZES = ((10_000 // SHRINK, 2_000 // SHRINK), (100_000 // SHRINK, 20_000 // SHRINK))
STAFF = 20
MAILS = 2_000 // SHRINK
WORKERS = 2


def main() -> None:
    import django

    django.setup()
    print(f"{'integrations':>14}{'recipients':>12}{'seconds':>9}{'rows/s':>9}{'MiB':>7}{'queries per 1,000':>20}")
    peaks, sending = [], []
    for integrations, recipients in SIZES:
        with Database(recipients, integrations) as url:
            found = child("sweep", url)
            peaks.append(found["mib"])
            print(
                f"{integrations:>14,}{recipients:>12,}{found['seconds']:>9.1f}{integrations / found['seconds']:>9,.0f}"
                f"{found['mib']:>7.0f}{found['queries'] / recipients * 1000:>20.1f}"
            )
            sending.append(compare_sending(url))
    sizes = f"{SIZES[1][0]:,} against {SIZES[0][0]:,}"
    print(f"peak memory of the sweep, {sizes}: {peaks[1] / peaks[0]:.2f} × (aim: at most 1.2)")
    print(f"peak memory of a sender, {sizes}: {sending[1] / sending[0]:.2f} × (aim: at most 1.2)")


class Database:
    """A test database with a crowd in it; gives its URL."""

    def __init__(self, recipients: int, integrations: int) -> None:
        self.recipients, self.integrations = recipients, integrations

    def __enter__(self) -> str:
        from django.db import connection

        from tests.reminders.crowd import gather

        self.name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        gather(self.recipients, self.integrations, STAFF)
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


def compare_sending(url: str) -> float:
    """Print how fast two workers send; returns the peak memory of the one that told the staff, in MiB."""
    from tests.processes import free_port

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
    server = f"smtp://127.0.0.1:{port}"
    first = child("send", url, EMAIL_URL=server, BENCH_LIMIT="0")
    bare = [bare_loop(port)]
    began = time.monotonic()
    workers = [start("send", url, EMAIL_URL=server, BENCH_LIMIT=str(MAILS // WORKERS)) for _number in range(WORKERS)]
    results = [json.loads(finish(worker)) for worker in workers]
    spent = max(result["ended"] for result in results) - min(result["began"] for result in results)
    sent = sum(result["sent"] for result in results)
    bare.append(bare_loop(port))
    sink.communicate("")
    loop = max(bare)
    print(
        f"sending: {sent / spent:,.0f} mails/s with {WORKERS} workers, bare smtplib loop {loop:,.0f} mails/s "
        f"(the faster of one before and one after): {sent / spent / loop:.2f} × (aim: at least 0.7); "
        f"{sum(result['queries'] for result in results) / sent:.1f} queries a mail, "
        f"the first batch, with the staff in it, took {first['first']:.1f} s and {first['mib']:.0f} MiB; "
        f"{time.monotonic() - began - spent:.0f} s were the workers' starts and the second loop"
    )
    return float(first["mib"])


def bare_loop(port: int) -> float:
    """Mails a second that smtplib alone gets rid of: one connection, messages of a digest's size, ready made."""
    body = "Hei. Dette venter på deg.\n" + "- Bekreft «Dokumentasjon lest»\n  http://localhost:8000/i/AAAA-000/\n" * 12
    raw = f"Subject: x\nFrom: a@b.example\nTo: c@d.example\n\n{body}".encode()
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _number in range(MAILS):
            server.sendmail("a@b.example", ["c@d.example"], raw)
    return MAILS / (time.monotonic() - began)


def sweep() -> dict[str, Any]:
    from django.utils import timezone

    from milestones.reminders import cases, sweep

    began = time.monotonic()
    with Queries() as queries:
        queued = sweep.queue_digests(timezone.localdate(), cases.rules_in_force(), forced=True)
    seconds = time.monotonic() - began
    return {"seconds": seconds, "queued": queued, "queries": queries.count, "mib": peak_memory()}


def send() -> dict[str, Any]:
    from milestones.mails import sending

    limit, sent = int(os.environ["BENCH_LIMIT"]), 0
    asked = time.time()
    sending.send_batch()
    began = time.time()
    with Queries() as asks:
        while sent < limit and (batch := sending.send_batch()):
            sent += batch.sent
    took = {"first": began - asked, "began": began, "ended": time.time()}
    return took | {"sent": sent, "queries": asks.count, "mib": peak_memory()}


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        import django

        django.setup()
        from django.conf import settings

        settings.DEBUG = False
        print(json.dumps({"sweep": sweep, "send": send}[sys.argv[1]]()))
