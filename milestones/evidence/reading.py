"""The process that reads XML and zips, seen from here: started, waited for, and checked again."""

from __future__ import annotations

import json
import subprocess  # nosec B404  # our own module, without a shell
import sys
from pathlib import Path
from typing import Any

import structlog

from ..documents.apart import nothing_to_steal
from ..documents.places import reserved
from .reader import framed
from .refusals import refused
from .vocabulary import sign

log = structlog.get_logger(__name__)

ROOT = Path(__file__).parents[2]
"""Where the reader finds its own modules; it is isolated, and would look nowhere but in the libraries."""
RUN = "import sys; sys.path.insert(0, sys.argv[1]); from milestones.evidence import reader; reader.main(sys.argv[2])"
SECONDS = 40
"""After which the reader is not waited for: two that take turns on one processor have then had all that they may."""


def bodies_found(contents: list[bytes]) -> list[dict[str, Any]]:
    """What each body of an answer says, as `bodies.read` has it, or `refused` with the code of the reason.

    Raises Refused if that cannot be found out, and ValidationError if too many others are being examined.
    """
    return [_checked(one) for one in _found("bodies", framed(contents))] if contents else []


def receipts_found(content: bytes) -> list[dict[str, Any]]:
    """What each receipt of a file says, as `job_results.read` has it. Raises Refused, and ValidationError as above."""
    found = _found("receipts", content)
    if "refused" in found:
        raise refused(found["refused"])
    return [_checked(one) for one in found["receipts"]]


def _found(task: str, content: bytes) -> Any:
    with reserved() as lock:
        try:
            done = subprocess.run(  # noqa: S603  # nosec B603  # nothing in it comes from outside
                [sys.executable, "-I", "-c", RUN, str(ROOT), task],
                input=content,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env=nothing_to_steal(),
                pass_fds=(lock,),
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            log.warning("evidence could not be read", error=type(error).__name__, task=task)
            raise refused("much") from None
    if done.returncode:  # it took more than it may have
        log.warning("the reader of evidence was ended", returncode=done.returncode, task=task)
        raise refused("much")
    return json.loads(done.stdout)


def _checked(found: dict[str, Any]) -> dict[str, Any]:
    """With signs that are known here, too: the reader has read what strangers sent."""
    return found | {"signs": frozenset(filter(_known, found["signs"]))} if "signs" in found else found


def _known(said: str) -> bool:
    key, _colon, value = said.partition(":")
    return bool(sign(key, value))
