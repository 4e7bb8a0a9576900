"""Every night: of which organisations the register of entities has news, and what it says of them now.

What is to be done lies in rows. RegisterReading says how far the register's list of changes has been read, an
Organisation when it was last named there (`noted_at`) and when the register last answered on it (`checked_at`). So
what hangs, fails or makes no sense tonight is done the next night, from the same place.
"""

from __future__ import annotations

import datetime
import time

import structlog
from django.db import transaction
from django.db.models import Min

from .. import clock, entity_register
from ..entity_register import Changes, Unanswered, Unclear
from ..models import Organisation, RegisterReading
from .organisations import record_answer

log = structlog.get_logger(__name__)

SECONDS_A_NIGHT = 30 * 60
"""After which the rest is left to the next night."""
MOST_SILENT = 3
"""Look-ups in a row without an answer, after which the register counts as away for tonight."""
OVERLAP = datetime.timedelta(hours=1)
"""Its clock and ours may differ."""


def keep_up() -> int:
    """Read what has changed, and look up whom that concerns. Returns on how many integrations there is news.

    Without a register to ask, that is nothing.
    """
    if not entity_register.is_on():
        return 0
    ends = time.monotonic() + SECONDS_A_NIGHT
    _read_changes(ends)
    return _look_up(ends)


def _read_changes(ends: float) -> None:
    try:
        while _read_page() and time.monotonic() < ends:
            pass
    except Unanswered as error:
        log.warning("the changes in the register of entities could not be read", error=str(error))


def _read_page() -> bool:
    """Read on from where the last page ended; returns whether there is another."""
    reading = RegisterReading.objects.first()
    if reading:
        changes = entity_register.changes_after(reading.last)
    elif first := Organisation.objects.aggregate(first=Min("checked_at"))["first"]:
        changes = entity_register.changes_since(first - OVERLAP)
    else:  # nothing has been looked up, so nothing can have changed since
        return False
    _note(changes)
    return changes.more


@transaction.atomic
def _note(changes: Changes) -> None:
    """Mark those of our organisations that are named, and move on, both or neither."""
    if not changes.entries:
        return
    last, now = changes.entries[-1][0], clock.now()
    reading, is_new = RegisterReading.objects.select_for_update().get_or_create(
        pk=1, defaults={"last": last, "read_at": now}
    )
    if not is_new and reading.last < last:  # another worker may be ahead
        reading.last, reading.read_at = last, now
        reading.save()
    numbers = {number for _id, number in changes.entries}
    named = Organisation.objects.select_for_update(no_key=True).filter(number__in=numbers).order_by("pk")
    Organisation.objects.filter(pk__in=[one.pk for one in named]).update(noted_at=now)


def _look_up(ends: float) -> int:
    """Look up what is due, in no order: one that is never answered must not always come before the others."""
    numbers = Organisation.objects.to_look_up().order_by("?").values_list("number", flat=True)
    news = silent = 0
    for number in dict.fromkeys(numbers):
        if silent == MOST_SILENT or time.monotonic() > ends:
            log.warning("the register of entities is asked about the rest tomorrow")
            break
        try:
            news += _looked_up(number)
            silent = 0
        except Unclear as error:
            log.warning("the register of entities makes no sense", error=str(error))
        except Unanswered as error:
            silent += 1
            log.warning("the register of entities does not answer", error=str(error))
    return news


def _looked_up(number: str) -> int:
    answer = entity_register.ask(number)
    try:
        return record_answer(answer)
    except Exception:  # the others do not wait for it
        log.exception("what the register of entities says could not be stored")
        return 0
