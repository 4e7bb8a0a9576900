"""What names how an integration stands: whatever is recorded after gives another version.

A page sends along the version that it showed, so that nothing newer is decided on.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from .compiled import Compiled
from .models import BESIDE_THE_PROCESS, Event

LATEST = Compiled(
    Event.objects.exclude(kind__in=BESIDE_THE_PROCESS).order_by().values_list("integration").annotate(Max("pk"))
)


def versions_of(integrations: Iterable[int]) -> dict[int, str]:
    """The latest event of each of these (primary keys), by integration; none of one without events.

    What is said beside the process changes none: whoever is asked to decide has the page open already.
    """
    return {integration: str(pk) for integration, pk in LATEST.of(list(integrations))}
