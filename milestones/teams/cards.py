"""A message as an adaptive card, in the form that a workflow in Teams takes: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .. import texts

LONGEST = 300
"""Characters of a line."""
_MARKS = re.compile(r"([\\`*_\[\]<>])")
"""What would make a link, or bold letters, of what somebody called something: a text in a card is Markdown."""


@dataclass(frozen=True)
class Told:
    """What a message says: its title, what it is about, its sentences, and the page that its button opens."""

    title: str
    about: str
    lines: tuple[str, ...]
    button: str
    url: str


def card_of(told: Told) -> dict[str, Any]:
    """The JSON of a message with one adaptive card."""
    body = [
        _block(told.title, size="Medium", weight="Bolder"),
        _block(told.about, isSubtle=True, spacing="None"),
        *map(_block, told.lines),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": told.button, "url": told.url}],
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def _block(text: str, **looks: object) -> dict[str, Any]:
    return {"type": "TextBlock", "text": _plain(text), "wrap": True, **looks}


def _plain(text: str) -> str:
    """One line that shows as it was typed."""
    line = texts.header(text)
    line = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    return _MARKS.sub(r"\\\1", line)
