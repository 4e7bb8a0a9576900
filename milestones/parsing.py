"""What a file from outside holds, found out in a process of its own: little memory, little time, nothing to write to.

Run as a script by uploads.py, with the content type as its argument and the file on standard input. What is to be kept
comes out on standard output. A refusal is exit code REFUSED with its code there instead; a process that is killed by
its limits, or by a decoder's own mistake, takes nothing with it.
"""

from __future__ import annotations

import io
import logging
import re
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader

REFUSED = 3
SECONDS = 15
"""Of the processor's time."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: an image of MAX_PIXELS, turned and converted, and the libraries."""
MAX_PIXELS = 50_000_000
MAX_PDF_OBJECTS = 100_000
MAX_PDF_VALUES = 2_000_000
"""Numbers, names, strings … of all objects together."""
IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG"}

FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMedia", "/XFA"}
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/RichMediaExecute"}
FORBIDDEN_BYTES = re.compile(
    rb"/S(?:\s|%[^\r\n]*[\r\n])*/(JavaScript|Launch|ImportData|SubmitForm|GoTo[ER])\b|/EmbeddedFiles?\b"
)
"""The same where they stand plainly in the file: a viewer that repairs it may find what its index leaves out."""
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
"""A character of a name by its number (ISO 32000-1, 7.3.5)."""


class Refused(Exception):
    """`str()` is the code of the reason: locked, unreadable, active, ambiguous, intricate or pixels."""


def main(kind: str) -> int:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (most, most))
    try:
        answer, code = kept(sys.stdin.buffer.read(), kind), 0
    except Refused as refusal:
        answer, code = str(refusal).encode(), REFUSED
    except (MemoryError, RecursionError):
        answer, code = b"intricate", REFUSED
    except Exception:  # a parser fails in many ways on what is not what it says
        answer, code = b"unreadable", REFUSED
    sys.stdout.buffer.write(answer)
    return code


def kept(content: bytes, kind: str) -> bytes:
    """The bytes to keep: an image drawn anew, a harmless PDF as it came. Raises Refused, or what parsers raise."""
    if kind in IMAGES:
        return _drawn_anew(content, kind)
    _require_harmless_pdf(content)
    return content


# --- Images


def _drawn_anew(content: bytes, kind: str) -> bytes:
    """The picture and nothing else: no metadata, no trailing data, turned as its camera meant it."""
    from PIL import Image, ImageOps  # noqa: PLC0415  (each process needs one of the libraries)

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(content), formats=[IMAGES[kind]]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise Refused("pixels")
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        return _written(picture, kind)


def _written(picture: Any, kind: str) -> bytes:
    modes = ("L", "RGB") if kind == "image/jpeg" else ("RGBA", "1", "L", "LA", "RGB")
    if picture.mode not in modes:
        picture = picture.convert("RGB" if kind == "image/jpeg" else "RGBA")
    picture.info.clear()
    written = io.BytesIO()
    picture.save(written, IMAGES[kind], **({"quality": 90} if kind == "image/jpeg" else {}))
    return written.getvalue()


# --- PDF


def _require_harmless_pdf(content: bytes) -> None:
    from pypdf import PdfReader  # noqa: PLC0415

    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if FORBIDDEN_BYTES.search(content) or FORBIDDEN_BYTES.search(plain) or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("active")
    ambiguities = _Ambiguities()
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Refused("locked")
    for value in _values(reader):
        if _is_forbidden(value):
            raise Refused("active")
    if ambiguities.found:
        raise Refused("ambiguous")
    if not len(reader.pages):
        raise Refused("unreadable")


class _Ambiguities(logging.Handler):
    """Notes what pypdf warns of: a key that stands twice in a dictionary. It takes the first, others the last."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False
        logging.getLogger("pypdf").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.found = self.found or "Multiple definitions" in record.getMessage()


def _values(reader: PdfReader) -> Iterator[Any]:
    """Every value in the file, whether or not something points to it. What is referred to is an object of its own."""
    from pypdf.generic import ArrayObject, DictionaryObject  # noqa: PLC0415

    looked_at = 0
    for thing in _objects(reader):
        todo = [thing]
        while todo:
            one = todo.pop()
            looked_at += 1
            if looked_at > MAX_PDF_VALUES:
                raise Refused("intricate")
            if isinstance(one, DictionaryObject):
                yield one
                todo += [one.raw_get(key) for key in one]
            elif isinstance(one, ArrayObject):
                todo += list(one)


def _objects(reader: PdfReader) -> Iterator[Any]:
    from pypdf.generic import IndirectObject  # noqa: PLC0415

    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_PDF_OBJECTS:
        raise Refused("intricate")
    yield reader.trailer
    for number, generation in sorted(numbers):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _is_forbidden(one: Any) -> bool:
    """Whether a dictionary asks for more than showing a page."""
    if FORBIDDEN_KEYS & set(one) or _named(one, "/S") in FORBIDDEN_ACTIONS:
        return True
    return bool(_named(one, "/Type") == "/EmbeddedFile")


def _named(one: Any, key: str) -> object:
    """The value under `key`, also where it is an object of its own."""
    value = one.get(key)
    return value.get_object() if hasattr(value, "get_object") else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
