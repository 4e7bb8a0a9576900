"""A PDF that does no more than show pages passes, with the files within it that can do nothing by themselves.

qpdf reads the structure. Everything in the file is looked at, pointed to or not, in its index or only found by
searching, in its present or an earlier version.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
from actions import TELLING, Judge
from attached import Attachments, listed_first, names_of, streams_of
from opening import opened, warned
from pikepdf import ObjectType
from refused import Refused
from shared import heads
from skimming import KEYWORD, Extent, Skimmed
from versions import PLAIN, Entry, Index, index_of, indexed_anew, left_out, objgen, readings

MAX_OBJECTS = 300_000
NOTHING = re.compile(rb"\s*\d+\s+\d+\s+obj\s*(?:null|endobj)")
"""An object that is nothing, and is not merely unread."""


def examined(content: bytes, attachments: Attachments | None = None) -> list[dict[str, Any]]:
    """The files within, in the document's order: name, type, size in bytes. Raises Refused."""
    begins = max(0, content[: heads.HEAD].find(b"%PDF-"))
    if KEYWORD.search(content[:begins]):
        raise Refused("unreadable")  # an object that some find, at a place that no index can name
    content = content[begins:]
    found = _Examination(content, attachments or Attachments()).run()
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("archive")
    return found


class _Mended(Exception):
    """qpdf could not read the file as it stands."""


class _Examination:
    """One PDF, looked at as its index says, and then again for what its index leaves out."""

    def __init__(self, content: bytes, files: Attachments) -> None:
        self.content, self.files = content, files
        self.ambiguous = False
        self.judged: dict[tuple[Entry, tuple[str, ...]], tuple[str, int]] = {}
        self.skimmed, self.steps = Skimmed(content), Counter[str]()

    def run(self) -> list[dict[str, Any]]:
        """Look at everything. Returns the files within."""
        try:
            return self._look_through(mended=False)
        except (pikepdf.PdfError, _Mended):
            return self._look_through(mended=True)

    def _look_through(self, *, mended: bool) -> list[dict[str, Any]]:
        """Examine the file as it is, or as qpdf repairs it. Raises _Mended or PdfError if it cannot be read so."""
        self.mended, self.unread = mended, False
        self.pdf = opened(self.content, recover=mended)
        self.index = index_of(self.pdf)
        if len(self.index) > MAX_OBJECTS:
            raise Refused("large", limit=MAX_OBJECTS)
        extents = self._extents()
        judge = Judge(self.pdf.trailer, self.steps)
        holders = self._look_at(self.pdf, judge, self.index)
        self._note(self.pdf, self.index)
        _require_page(self.pdf)
        found = self._attached(judge, self.index, listed_first(self.pdf.Root))
        self._look_at_what_is_left_out(extents, holders)
        if self.ambiguous:
            raise Refused("ambiguous")
        return found

    def _extents(self) -> dict[int, Extent]:
        """Of each object that stands plainly in the file. To be had before qpdf reads any of them."""
        return {
            number: self.skimmed.extent(place)
            for number, (kind, place, _generation) in self.index.items()
            if kind == PLAIN
        }

    def _look_at(self, pdf: pikepdf.Pdf, judge: Judge, numbers: Index) -> list[int]:
        """Judge these objects. Returns which of them hold objects themselves."""
        judge.look_at(pdf.trailer)
        holders = []
        for number, entry in numbers.items():
            thing = pdf.get_object(objgen(number, entry))
            if isinstance(thing, pikepdf.Object):
                judge.look_at(thing)
                if thing._type_code == ObjectType.stream and {"/N", "/First"} <= thing.keys():
                    holders.append(number)
            elif thing is None and entry[0] == PLAIN and not NOTHING.match(self.content, entry[1]):
                self.unread = True
        return holders

    def _note(self, pdf: pikepdf.Pdf, index: Index) -> None:
        """What qpdf had to say of what it read."""
        said = warned(pdf)
        if (said.mended or self.unread) and not self.mended:
            raise _Mended
        if self.unread:
            raise Refused("unreadable")
        twice = said.twice - _only_about_the_file(pdf)
        texts = _texts_of(pdf, index, twice, self.content)
        self.ambiguous |= any(self.skimmed.says_twice(*text) for text in texts)

    def _look_at_what_is_left_out(self, extents: dict[int, Extent], holders: list[int]) -> None:
        """Judge what only a viewer that repairs the file finds; if qpdf repaired it, also inside other objects."""
        within = [] if self.mended else sorted(self._to_its_end(*one) for one in extents.items())
        changes: list[Index] = []
        for found in self.skimmed.left_out({extent.begins for extent in extents.values()}, within):
            self.skimmed.extent(found.begins)
            changes.append({found.number: (PLAIN, found.begins, found.generation)})
        held = [left_out(self.pdf, number, self.index) for number in holders]
        for reading in readings(changes, len(self.index)):
            held += self._read(reading)
        for reading in readings([change for change in held if change], len(self.index)):
            self._read(reading)

    def _to_its_end(self, number: int, extent: Extent) -> tuple[int, int]:
        """Where an object begins and ends: a stream may hold the word that ends streams."""
        length = self.pdf.get_object(objgen(number, self.index[number])).get("/Length") if extent.data else 0
        return extent.begins, max(extent.ends, extent.data + length)

    def _read(self, reading: Index) -> list[Index]:
        """Judge the objects that `reading` puts into the index. Returns what their object streams leave out of it."""
        index = {**self.index, **reading}
        with opened(indexed_anew(self.content, self.pdf.trailer, index), recover=self.mended) as pdf:
            judge = Judge(pdf.trailer, self.steps)
            holders = self._look_at(pdf, judge, reading)
            self._note(pdf, index)
            if not reading.items() <= index_of(pdf).items():
                raise Refused("unreadable")
            self._attached(judge, index, [])
            return [left_out(pdf, number, index) for number in holders]

    def _attached(self, judge: Judge, index: Index, first: list[Any]) -> list[dict[str, Any]]:
        """Judge the files that were met, and list those that the document names."""
        order = {one.objgen: place for place, one in enumerate(first)}
        named = sorted(judge.specifications, key=lambda one: order.get(one.objgen, len(order)))
        listed = {}
        for specification in named:
            names = names_of(specification)
            for stream in streams_of(specification)[::-1]:
                kind, size = self._judged(stream, index, names)
                listed[names[0], stream.objgen] = {"name": names[0], "type": kind, "size": size}
        known = {entry for entry, _names in self.judged}
        for stream in judge.streams:
            if index[stream.objgen[0]] not in known:
                self._judged(stream, index, ("",))
        return list(listed.values())

    def _judged(self, stream: Any, index: Index, names: tuple[str, ...]) -> tuple[str, int]:
        """Its type by the first name, once it passes under each: one program reads the one, one the other."""
        entry = index[stream.objgen[0]]
        if (entry, names) not in self.judged:
            content = self.files.unpacked(stream, names[0])
            kinds = [self.files.kind(content, name, examined) for name in names]
            self.judged[entry, names] = kinds[0], len(content)
        return self.judged[entry, names]


