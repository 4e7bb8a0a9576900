"""The virus scanner: a ClamAV daemon, where one is named."""

from __future__ import annotations

import socket
import struct
import time

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)

CLEAN = "stream: OK"
LONGEST_ANSWER = 1000


def scan(content: bytes) -> None:
    """Ask the ClamAV daemon at CLAMAV_ADDRESS (host:port), by INSTREAM; nobody is asked where none is named."""
    if not settings.CLAMAV_ADDRESS:
        return
    try:
        answer = _ask_clamav(content)
        if answer != CLEAN and not answer.endswith(" FOUND"):
            raise OSError(f"no answer of a scanner: {answer}")
    except OSError as error:
        log.error("the virus scanner does not answer", error=str(error))
        raise ValidationError(
            _("The virus scanner does not answer, and nothing is stored without it. Try again later."), code="scanner"
        ) from error
    if answer != CLEAN:
        log.warning("the virus scanner refused a file", answer=answer)
        raise ValidationError(
            _("The virus scanner refuses this file. Check the machine that it comes from, and choose another file."),
            code="virus",
        )


def _ask_clamav(content: bytes) -> str:
    """Its answer, or the beginning of one that is too long. Raises OSError if it takes longer than CLAMAV_TIMEOUT."""
    host, _colon, port = settings.CLAMAV_ADDRESS.rpartition(":")
    end = time.monotonic() + settings.CLAMAV_TIMEOUT
    with socket.create_connection((host, int(port)), timeout=settings.CLAMAV_TIMEOUT) as daemon:
        daemon.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), 65536):
            chunk = content[start : start + 65536]
            daemon.settimeout(max(end - time.monotonic(), 0.01))
            daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
        daemon.sendall(struct.pack("!L", 0))
        answer = b""
        while len(answer) < LONGEST_ANSWER and not answer.endswith(b"\0"):
            daemon.settimeout(max(end - time.monotonic(), 0.01))
            part = daemon.recv(LONGEST_ANSWER)
            if not part:
                break
            answer += part
    return answer.rstrip(b"\0\n ").decode(errors="replace")
