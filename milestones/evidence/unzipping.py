"""The XML files of a zip, unpacked as they are read, and never more than a little at a time.

Imported by the process that reads XML: it knows nothing of the product.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from .safe_xml import CHUNK, Unsafe

BEGINS = (b"PK\x03\x04", b"PK\x05\x06")
MOST_ENTRIES = 1_000
MOST_BYTES = 200 * 1024 * 1024
"""Of all entries together, unpacked."""
MOST_RATIO = 200
"""Times its packed size: a receipt is packed to a thirtieth of its size or so."""
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1


def is_zip(content: bytes) -> bool:
    return content.startswith(BEGINS)


def files_of(content: bytes) -> Iterator[Iterator[bytes]]:
    """The chunks of each XML file. Raises Unsafe: too many or too large, a zip within, encrypted, broken."""
    with _as_unsafe():
        packed = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise Unsafe("zip_large")
    left = [MOST_BYTES]
    for entry in entries:
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in PACKED:
            raise Unsafe("zip_locked")
        if entry.filename.lower().endswith(".zip"):
            raise Unsafe("zip_nested")
        if entry.filename.lower().endswith(".xml") and not entry.filename.startswith("__MACOSX/"):
            yield _chunks(packed, entry, left)


def _chunks(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: list[int]) -> Iterator[bytes]:
    """Counted as they come: what a zip says of its sizes may be untrue."""
    allowed = MOST_RATIO * max(entry.compress_size, 1)
    with _as_unsafe():
        opened = packed.open(entry)
    first = True
    while chunk := _next(opened):
        if first and is_zip(chunk):
            raise Unsafe("zip_nested")
        first = False
        allowed -= len(chunk)
        left[0] -= len(chunk)
        if allowed < 0 or left[0] < 0:
            raise Unsafe("zip_large")
        yield chunk


def _next(opened: IO[bytes]) -> bytes:
    with _as_unsafe():
        return opened.read(CHUNK)


@contextmanager
def _as_unsafe() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise Unsafe("zip_broken") from error
