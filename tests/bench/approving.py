"""`make bench-approve`: an approval, beside the bare admin's save of one field of the same integration. Printed.

10,000 integrations, of which many wait for approval. Ours asks the gate under the lock, moves two state machines,
records events, queues mails and stores what lists show; the admin writes one row, and one line of its log. Each is
asked in turn on one database, by two processes; told are the medians, and the ratio of theirs to ours.
Runs on DATABASE_URL, or on SQLite without it; BENCH_SHRINK=10 makes it ten times smaller.
"""

from __future__ import annotations

import os

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")

from typing import Any

from tests.bench.rig import ADMIN, BARE, INTEGRATIONS, OURS, ROUNDS, STAFF, WARM, Answering, database, median

AIM = 1.0


def main() -> None:
    import django

    django.setup()
    with database() as url:
        from milestones.models import Milestone
        from milestones.process import MilestoneState, Status

        from .many import multiply

        multiply(INTEGRATIONS)
        submitted = Milestone.objects.filter(state=MilestoneState.SUBMITTED, integration__status=Status.ACTIVE)
        waiting = list(submitted.select_related("integration").order_by("-pk")[: ROUNDS + WARM])
        ours, bare = Answering(OURS, url, STAFF), Answering(BARE, url, ADMIN)
        pairs = [(_approve(ours, one), _save(bare, one)) for one in waiting][WARM:]
        for process in (ours, bare):
            process.close()
        approved = Milestone.objects.filter(pk__in=[one.pk for one in waiting], state=MilestoneState.APPROVED)
        assert approved.count() == len(waiting)
    mine, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    print(f"{len(pairs)} approvals, of {INTEGRATIONS:,} integrations")
    print(f"{'':<10}{'ours, ms':>10}{'theirs, ms':>12}{'queries':>9}{'theirs':>8}{'ratio':>8}{'aim':>6}")
    print(
        f"{'approval':<10}{median(mine):>10.1f}{median(theirs):>12.1f}{median(mine, 'queries'):>9.0f}"
        f"{median(theirs, 'queries'):>8.0f}{median(theirs) / median(mine):>8.2f}{AIM:>6.1f}"
    )


def _approve(ours: Answering, one: Any) -> dict[str, Any]:
    """As the page of the milestone sends it, with what it had seen."""
    from milestones.workflow import version_of

    address = f"/i/{one.integration.reference}/milestones/{one.number}/"
    return ours.asked(f"{address}approve/", {"seen": version_of(one.integration)})


def _save(bare: Answering, one: Any) -> dict[str, Any]:
    address = f"/saving/milestones/integration/{one.integration_id}/change/"
    answer = bare.asked(address, {"name": f"{one.integration.name} nå", "_save": "Save"})
    assert answer["status"] == 302
    return answer


if __name__ == "__main__":
    main()
