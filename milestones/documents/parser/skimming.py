"""A PDF's bytes, as a viewer meets them that repairs the file: where objects begin and end, and what they say twice.

Structure is qpdf's business. Here is what it does not tell: which objects stand in the file without being in its
index, and whether two values of one key are the same. Everything runs forward only; whatever a hostile file makes us
read again is counted, and the count is bounded by the file's size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from refused import Refused

DELIMITERS = rb"\s\0()<>\[\]{}/%"
STRING = rb"\((?>[^()\\]++|\\.)*+\)"
"""A string with no parenthesis within; others are counted through."""
COMMENT = rb"%[^\r\n]*+"
BODY = re.compile(rb"(?>[^(%es]++|" + COMMENT + rb"|" + STRING + rb"|e(?!ndobj)|s(?!tream))*+", re.DOTALL)
PARENTHESES = re.compile(rb"\\.|[()]", re.DOTALL)
TOKEN = re.compile(
    rb"<<|>>|[\[\]{}]|/[^"
    + DELIMITERS
    + rb"]*+|"
    + STRING
    + rb"|\(|<[^>]*+>|"
    + COMMENT
    + rb"|[^"
    + DELIMITERS
    + rb"]++",
    re.DOTALL,
)
KEYWORD = re.compile(rb"(?<![A-Za-z])obj(?![A-Za-z])")
NUMBERS = re.compile(rb"(?<!\d)(\d{1,10})(?:[\s\0]|%[^\r\n]*[\r\n])+(\d{1,5})(?:[\s\0]|%[^\r\n]*[\r\n])*\Z")
BEFORE = 64
"""How many bytes before `obj` its numbers are looked for."""
BEGINS = re.compile(rb"[\s\0]*+[<\[/(%]")
"""What follows `obj` where an object begins that may do something."""
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
"""A character of a name by its number (ISO 32000-1, 7.3.5)."""
SAID_OTHERWISE = re.compile(rb"\\(?:[0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}
"""In strings (ISO 32000-1, 7.3.4.2)."""
HEX, NUMBER = re.compile(rb"[0-9A-Fa-f]*"), re.compile(rb"[-+]?(?:\d+\.?\d*|\.\d+)")
READ_AT_MOST = 4
"""Times the file's own size."""
COMPARED_AT_MOST = 1_000_000
"""Bytes beside the file's own size: objects packed into a few bytes may say everything twice."""


class Placed(NamedTuple):
    """An object that stands plainly in the file."""

    number: int
    generation: int
    begins: int


class Extent(NamedTuple):
    """Where an object begins and ends, and where its stream's data begin (0 without one)."""

    begins: int
    ends: int
    data: int


class Skimmed:
    """The bytes, and how often they have been gone through."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.left = READ_AT_MOST * len(content) + 100_000
        self.left_to_compare = 2 * len(content) + COMPARED_AT_MOST

    def extent(self, begins: int) -> Extent:
        """Of the object that begins here.

        Raises Refused where objects overlap so much that reading each would take more than a few times the file.
        """
        content, place, data = self.content, begins, 0
        while place < len(content):
            place = BODY.match(content, place).end()  # type: ignore[union-attr]  # it matches nothing, too
            if content[place : place + 1] == b"(":
                place = _string_end(content, place)
            elif content.startswith(b"stream", place) and content[place - 1 : place] in b">\0\t\n\f\r ":
                data = place + len(b"stream")
                ends = content.find(b"endstream", data)
                place = len(content) if ends < 0 else ends + len(b"endstream")
                break
            elif content.startswith(b"endobj", place):
                break
            else:
                place += 1
        self.left -= place - begins
        if self.left < 0:
            raise Refused("intricate")
        return Extent(begins, place, data)

    def left_out(self, known: set[int], extents: list[tuple[int, int]]) -> Iterator[Placed]:
        """The objects that begin outside `extents` (sorted) and at no offset in `known`.

        What lies within an extent is that object's own data. Raises Refused if an object's numbers cannot be read.
        """
        place, following = 0, iter([*extents, (len(self.content), len(self.content))])
        begins, ends = next(following)
        while place < len(self.content):
            for found in KEYWORD.finditer(self.content, place, begins):
                yield from self._object_at(found, known)
            place = max(place, ends)
            begins, ends = next(following, (len(self.content), len(self.content)))

    def says_twice(self, content: bytes, begins: int) -> bool:
        """Whether a dictionary of the value that begins here has two values for one key that are not the same.

        Raises Refused where comparing all that is said twice would take too long.
        """
        stack: list[list[object]] = [[]]
        ends = begins
        for token, ends in _tokens(content, begins):
            if ends - begins > self.left_to_compare:
                raise Refused("intricate")
            if token in (b"<<", b"["):
                stack.append([])
            elif token in (b">>", b"]") and len(stack) > 1:
                held = stack.pop()
                if token == b">>" and _differ(held):
                    return True
                stack[-1].append((token, *held))
                if len(stack) == 1:
                    break  # the value's end: in an object stream, the next one follows
            elif token == b"R":
                stack[-1][-2:] = [(token, *stack[-1][-2:])]
            elif token in (b"endobj", b"stream"):
                break
            else:
                stack[-1].append(_meaning(token))
        self.left_to_compare -= ends - begins
        return False

    def _object_at(self, found: re.Match[bytes], known: set[int]) -> Iterator[Placed]:
        window = max(0, found.start() - BEFORE)
        numbers = NUMBERS.search(self.content[window : found.start()])
        if numbers and window + numbers.start() not in known:
            yield Placed(int(numbers[1]), int(numbers[2]), window + numbers.start())
        elif not numbers and BEGINS.match(self.content, found.end()):
            raise Refused("unreadable")


def plain_name(token: bytes) -> bytes:
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), token)


def _meaning(token: bytes) -> object:
    """The same for all ways in which a name, a string or a number can be written."""
    if token.startswith(b"/"):
        return plain_name(token)
    if token.startswith(b"("):
        return b"(", SAID_OTHERWISE.sub(_said, token[1:-1])
    if token.startswith(b"<"):
        digits = b"".join(token[1:-1].split())
        return (b"(", bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())) if HEX.fullmatch(digits) else token
    return float(token) if NUMBER.fullmatch(token) else token


def _said(found: re.Match[bytes]) -> bytes:
    escaped = found[0][1:].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if found[0][:1] != b"\\":
        return b"\n"
    if escaped.isdigit():
        return bytes([int(escaped, 8) % 256])
    return ESCAPES.get(escaped, escaped)


def _differ(held: list[object]) -> bool:
    said: dict[object, object] = {}
    return any(said.setdefault(key, value) != value for key, value in zip(held[::2], held[1::2], strict=False))


def _tokens(content: bytes, place: int) -> Iterator[tuple[bytes, int]]:
    """Each with where it ends."""
    while found := TOKEN.search(content, place):
        place = found.end()
        if found[0] == b"(":
            place = _string_end(content, found.start())
        if not found[0].startswith(b"%"):
            yield content[found.start() : place], place


def _string_end(content: bytes, place: int) -> int:
    depth = 0
    for found in PARENTHESES.finditer(content, place):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return len(content)
