"""Where a link may lead: to the web, or to a mailbox."""

from __future__ import annotations

import re
from urllib.parse import unquote

HOST = (
    r"(?:[\w\x80-\uffff-]+\.)+(?:xn--[a-z0-9-]+|com|net|org|edu|gov|mil|int|info|biz|name|app|dev|cloud|shop|online"
    r"|(?!js|vb|ws|ps|py|sh)[a-z]{2})"
)
"""As people write it. Whatever ends otherwise could be a file beside the document: setup@2x.exe, www.example.js."""
WEB_OR_MAIL = re.compile(
    rf"https?://[^/\\]|mailto:|www\.{HOST}(?::\d+)?(?:[/?#]|$)|[^@/\\:?#%]+@{HOST}$", re.IGNORECASE
)
"""An address may stand for itself: kari@example.no, www.example.no."""
LONGEST_NAMED = 60


def leads_out(target: bytes) -> str:
    """The target, fit to be named, if it is neither web nor mail; nothing if it is.

    White space and control characters are dropped before the scheme is read, escapes undone and case ignored, as
    viewers and systems do one or the other.
    """
    text = plain_text(target)
    visible = "".join(character for character in text if character.isprintable() and not character.isspace())
    if not visible or (WEB_OR_MAIL.match(visible.casefold()) and WEB_OR_MAIL.match(unquote(visible).casefold())):
        return ""
    return visible[:LONGEST_NAMED]


def plain_text(string: bytes) -> str:
    """A PDF's string: UTF-16 or UTF-8 where its mark says so, otherwise a byte a character."""
    if string.startswith((b"\xfe\xff", b"\xff\xfe")):
        return string.decode("utf-16", "replace")
    return string.decode("utf-8-sig" if string.startswith(b"\xef\xbb\xbf") else "latin-1", "replace")
