"""What may come in as a document: judged by its content, parsed by a library, and scanned where a scanner is named.

A PDF with scripts, embedded files or launch actions is refused; an image is drawn anew, which leaves behind whatever
else its file held; plain text is text and nothing else.
"""

from __future__ import annotations

import hashlib
import io
import socket
import struct
import warnings
from dataclasses import dataclass

import filetype
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

log = structlog.get_logger(__name__)

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PDF_OBJECTS = 100_000
IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG"}
CONTENT_TYPES = ("application/pdf", *IMAGES, "text/plain")

FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMedia", "/XFA"}
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/GoToE", "/RichMediaExecute"}


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
    if kind == "application/pdf":
        _require_harmless_pdf(content)
    elif kind in IMAGES:
        content = _redrawn(content, kind)
    return Examined(safe_name(upload.name or ""), kind, content, received)


def safe_name(name: str) -> str:
    """The name a file came with, without folders or control characters, for showing and for download."""
    kept = "".join(character for character in name.replace("\\", "/").split("/")[-1] if character.isprintable())
    return kept[-200:] or "document"


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
    return all(character.isprintable() or character in "\t\r\n\f\ufeff" for character in text)


# --- Images


def _redrawn(content: bytes, kind: str) -> bytes:
    """The picture and nothing else: no metadata, no trailing data, turned as its camera meant it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[IMAGES[kind]]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ValidationError(_("The image has too many pixels."), code="pixels")
                picture = ImageOps.exif_transpose(opened)
                picture.load()
    except ValidationError:
        raise
    except Exception as error:  # a decoder fails in many ways on what is no image
        raise ValidationError(_("The image cannot be read."), code="unreadable") from error
    kept = io.BytesIO()
    if kind == "image/jpeg":
        picture.convert("L" if picture.mode == "L" else "RGB").save(kept, "JPEG", quality=90)
    else:
        picture.convert(picture.mode if picture.mode in ("1", "L", "LA", "RGB", "RGBA") else "RGBA").save(kept, "PNG")
    return kept.getvalue()


# --- PDF


def _require_harmless_pdf(content: bytes) -> None:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise ValidationError(_("The PDF is locked with a password, so it cannot be examined."), code="locked")
        found = _forbidden_in(reader)
        pages = len(reader.pages)
    except ValidationError:
        raise
    except Exception as error:  # a parser fails in many ways on what is no PDF
        raise ValidationError(_("The PDF cannot be read."), code="unreadable") from error
    if found:
        raise ValidationError(
            _("The PDF holds scripts, embedded files or actions that start programs. Save it without them."),
            code="active",
        )
    if not pages:
        raise ValidationError(_("The PDF has no pages."), code="unreadable")


def _forbidden_in(reader: PdfReader) -> bool:
    """Whether any object does more than show a page, whether or not something points to it."""
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_PDF_OBJECTS:
        raise ValidationError(_("The PDF is too intricate to be examined."), code="intricate")
    objects = [reader.get_object(IndirectObject(number, generation, reader)) for number, generation in numbers]
    return any(_is_forbidden(one) for one in [reader.trailer, *objects])


def _is_forbidden(thing: object) -> bool:
    """Looks into what is nested; what is referred to is an object of its own and is looked at as such."""
    todo, looked_at = [thing], 0
    while todo:
        one = todo.pop()
        looked_at += 1
        if looked_at > MAX_PDF_OBJECTS:
            raise ValidationError(_("The PDF is too intricate to be examined."), code="intricate")
        if isinstance(one, StreamObject | DictionaryObject):
            if FORBIDDEN_KEYS & set(one) or _named(one, "/S") in FORBIDDEN_ACTIONS:
                return True
            if _named(one, "/Type") == "/EmbeddedFile":
                return True
            todo += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            todo += list(one)
    return False


def _named(one: DictionaryObject, key: str) -> object:
    """The value under `key`, also where it is an object of its own."""
    value = one.get(key)
    return value.get_object() if isinstance(value, PdfObject) else value


# --- The virus scanner


def _scan(content: bytes) -> None:
    """Ask the ClamAV daemon at CLAMAV_ADDRESS (host:port), by INSTREAM; nobody is asked where none is named."""
    if not settings.CLAMAV_ADDRESS:
        return
    try:
        answer = _ask_clamav(content)
    except OSError as error:
        log.error("the virus scanner does not answer", error=str(error))
        raise ValidationError(
            _("The virus scanner does not answer, and nothing is stored without it. Try again later."), code="scanner"
        ) from error
    if not answer.endswith("OK"):
        log.warning("the virus scanner refused a file", answer=answer)
        raise ValidationError(_("The virus scanner refuses this file."), code="virus")


def _ask_clamav(content: bytes) -> str:
    host, _colon, port = settings.CLAMAV_ADDRESS.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=settings.CLAMAV_TIMEOUT) as daemon:
        daemon.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), 65536):
            chunk = content[start : start + 65536]
            daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
        daemon.sendall(struct.pack("!L", 0))
        answer = b""
        while part := daemon.recv(4096):
            answer += part
    return answer.rstrip(b"\0\n ").decode(errors="replace")
