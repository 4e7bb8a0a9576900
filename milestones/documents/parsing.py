"""The parser's process, seen from here: it is given a place, started, waited for, and taken at its word."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404  # our own script, without a shell
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from .places import reserved
from .refusals import not_stored, refusal

log = structlog.get_logger(__name__)

PARSER = Path(__file__).with_name("parser")
REFUSED = 3
"""The exit code by which it refuses; see parser/__main__.py."""
SECONDS_TO_PARSE = 40
"""After which the parser is not waited for: two that take turns on one processor have then had all that they may."""


@dataclass(frozen=True)
class Parsed:
    """The bytes to keep, and the files that a PDF brings along: `name`, `type` (MIME) and `size` (bytes) of each."""

    content: bytes
    attachments: list[dict[str, Any]] = field(default_factory=list)


def parsed(content: bytes, kind: str) -> Parsed:
    """What is kept of a PDF or an image, as the parser finds in a process of its own. Raises ValidationError."""
    done = _run(content, kind)
    line, _end, kept = done.stdout.partition(b"\n")
    if done.returncode == REFUSED:
        said = json.loads(line)
        raise refusal(kind, said["refused"], said["about"])
    if done.returncode:  # it took more than it may have, or a decoder crashed
        log.warning("the parser was ended", returncode=done.returncode, content_type=kind)
        raise refusal(kind, "intricate", {})
    return Parsed(kept or content, json.loads(line).get("attachments", []))


def _run(content: bytes, kind: str) -> subprocess.CompletedProcess[bytes]:
    with reserved() as lock:
        try:
            return subprocess.run(  # noqa: S603  # nosec B603  # nothing in it comes from outside
                [sys.executable, "-I", str(PARSER), kind],
                input=content,
                capture_output=True,
                timeout=SECONDS_TO_PARSE,
                check=False,
                env=_nothing_to_steal(),
                pass_fds=(lock,),
            )
        except subprocess.TimeoutExpired as error:
            raise refusal(kind, "intricate", {}) from error
        except OSError as error:  # no process to be had
            raise not_stored(error) from error


def _nothing_to_steal() -> dict[str, str]:
    """The parser's environment: where Python finds itself, and none of our keys and passwords."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL") if name in os.environ}
