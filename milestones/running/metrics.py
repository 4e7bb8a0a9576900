"""What Prometheus reads: how long answers take, whether all is there, and the figures. Names of addresses, no people.

What is counted from rows is the same whichever process is asked. Latency is measured in each process of the web
server, so each keeps its part in a file of PROMETHEUS_MULTIPROC_DIR, and whoever is asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.db import Error as DatabaseAway
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from .figures import Figures, Outbox, figures
from .readiness import remembered

log = structlog.get_logger(__name__)

FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
"""Empty where there is one process alone, as in tests."""
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def _forget_former(folder: Path) -> None:
    """Begin at nothing when the server starts: while a process of it lives, what others measured counts with it."""
    files = {one: int(one.stem.rpartition("_")[2]) for one in folder.glob("*_*.db")}
    if not any(_lives(pid) for pid in files.values()):
        for one in files:
            one.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    """Whether it is another process than this, which may have the number of a former one."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


if FOLDER:
    _forget_former(Path(FOLDER))
_took = Histogram(
    "tracker_request_seconds",
    "How long requests took, by the name of the address; empty where there is no such address.",
    ["view"],
    buckets=SECONDS,
    registry=None,
)


def took(view: str, seconds: float) -> None:
    _took.labels(view).observe(seconds)


def exposed() -> bytes:
    """Everything, in the text format of Prometheus."""
    asked = CollectorRegistry()
    asked.register(_FromRows())
    if FOLDER:
        MultiProcessCollector(asked, FOLDER)  # type: ignore[no-untyped-call]
    else:
        asked.register(_took)
    return generate_latest(asked)


class _FromRows(Collector):
    """What is counted when somebody asks. Where the database is away, that is told, and no figure."""

    def collect(self) -> Iterator[Metric]:
        ready = GaugeMetricFamily("tracker_ready", "1 for what is as it should be, else 0.", labels=["check"])
        found = remembered.ask()
        for one in found:
            ready.add_metric([one.name], float(one.is_ok))
        yield ready
        if found[0].is_ok:
            try:
                now = figures()
            except DatabaseAway as error:
                log.warning("no figures", error=type(error).__qualname__)
                return
            yield from _told(now)


def _told(now: Figures) -> Iterator[Metric]:
    messages = GaugeMetricFamily("tracker_messages", "Messages by channel and state.", labels=["channel", "state"])
    oldest = GaugeMetricFamily("tracker_oldest_message_seconds", "Age of the oldest that waits.", labels=["channel"])
    boxes: dict[str, Outbox] = {"mail": now.mails, "teams": now.teams, "webhooks": now.webhooks}
    for channel, box in boxes.items():
        messages.add_metric([channel, "waiting"], box.waiting)
        messages.add_metric([channel, "failed"], box.failed)
        oldest.add_metric([channel], box.age.total_seconds())
    yield messages
    yield oldest
    yield GaugeMetricFamily("tracker_mails_sent_in_a_day", "Mails sent within 24 hours.", value=now.sent)
    results = GaugeMetricFamily(
        "tracker_proposed_results", "Reports whose results nobody has recorded yet, by who sent them.", labels=["by"]
    )
    results.add_metric(["build"], now.results_of_builds)
    results.add_metric(["person"], now.results_of_people)
    yield results
    yield GaugeMetricFamily("tracker_approvals_waiting", "Submissions that wait for approval.", value=now.approvals)
    yield GaugeMetricFamily("tracker_approvals_late", "Those past the promised day.", value=now.late)
    if now.tick is not None:
        lag = "Seconds since beat and a worker last looked for work."
        yield GaugeMetricFamily("tracker_tick_age_seconds", lag, value=now.tick.total_seconds())
