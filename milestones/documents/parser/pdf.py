"""A PDF that does no more than show pages passes; everything in the file is looked at, pointed to or not."""

from __future__ import annotations

import io
import itertools
import logging
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, read_object
from refused import Refused

MAX_PDF_OBJECTS = 100_000
MAX_PDF_VALUES = 2_000_000
"""Numbers, names, strings … of all objects together."""

FORBIDDEN_KEYS = {
    *("/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF"),
    *("/RichMedia", "/RichMediaContent", "/RichMediaSettings", "/3DD", "/OnInstantiate", "/XFA"),
}
FORBIDDEN_ACTIONS = {
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Thread"),
    *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
}
GAP = rb"(?:[\s\0]|%[^\r\n]*[\r\n])*"
"""What may stand between two words: white space, to which PDF counts NUL, and comments."""
FORBIDDEN_BYTES = re.compile(
    rb"/S" + GAP + rb"(?:" + b"|".join(sorted(name.encode() for name in FORBIDDEN_ACTIONS)) + rb")\b"
    rb"|/EmbeddedFiles?\b|/RichMedia(?:Content|Settings)\b"
)  # fmt: skip
"""The same where they stand plainly in the file: a viewer that repairs it may find what its index leaves out."""
OBJECT = re.compile(rb"(?:(?<!\d)\d{1,10}[\s\0]+\d{1,5}[\s\0]+)?(?<!end)obj" + GAP + rb"(?=<<|\[|/)")
"""The beginning of an object that may do something: a dictionary, a list or a name."""
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
"""A character of a name by its number (ISO 32000-1, 7.3.5)."""


def require_harmless(content: bytes) -> None:
    if _says_forbidden(content) or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("active")
    doubts = _Doubts()
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Refused("locked")
    for value in _values(reader, content):
        if _is_forbidden(value):
            raise Refused("active")
    if doubts.code:
        raise Refused(doubts.code)
    if not len(reader.pages):
        raise Refused("unreadable")


def _says_forbidden(content: bytes) -> bool:
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    return bool(FORBIDDEN_BYTES.search(content) or FORBIDDEN_BYTES.search(plain))


class _Doubts(logging.Handler):
    """Notes where pypdf warns that others may read more than it did.

    Of a key that stands twice in a dictionary it takes the first, others the last; of a dictionary that it cannot read
    to the end it keeps the beginning.
    """

    def __init__(self) -> None:
        super().__init__()
        self.code = ""
        logging.getLogger("pypdf").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        of_an_object = record.name == "pypdf.generic._data_structures"
        if of_an_object and not said.startswith("Stream length not defined"):  # then it ends where its keyword says
            self.code = self.code or ("ambiguous" if said.startswith("Multiple definitions") else "unreadable")


def _values(reader: PdfReader, content: bytes) -> Iterator[Any]:
    """Every dictionary in the file, and every name that is an object, whether or not something points to it.

    What is referred to is an object of its own.
    """
    looked_at = 0
    for thing in _objects(reader, content):
        if isinstance(thing, NameObject):
            yield thing
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


def _objects(reader: PdfReader, content: bytes) -> Iterator[Any]:
    """What the index names, what it leaves out, and what either of them holds."""
    yield reader.trailer
    for one in itertools.chain(_indexed(reader), _left_out(reader, content)):
        yield one
        if hasattr(one, "get_data") and {"/N", "/First"} <= set(one):
            yield from _held(reader, one)


def _indexed(reader: PdfReader) -> Iterator[Any]:
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_PDF_OBJECTS:
        raise Refused("intricate")
    for number, generation in sorted(numbers):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _left_out(reader: PdfReader, content: bytes) -> Iterator[Any]:
    """What a viewer that repairs the file would find."""
    indexed = {place for table in reader.xref.values() for place in table.values()}
    stream = io.BytesIO(content)
    for found in OBJECT.finditer(content):
        if found.start() not in indexed:
            stream.seek(found.end())
            yield read_object(stream, reader)


def _held(reader: PdfReader, stream: Any) -> Iterator[Any]:
    """The objects of an object stream, also those that the index looks for elsewhere or not at all."""
    content, first = stream.get_data(), int(stream["/First"])
    if _says_forbidden(content):
        raise Refused("active")
    opened, gap = io.BytesIO(content), re.compile(GAP)
    for place in content[:first].split()[1::2]:
        begins = gap.match(content, first + int(place))
        opened.seek(begins.end() if begins else 0)
        yield read_object(opened, reader)


def _is_forbidden(one: Any) -> bool:
    """Whether a dictionary asks for more than showing a page, or a name is there to be pointed to by one that does."""
    if isinstance(one, str):
        return one in FORBIDDEN_ACTIONS
    if FORBIDDEN_KEYS & set(one) or _named(one, "/S") in FORBIDDEN_ACTIONS:
        return True
    return bool(_named(one, "/Type") == "/EmbeddedFile" or _named(one, "/Subtype") == "/RichMedia")


def _named(one: Any, key: str) -> object:
    """The value under `key`, also where it is an object of its own."""
    value = one.get(key)
    return value.get_object() if hasattr(value, "get_object") else value
