"""`make bench-search`: how much longer each list, sort and search takes with a hundred times as many. Printed.

1,000 integrations, then 100,000, of the demo's story; each address is asked by one process for Digipost's staff, whose
lists hold all of them. Told are the medians and how many times as long the larger takes.
Runs on DATABASE_URL, or on SQLite without it; BENCH_SHRINK=10 makes it ten times smaller.
"""

from __future__ import annotations

import os

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")

from tests.bench.rig import OURS, SHRINK, STAFF, Answering, database, median

SIZES = (1_000 // SHRINK, 100_000 // SHRINK)
ROUNDS, WARM = 7, 2
SLOW = 3_000
"""Milliseconds: what takes longer is asked once, and not by rounds."""
AIM = 1.3
LATEST = "t.id IN (SELECT max(id) FROM milestones_event GROUP BY integration_id)"
ONLY = {"Event": LATEST, "ScenarioRun": "FALSE", "Comment": "FALSE", "CommentVersion": "FALSE"}
"""Of each integration the latest event alone, and no runs: they fill the disk, and these pages read no others."""


def main() -> None:
    import django

    django.setup()
    with database() as url:
        from milestones.models import Integration

        from .many import multiply

        took = []
        for size in SIZES:
            multiply(size, ONLY)
            print(f"{Integration.objects.count():,} integrations", flush=True)
            took.append(_medians(url))
    small, large = took
    print(f"{'':<28}{SIZES[0]:>10,}{SIZES[1]:>10,}{'times':>8}{'aim':>6}   ms")
    for address, before in small.items():
        print(f"{address:<28}{before:>10.1f}{large[address]:>10.1f}{large[address] / before:>8.1f}{AIM:>6.1f}")


def _medians(url: str) -> dict[str, float]:
    """Milliseconds by address."""
    from milestones.models import Integration

    reference = Integration.objects.order_by("-pk")[0].reference
    asked = {address: address for address in _addresses()}
    asked |= {"/integrations/?q=REFERENCE": f"/integrations/?q={reference}"}
    asked |= {"/find/?q=REFERENCE": f"/find/?q={reference}"}
    ours = Answering(OURS, url, STAFF)
    took = {name: _asked(ours, address) for name, address in asked.items()}
    ours.close()
    return took


def _asked(ours: Answering, address: str) -> float:
    first = float(ours.asked(address)["ms"])
    if first > SLOW:
        return first
    return median([ours.asked(address) for _round in range(WARM + ROUNDS)][WARM:])


def _addresses() -> list[str]:
    from milestones.portfolio import SORTS, View

    portfolio = [f"sort={sort}" for sort in SORTS] + [f"view={view.value}" for view in View]
    portfolio += ["q=brev", "q=kommune", "phase=milestone_3", "waits_on=digipost"]
    return ["/", "/approvals/", *(f"/integrations/?{query}" for query in portfolio), "/find/?q=kommune"]


if __name__ == "__main__":
    main()
