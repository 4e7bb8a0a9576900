"""How much there may be: of what an integration gathers, and of what one person sends in a day.

Counted under a lock: a race does not pass it. What is refused is said in words, with what to do.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.formats import date_format

from .. import clock

MEMBERS, ITEMS, SCENARIOS, LINKS = 100, 100, 200, 10
"""At a time: on an integration, of its own on its checklist, in one of its sets; at a requirement. Who or what is
removed makes room."""
COMMENTS, VERSIONS = 300, 50
"""In all, also what is deleted: on one thing, and as many internal notes; former texts of one comment."""
COMMENTS_A_DAY = 100
"""Of one person on one integration: each may be told to many."""
PEOPLE, FOLLOW_UPS, MEETINGS, DEVIATIONS, AGREEMENTS, CERTIFICATES = 300, 300, 300, 1000, 100, 100
CHANGES, RUNS = 300, 300
"""In all, also what is past: of an integration; runs of a scenario. They stay on file, and their page lists them."""
OPEN_CHANGES = 10
"""Declared changes of an integration whose retest is waited for, at a time."""
IMPORTS_A_DAY = 50
"""In 24 hours, of one person."""
PROPOSALS_A_DAY = 200
"""In 24 hours, of an integration: files that were read for results."""
REPORTS_A_DAY = 500
"""In 24 hours, of an integration: posts of results by its tokens."""
TOKENS, TOKENS_A_DAY = 10, 20
"""Of an integration, tokens of the API: that work at a time, and made in 24 hours."""
PLANS_A_DAY = 100
"""In 24 hours, of an integration: plans of meetings and changes to them, each of which is told by mail."""
FEEDS, FEEDS_A_DAY = 5, 20
"""Of one person, calendar addresses: at a time, and made in 24 hours."""
CHANNEL_TESTS_A_DAY = 20
"""In 24 hours, of a channel in Teams, and of all webhooks of an integration together."""
WEBHOOKS, WEBHOOK_CHANGES_A_DAY = 5, 20
"""Of an integration: at a time; and in 24 hours, added, changed and given new secrets."""

A_DAY = datetime.timedelta(hours=24)


def require_room(there: int, most: int, refusal: str, *, more: int = 1, **named: object) -> None:
    """Raise ValidationError with `refusal` if `more` than are `there` would be more than `most`.

    `refusal` may say %(most)s, and what is `named`.
    """
    if there + more > most:
        raise ValidationError(refusal % {"most": most, **named})


def require_turn(rows: QuerySet[Any], moment: str, most: int, refusal: str, *, more: int = 1) -> None:
    """Raise ValidationError if `more` rows would be more than `most` with their `moment` within the last 24 hours.

    `refusal` says %(most)s and %(when)s: when there is room for as many. There must never be more at a time than that.
    """
    recent = rows.filter(**{f"{moment}__gt": clock.now() - A_DAY}).order_by(f"-{moment}")
    place = max(0, most - more)
    for first in recent.values_list(moment, flat=True)[place : place + 1]:
        again = date_format(clock.in_oslo(first + A_DAY), "SHORT_DATETIME_FORMAT")
        raise ValidationError(refusal % {"most": most, "when": again})
