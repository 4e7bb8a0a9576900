"""What a file from outside holds, found out in a process of its own: little memory, little time, nothing to write to.

Run as a folder by `documents.parsing` (`python -I parser KIND`), with the file on standard input; nothing of the
product is imported here. Standard output is one line of JSON, and after it the bytes to keep where they are others
than those that came. A refusal is exit code REFUSED, and its code stands in the JSON; a process that is killed by its
limits, or by a decoder's own mistake, takes nothing with it.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from refused import Refused

REFUSED = 3
SECONDS = 20
"""Of the processor's time."""
MEMORY = 1536 * 1024 * 1024
"""Bytes of address space: an image of MAX_PIXELS, turned and converted, and the libraries."""


def main(kind: str) -> int:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (most, most))
    try:
        found, kept = examined(sys.stdin.buffer.read(), kind)
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
