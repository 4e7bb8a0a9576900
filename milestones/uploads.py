"""What may come in as a document: judged by its content, parsed by a library, and scanned where a scanner is named.

A PDF with scripts, embedded files or actions that reach out of it is refused, and so is one that viewers may read in
two ways; an image is drawn anew, which leaves behind whatever else its file held; plain text is text and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import socket
import struct
import subprocess  # nosec B404  # our own script, without a shell
import sys
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import filetype
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from .parsing import REFUSED

log = structlog.get_logger(__name__)

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 200
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt",),
}
"""By content type, the endings that a name may have: on the disk of whoever downloads it, the ending is the type."""
CONTENT_TYPES = tuple(ENDINGS)

NOT_IN_NAMES = '<>:"|?*'
"""What no file may be called on Windows; a quotation mark would also end the name in a header."""
NOT_AT_START = "=+-@＝＋－＠. "
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}
"""Names that Windows takes for devices, whatever their ending."""

PARSER = Path(__file__).with_name("parsing.py")
SECONDS_TO_PARSE = 60
"""After which the parser is not waited for, however busy the machine; it gives itself less of the processor."""


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: its type, the bytes to keep, and the SHA-256 (hex) of the bytes as they came."""

    name: str
    content_type: str
    content: bytes
    sha256_received: str

    @property
    def sha256(self) -> str:
        """Of what is kept: whoever downloads it can check theirs."""
        return hashlib.sha256(self.content).hexdigest()

    def file(self) -> ContentFile:
        return ContentFile(self.content)


def examine(upload: File) -> Examined:
    """Judge a file by its content; its name and what the browser says do not count.

    Raises ValidationError if it is empty, larger than 20 MB, none of PDF, PNG, JPEG and plain text (UTF-8), cannot be
    read as what it is, holds what a document has no use for, or if the scanner finds something or does not answer.
    """
    if not upload.size:
        raise ValidationError(_("The file is empty."), code="empty")
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."), code="too_large")
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    received = hashlib.sha256(content).hexdigest()
    kind = _kind_of(content)
    _scan(content)
    if kind != "text/plain":
        content = parsed(content, kind)
    return Examined(safe_name(upload.name or "", kind), kind, content, received)


def safe_name(name: str, kind: str) -> str:
    """The name a file came with, made fit for showing, for download and for a cell of a spreadsheet.

    Without folders, control characters and what turns the direction of writing; nothing at its start that a
    spreadsheet reads as a formula or a system as hidden; no name of a device; and with an ending of its type.
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/").split("/")[-1])
    kept = "".join(character for character in last if character.isprintable() and character not in NOT_IN_NAMES)
    stem, dot, ending = kept.rpartition(".")
    if f".{ending.lower()}" not in ENDINGS[kind] or not dot:
        stem, ending = kept, ENDINGS[kind][0][1:]
    stem = stem.lstrip(NOT_AT_START).rstrip(" .")[: MAX_NAME - 1 - len(ending)].rstrip(" .") or "document"
    if stem.split(".")[0].strip().upper() in DEVICES:
        stem = f"_{stem}"[: MAX_NAME - 1 - len(ending)]
    return f"{stem}.{ending}"


def _kind_of(content: bytes) -> str:
    kind = filetype.guess_mime(content[:8192])
    if kind in CONTENT_TYPES:
        return str(kind)
    if kind is None and _is_text(content):
        return "text/plain"
    raise ValidationError(_("Only PDF, PNG, JPEG and plain text are accepted, judged by content."), code="kind")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\t\r\n\f\ufeff" for character in set(text))


# --- What it holds


def parsed(content: bytes, kind: str) -> bytes:
    """The bytes to keep of a PDF or an image, as parsing.py finds in a process of its own. Raises ValidationError."""
    command = [sys.executable, "-I", str(PARSER), kind]
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603  # nothing in it comes from outside
            command, input=content, capture_output=True, timeout=SECONDS_TO_PARSE, check=False, env=_nothing_to_steal()
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal(kind, "intricate") from error
    if done.returncode == REFUSED:
        raise _refusal(kind, done.stdout.decode())
    if done.returncode:  # it took more than it may have, or a decoder crashed
        log.warning("the parser was ended", returncode=done.returncode, content_type=kind)
        raise _refusal(kind, "intricate")
    return done.stdout


def _nothing_to_steal() -> dict[str, str]:
    """The parser's environment: where Python finds itself, and none of our keys and passwords."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL") if name in os.environ}


def _refusal(kind: str, code: str) -> ValidationError:
    image, pdf = _("The image cannot be read."), _("The PDF cannot be read.")
    told = {
        "locked": _("The PDF is locked with a password, so it cannot be examined."),
        "active": _("The PDF holds scripts, embedded files or actions that reach out of it. Save it without them."),
        "ambiguous": _("The PDF says the same thing twice, and viewers would show it differently. Save it anew."),
        "intricate": _("The PDF is too intricate to be examined.") if kind == "application/pdf" else image,
        "pixels": _("The image has too many pixels."),
        "unreadable": pdf if kind == "application/pdf" else image,
    }
    return ValidationError(told[code], code=code)


# --- The virus scanner

CLEAN = "stream: OK"
LONGEST_ANSWER = 1000


def _scan(content: bytes) -> None:
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
        raise ValidationError(_("The virus scanner refuses this file."), code="virus")


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
