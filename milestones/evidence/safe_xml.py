"""The one way to parse XML from outside: as a stream of elements, without DTD, entities or anything fetched.

Imported by the process that reads XML: it knows nothing of the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import ParseError  # nosec B405  # the error alone: defusedxml parses

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

DEEPEST = 40
MOST_ELEMENTS = 2_000_000
"""A receipt of a job with 100,000 recipients has 1.3 million."""
MOST_TEXT = 200
"""Characters of an element: a longer text is none that is read here, and counts as empty."""
CHUNK = 64 * 1024
OTHER = "{other}"
"""What stands in a path for an element of another namespace than the root's."""


class Unsafe(Exception):
    """`str()` is the code of the reason."""


class Element(NamedTuple):
    """An element at its end: the local names from the root to it, its attributes, its text if it has no children.

    `namespace` is the root's, in braces as ElementTree has it, or empty.
    """

    path: tuple[str, ...]
    attributes: Mapping[str, str]
    text: str
    namespace: str


def elements(chunks: Iterable[bytes]) -> Iterator[Element]:
    """Every element, children before their parent, while the chunks are read.

    Raises Unsafe for what is no XML, has a DTD, or is deeper or has more elements than is read here.
    """
    collected = _Collected()
    parser = DefusedXMLParser(target=collected, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        for chunk in chunks:
            parser.feed(chunk)
            yield from collected.taken()
        parser.close()
    except DefusedXmlException as error:
        raise Unsafe("dtd") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unsafe("xml") from error
    yield from collected.taken()


def chunks_of(content: bytes) -> Iterator[bytes]:
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


class _Collected:
    """What the parser tells: as few things as possible are held at a time."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._attributes: list[Mapping[str, str]] = []
        self._namespace = ""
        self._text: list[str] | None = None
        self._characters = self._count = 0
        self._done: list[Element] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        namespace, brace, local = tag.rpartition("}")
        if not self._path:
            self._namespace = namespace + brace
        self._path.append(local if namespace + brace == self._namespace else OTHER)
        self._attributes.append(attributes)
        self._text, self._characters = [], 0
        self._count += 1
        if len(self._path) > DEEPEST or self._count > MOST_ELEMENTS:
            raise Unsafe("much")

    def data(self, text: str) -> None:
        self._characters += len(text)
        if self._text is not None:
            self._text.append(text)
            if self._characters > MOST_TEXT:
                self._text = None

    def end(self, _tag: str) -> None:
        text = "".join(self._text).strip() if self._text is not None else ""
        self._done.append(Element(tuple(self._path), self._attributes.pop(), text, self._namespace))
        self._path.pop()
        self._text = None

    def close(self) -> None:
        """Nothing is built."""

    def taken(self) -> list[Element]:
        done, self._done = self._done, []
        return done
