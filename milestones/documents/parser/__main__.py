"""What a file from outside holds, found out in a process of its own: little memory, little time, nothing to write to.

Run as a folder by `documents.parsing` (`python -I parser TASK KIND`), with the file on standard input; nothing of the
product is imported here but `private_keys`. The task is to examine; or to draw what has been examined, or to read its
signatures. Standard output is one line of JSON, and after it the bytes to keep where they are others than those that
came. A refusal is exit code REFUSED, and its code stands in the JSON; a process that is killed by its limits, or by a
decoder's own mistake, takes nothing with it: so what cannot be drawn or read so has been examined all the same.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from refused import Refused

REFUSED = 3
SECONDS = {"examine": 20, "draw": 5, "read_signatures": 10}
"""Of the processor's time, by task."""
MEMORY = 1536 * 1024 * 1024
"""Bytes of address space: an image of MAX_PIXELS, turned and converted, and the libraries."""


def main(task: str, kind: str) -> int:
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS[task]), (resource.RLIMIT_FSIZE, 0))
    for limit, most in limits:
        resource.setrlimit(limit, (most, most))
    try:
        found, kept = TASKS[task](sys.stdin.buffer.read(), kind)
        code = 0
    except Refused as refusal:
        found, kept, code = {"refused": str(refusal), "about": refusal.about}, b"", REFUSED
    except (MemoryError, RecursionError):
        found, kept, code = {"refused": "intricate", "about": {}}, b"", REFUSED
    except Exception:  # a parser fails in many ways on what is not what it says
        found, kept, code = {"refused": "unreadable", "about": {}}, b"", REFUSED
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n" + kept)
    return code


def examined(content: bytes, kind: str) -> tuple[dict[str, Any], bytes]:
    """What was found, and the bytes to keep where they are not those that came. Raises Refused, or what parsers do.

    A harmless PDF is kept as it came; an image is drawn anew.
    """
    # Each process needs one of the libraries alone.
    if kind == "application/pdf":
        import pdf  # noqa: PLC0415

        return {"attachments": pdf.examined(content)}, b""
    import images  # noqa: PLC0415

    return {}, images.drawn_anew(content, kind)


def drawn(content: bytes, kind: str) -> tuple[dict[str, Any], bytes]:
    """What there is to tell of a preview, and the preview. Raises Refused, or what libraries do.

    Once its libraries are there, drawing opens nothing and starts nothing: whoever takes a decoder over finds no file,
    no network and no other program.
    """
    import drawing  # noqa: PLC0415

    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        resource.setrlimit(limit, (0, 0))
    told, picture = drawing.drawn(content, kind)
    return told, picture


def signatures_read(content: bytes, _kind: str) -> tuple[dict[str, Any], bytes]:
    """The signatures of a PDF, and nothing to keep. Raises what the library does."""
    import signatures  # noqa: PLC0415

    return {"signatures": signatures.read(content)}, b""


TASKS = {"examine": examined, "draw": drawn, "read_signatures": signatures_read}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
