"""How files begin that viewers find behind something else.

Nothing but Python in it: the parser's process reads it too.
"""

from __future__ import annotations

HEAD = 1024
"""Bytes in which a PDF begins, whatever stands before: viewers look no further."""


def begins_as(mark: bytes, content: bytes) -> bool:
    """Whether a file of Adobe's (`%PDF-`, `%FDF-`) begins in its head: behind text alone, and with objects to follow.

    A text that only talks of the mark holds none.
    """
    before, found, _rest = content[:HEAD].partition(mark)
    return bool(found) and b"\0" not in before and b"obj" in content[len(before) :]
