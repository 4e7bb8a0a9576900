"""The parser's process, seen from here: it is given a place, started, waited for, and taken at its word."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog

from .apart import TimeoutExpired, run_apart
from .places import reserved
from .refusals import not_stored, refusal

log = structlog.get_logger(__name__)

PARSER = Path(__file__).with_name("parser")
REFUSED = 3
"""The exit code by which it refuses; see parser/__main__.py."""
SECONDS_TO_PARSE, SECONDS_TO_DRAW, SECONDS_TO_READ_SIGNATURES = 40, 10, 20
"""After which the parser is not waited for: two that take turns on one processor have then had all that they may."""
SIGNED = b"/ByteRange"
"""What no signed PDF is without, and stands in it plainly: it says which bytes are signed."""
UNREAD_SIGNATURE = {"signer": "", "at": "", "intact": None, "whole": None, "added": ""}
"""Where something is signed and cannot be judged."""
MAX_PREVIEW = 1024 * 1024
"""Bytes: more than an ordinary page takes, and little beside what may be uploaded."""


@dataclass(frozen=True)
class Preview:
    """A JPEG that shows a picture or a PDF's first page, empty where it cannot be drawn; `pages` are the PDF's."""

    content: bytes = b""
    pages: int = 0


@dataclass(frozen=True)
class Parsed:
    """The bytes to keep, a preview, and the files that a PDF brings along: `name`, `type` (MIME), `size` (bytes).

    `signatures` are those of a PDF, as `parser/signatures.py` tells them.
    """

    content: bytes
    attachments: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[dict[str, Any]] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)


def parsed(content: bytes, kind: str) -> Parsed:
    """What is kept of a PDF or an image, as the parser finds in a process of its own. Raises ValidationError.

    Other processes draw the preview and read signatures, in the same place: what cannot be drawn is kept without one,
    and a signature that cannot be read is told as such.
    """
    with reserved() as lock:
        examined = _examined(content, kind, lock)
        signatures = _signatures(content, kind, lock) if SIGNED in content else []
        return replace(examined, signatures=signatures, preview=_drawn(examined.content, kind, lock))


def _examined(content: bytes, kind: str, lock: int) -> Parsed:
    try:
        done = run_apart(PARSER, "examine", kind, content=content, lock=lock, seconds=SECONDS_TO_PARSE)
    except TimeoutExpired as error:
        raise refusal(kind, "intricate", {}) from error
    except OSError as error:  # no process to be had
        raise not_stored(error) from error
    line, _end, kept = done.stdout.partition(b"\n")
    if done.returncode == REFUSED:
        said = json.loads(line)
        raise refusal(kind, said["refused"], said["about"])
    if done.returncode:  # it took more than it may have, or a decoder crashed
        log.warning("the parser was ended", returncode=done.returncode, content_type=kind)
        raise refusal(kind, "intricate", {})
    return Parsed(kept or content, json.loads(line).get("attachments", []))


def _drawn(content: bytes, kind: str, lock: int) -> Preview:
    try:
        done = run_apart(PARSER, "draw", kind, content=content, lock=lock, seconds=SECONDS_TO_DRAW)
    except (TimeoutExpired, OSError) as error:
        log.warning("no preview was drawn", error=type(error).__name__, content_type=kind)
        return Preview()
    line, _end, picture = done.stdout.partition(b"\n")
    if done.returncode or len(picture) > MAX_PREVIEW:
        log.warning("no preview was drawn", returncode=done.returncode, size=len(picture), content_type=kind)
        return Preview()
    return Preview(picture, json.loads(line).get("pages", 0))


def _signatures(content: bytes, kind: str, lock: int) -> list[dict[str, Any]]:
    if kind != "application/pdf":
        return []
    seconds = SECONDS_TO_READ_SIGNATURES
    try:
        done = run_apart(PARSER, "read_signatures", kind, content=content, lock=lock, seconds=seconds)
    except (TimeoutExpired, OSError) as error:
        log.warning("no signatures were read", error=type(error).__name__)
        return [UNREAD_SIGNATURE]
    if done.returncode:
        log.warning("no signatures were read", returncode=done.returncode)
        return [UNREAD_SIGNATURE]
    found: list[dict[str, Any]] = json.loads(done.stdout)["signatures"]
    return found
