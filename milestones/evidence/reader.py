"""What runs in a process of its own, where XML and zips are read: little memory and time, and nothing to write to.

Started by `reading.found`, with the file or the bodies on standard input. Standard output is a line of JSON: signs
and the few fields beside them. Names, addresses and numbers of recipients end with this process.
"""

from __future__ import annotations

import codecs
import json
import resource
import struct
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from . import bodies, job_results
from .safe_xml import Unsafe, chunks_of
from .unzipping import files_of, is_zip

SECONDS = 20
"""Of the processor's time."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""
ENCODINGS = ("utf-16", "utf-8-sig", "iso8859-1", "iso8859-15", "cp1252", "cp437")
"""Of XML and of the names in a zip: looked up while files can still be opened."""
LENGTH = struct.Struct(">I")
"""What stands before each body: how many bytes it has."""


def main(task: str) -> int:
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0))
    for limit, most in limits:
        resource.setrlimit(limit, (most, most))
    for name in ENCODINGS:
        codecs.lookup(name)
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    sys.stdout.write(json.dumps(TASKS[task](content)))
    return 0


def bodies_in(content: bytes) -> list[dict[str, Any]]:
    """What each body says, or why it was refused: the others count all the same."""
    return [_said(partial(bodies.read, body)) for body in _unframed(content)]


def receipts_in(content: bytes) -> dict[str, Any]:
    """What the receipts of a zip, or the one, say; or why the file was refused."""
    files = files_of(content) if is_zip(content) else iter([chunks_of(content)])
    return _said(lambda: {"receipts": [job_results.read(chunks) for chunks in files]})


TASKS: dict[str, Callable[[bytes], Any]] = {"bodies": bodies_in, "receipts": receipts_in}


def _said(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return read()
    except Unsafe as unsafe:
        return {"refused": str(unsafe)}
    except (MemoryError, RecursionError):
        return {"refused": "much"}


def framed(contents: list[bytes]) -> bytes:
    """Several bodies as one input."""
    return b"".join(LENGTH.pack(len(content)) + content for content in contents)


def _unframed(content: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(content):
        (length,) = LENGTH.unpack_from(content, place)
        place += LENGTH.size
        yield content[place : place + length]
        place += length
