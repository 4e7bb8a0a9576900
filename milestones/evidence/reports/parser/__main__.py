"""What a test report names, found out in a process of its own: little memory, little time, nothing to write to.

Run as a folder by `reports.reading` (`python -I parser TESTS ELEMENTS DEEPEST`, the most that there may be of each),
with the file on standard input; nothing of the product is imported here. Standard output is a line of JSON about the
report, and one for each test: what `found.Found` has. A refusal is exit code REFUSED, and its code stands in standard
output. Nothing that a test printed, or said of its failure, comes out of here.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable
from itertools import islice

from found import Found
from refused import Refused

REFUSED = 3
SECONDS = 20
"""Of the processor's time."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: JSON of 20 MB takes some hundred megabytes as Python's objects."""


def main(most_tests: int, most_elements: int, deepest: int) -> int:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (most, most))
    try:
        said = _lines(sys.stdin.buffer.read(), most_tests, most_elements, deepest)
        code = 0
    except Refused as refusal:
        said, code = str(refusal), REFUSED
    except (MemoryError, RecursionError):
        said, code = "intricate", REFUSED
    except Exception:  # what is not what it says fails in many ways
        said, code = "unreadable", REFUSED
    sys.stdout.buffer.write(said.encode("utf-8"))
    return code


def _lines(content: bytes, most_tests: int, most_elements: int, deepest: int) -> str:
    """Raises Refused, or what parsers do."""
    name, times, found = _read(content, most_elements, deepest)
    tests = list(islice(found, most_tests + 1))
    if not tests:
        raise Refused("none")
    if len(tests) > most_tests:
        raise Refused("many")
    return "".join(json.dumps(one) + "\n" for one in ({"format": name, "times": sorted(times)}, *tests))


Read = tuple[str, set[str], Iterable[Found]]
"""The format's name, the times that the report names, and its tests."""


def _read(content: bytes, most_elements: int, deepest: int) -> Read:
    """Each process needs the libraries of one format alone. Raises Refused, or what parsers do."""
    read: Read
    begins = content[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]
    if begins == b"{":
        import ctrf  # noqa: PLC0415

        read = ctrf.read(content)
        return read
    if begins != b"<":
        raise Refused("unknown")
    import xml_tree  # noqa: PLC0415

    root = xml_tree.parsed(content, most_elements, deepest)
    if root.tag in ("testsuites", "testsuite"):
        import junit  # noqa: PLC0415

        read = junit.read(root)
        return read
    import dotnet  # noqa: PLC0415

    if root.tag not in dotnet.FORMATS:
        raise Refused("unknown")
    read = dotnet.FORMATS[root.tag](root)
    return read


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