def _only_about_the_file(pdf: pikepdf.Pdf) -> set[int]:
    """The number of the dictionary with title and author, where it can be nothing else: some say them twice."""
    about: Any = pdf.trailer.get("/Info")
    plain = (
        isinstance(about, pikepdf.Dictionary)
        and "/S" not in about
        and not TELLING.search(about.unparse(resolved=True))
    )
    return {about.objgen[0]} if plain else set()


def _texts_of(pdf: pikepdf.Pdf, index: Index, numbers: set[int], content: bytes) -> Iterator[tuple[bytes, int]]:
    """Where objects are written: the bytes, and the place in them. What holds several is unpacked once."""
    packed: dict[int, list[int]] = {}
    for number in sorted(numbers):
        kind, place, at = index[number]
        if kind == PLAIN:
            yield content, place
        else:
            packed.setdefault(place, []).append(at)
    for place, held in packed.items():
        holder = pdf.get_object((place, 0))
        text, first = holder.read_bytes(), int(holder.First)
        places = text[:first].split()[1::2]
        yield from ((text, first + int(places[at])) for at in held)


def _require_page(pdf: pikepdf.Pdf) -> None:
    """Raises Refused if the document shows nothing."""
    todo, seen = [pdf.Root.get("/Pages")], set()
    while todo:
        node = todo.pop()
        if not isinstance(node, pikepdf.Dictionary) or node.objgen in seen:
            continue
        seen.add(node.objgen)
        if "/Kids" not in node:
            return
        todo += list(node.Kids)[::-1]
    raise Refused("unreadable")
