"""`make bench-search`: how much longer each list, sort and search takes with a hundred times as many. Printed.

1,000 integrations, then 100,000, of the demo's story; each address is asked by one process for Digipost's staff, whose
lists hold all of them. Told are the medians and how many times as long the larger takes.
Runs on DATABASE_URL, or on SQLite without it; BENCH_SHRINK=10 makes it ten times smaller.
"""

from __future__ import annotations

import os

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")

from statistics import median

from tests.bench.rig import OURS, SHRINK, Answering, database

SIZES = (1_000 // SHRINK, 100_000 // SHRINK)
ROUNDS = 9
WARM = 2
STAFF = "onboarding@digipost.example"
AIM = 1.3


def main() -> None:
    import django

    django.setup()
    small, large = (_medians(size) for size in SIZES)
    print(f"{'':<28}{SIZES[0]:>10,}{SIZES[1]:>10,}{'times':>8}{'aim':>6}   ms")
    for address, took in small.items():
        print(f"{address:<28}{took:>10.1f}{large[address]:>10.1f}{large[address] / took:>8.1f}{AIM:>6.1f}")


def _medians(size: int) -> dict[str, float]:
    """Milliseconds by address, with so many integrations."""
    with database() as url:
        from milestones.models import Integration

        from .many import multiply

        multiply(size)
        reference = Integration.objects.order_by("-pk")[0].reference
        asked = {address: address for address in _addresses()}
        asked |= {"/integrations/?q=REFERENCE": f"/integrations/?q={reference}"}
        asked |= {"/find/?q=REFERENCE": f"/find/?q={reference}"}
        ours = Answering(OURS, url, STAFF)
        took = {name: _asked(ours, address) for name, address in asked.items()}
        ours.close()
        return took


def _asked(ours: Answering, address: str) -> float:
    return float(median([ours.asked(address)["ms"] for _round in range(WARM + ROUNDS)][WARM:]))


def _addresses() -> list[str]:
    from milestones.portfolio import SORTS, View

    portfolio = [f"sort={sort}" for sort in SORTS] + [f"view={view.value}" for view in View]
    portfolio += ["q=brev", "q=kommune", "phase=milestone_3", "waits_on=digipost"]
    return ["/", "/approvals/", *(f"/integrations/?{query}" for query in portfolio), "/find/?q=kommune"]


if __name__ == "__main__":
    main()
