"""A class a kind of mail, under `@registered`, a file a kind or a small family; and what is asked of all of them.

Importing this room registers them.
"""

from ...models import Mail
from ..kind import KINDS, Kind
from ..today import Today
from . import (
    account,
    account_unknown,
    assigned,
    changes,
    digest,
    intake,
    invited,
    lapsed,
    meetings,
    mentioned,
    milestones,
    notice,
    nudged,
    organisation,
    production,
    weekly,
)

__all__ = [
    "account",
    "account_unknown",
    "assigned",
    "at_any_hour",
    "changes",
    "digest",
    "intake",
    "invited",
    "lapsed",
    "meetings",
    "mentioned",
    "milestones",
    "notice",
    "nudged",
    "of",
    "organisation",
    "production",
    "telling_of",
    "weekly",
]


def of(row: Mail, today: Today) -> Kind:
    """The row as a mail of its kind. Raises KeyError for a kind that has no class."""
    return KINDS[row.kind](row, today)


def telling_of(event_kind: str) -> list[tuple[str, type[Kind]]]:
    """The kinds of mail that tell of events of a kind, by MailKind."""
    return [(kind, one) for kind, one in KINDS.items() if event_kind in one.tells_of]


def at_any_hour() -> list[str]:
    """The MailKinds that are not held back until the window opens."""
    return [kind for kind, one in KINDS.items() if one.at_any_hour]
