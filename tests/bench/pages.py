"""`make bench-pages`: the pages people open most, beside bare Django's of the same rows. Printed.

10,000 integrations, each with its events. Each page is asked in turn with what it is compared with, on one database,
by two processes; told are the medians, and the ratio of theirs to ours: 1 is as fast, 0.5 takes twice as long.
Runs on DATABASE_URL, or on SQLite without it; BENCH_SHRINK=10 makes it ten times smaller.
"""

from __future__ import annotations

import os

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")

from tests.bench.rig import ADMIN, BARE, INTEGRATIONS, OURS, ROUNDS, STAFF, WARM, Answering, database, median

DETAILS = ("", "milestones/3/", "scenarios/", "history/")
AIMS = {"list of 50": 0.6}


def main() -> None:
    import django

    django.setup()
    with database() as url:
        from milestones.models import Event, Integration
        from milestones.process import Phase

        from .many import multiply

        multiply(INTEGRATIONS)
        one = Integration.objects.filter(phase=Phase.MILESTONE_4).order_by("-pk")[0]
        found = Integration.objects.count()
        print(f"{found:,} integrations, {Event.objects.count() / found:.0f} events each")
        print(f"{'page':<16}{'ours, ms':>10}{'theirs, ms':>12}{'queries':>9}{'kB':>7}{'ratio':>8}{'aim':>6}")
        ours, bare = Answering(OURS, url, STAFF), Answering(BARE, url, ADMIN)
        compare("list of 50", ours, "/integrations/", bare, "/list/")
        for page in DETAILS:
            name = page.partition("/")[0] or "integration"
            compare(name, ours, f"/i/{one.reference}/{page}", bare, f"/admin/milestones/integration/{one.pk}/change/")
        for process in (ours, bare):
            process.close()


def compare(name: str, ours: Answering, page: str, bare: Answering, other: str) -> None:
    """Print how long both take, asked in turn."""
    for _round in range(WARM):
        ours.asked(page), bare.asked(other)
    pairs = [(ours.asked(page), bare.asked(other)) for _round in range(ROUNDS)]
    mine, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    print(
        f"{name:<16}{median(mine):>10.1f}{median(theirs):>12.1f}{mine[-1]['queries']:>9}"
        f"{mine[-1]['bytes'] / 1000:>7.0f}{median(theirs) / median(mine):>8.2f}{AIMS.get(name, 1.5):>6.1f}"
    )


if __name__ == "__main__":
    main()
