"""The parser's process, seen from here: it is started, waited for, and taken at its word."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404  # our own script, without a shell
import sys
from pathlib import Path

import structlog

from .refusals import refusal

log = structlog.get_logger(__name__)

PARSER = Path(__file__).with_name("parser")
REFUSED = 3
"""The exit code by which it refuses; see parser/__main__.py."""
SECONDS_TO_PARSE = 60
"""After which the parser is not waited for, however busy the machine; it gives itself less of the processor."""


def parsed(content: bytes, kind: str) -> bytes:
    """The bytes to keep of a PDF or an image, as the parser finds in a process of its own. Raises ValidationError."""
    command = [sys.executable, "-I", str(PARSER), kind]
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603  # nothing in it comes from outside
            command, input=content, capture_output=True, timeout=SECONDS_TO_PARSE, check=False, env=_nothing_to_steal()
        )
    except subprocess.TimeoutExpired as error:
        raise refusal(kind, "intricate", {}) from error
    line, _end, kept = done.stdout.partition(b"\n")
    if done.returncode == REFUSED:
        said = json.loads(line)
        raise refusal(kind, said["refused"], said["about"])
    if done.returncode:  # it took more than it may have, or a decoder crashed
        log.warning("the parser was ended", returncode=done.returncode, content_type=kind)
        raise refusal(kind, "intricate", {})
    return kept or content


def _nothing_to_steal() -> dict[str, str]:
    """The parser's environment: where Python finds itself, and none of our keys and passwords."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL") if name in os.environ}
