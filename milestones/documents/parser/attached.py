"""The files within a PDF: signing services keep their evidence there. What can do nothing by itself may stay.

Each is judged by its content, and then by what its name ends in: that decides which program opens it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import markup
import pikepdf
from actions import FILE_NAMES, require_within
from endings import PAGES, ending_of, require_fitting
from links import plain_text
from pikepdf import ObjectType
from refused import Refused
from shared import charsets, heads, private_keys

MAX_FILES = 50
MAX_BYTES = 60 * 1024 * 1024
"""Of all files together, unpacked."""
MAX_TAGS = 1_000_000
"""In all files together: each is looked at, and a few bytes unpack to many."""
MAX_DEPTH = 3
"""How deep PDFs may lie in one another."""
LONGEST_NAME = 200

SIGNED = bytes.fromhex("2a864886f70d0107")
"""How the object identifiers of PKCS#7 and CMS begin: 1.2.840.113549.1.7."""
COMMANDS = ("#!", "{\\rtf", "%!PS", "ID;")
"""How texts begin that are read as commands: a shell's, those of RTF, of PostScript and of SYLK."""
TURNING = {*"\u200e\u200f\u061c", *charsets.TURNING}
"""Characters that turn the direction of writing, and the marks for it (U+200E, U+200F, U+061C): no name needs them."""
HTML = re.compile(r"<!doctype\s+html|<html[\s>]|\A\s*+<(?:head|body)[\s>]", re.IGNORECASE)
DECLARES = re.compile(r"^\s*<\?xml|<!doctype", re.IGNORECASE)
MARKUP = re.compile(r"\s*<(?:[?!]|[A-Za-z])")


@dataclass
class Attachments:
    """The files of a PDF and of those within it, which count together."""

    depth: int = 0
    left: int = MAX_BYTES
    tags: int = MAX_TAGS
    count: int = 0

    def kind(self, content: bytes, name: str, examined: Callable[[bytes, Attachments], object]) -> str:
        """The file's content type. Raises Refused if it is none of those that do nothing by themselves."""
        if private_keys.holds_private_key(content):
            raise Refused("private_key")
        kind = _kind(content, name)
        require_fitting(name, kind)
        if kind == "application/pdf":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise Refused("attached_pdf", name=name)
            try:
                examined(content, self)
            except (Refused, pikepdf.PdfError) as error:
                if str(error) == "private_key":
                    raise
                raise Refused("attached_pdf", name=name) from error
            self.depth -= 1
        return kind

    def unpacked(self, stream: Any, name: str) -> bytes:
        """What the file holds. Raises Refused where that, or the number of files, is too much."""
        self.count += 1
        if self.count > MAX_FILES:
            raise Refused("attached_many", limit=MAX_FILES)
        try:
            content: bytes = stream.read_bytes()
        except pikepdf.PdfError as error:
            raise Refused("attached_unreadable", name=name) from error
        self.left -= len(content)
        if self.left < 0:
            raise Refused("attached_large", limit=MAX_BYTES // 1024 // 1024)
        self.tags -= content.count(b"<")
        if self.tags < 0:
            raise Refused("intricate")
        return content


def listed_first(root: Any) -> list[Any]:
    """The files that the document's own list names, in its order. Raises Refused for one that is not within it."""
    names = root.get("/Names")
    todo = [names.get("/EmbeddedFiles")] if isinstance(names, pikepdf.Dictionary) else []
    found, seen = [], set()
    while todo:
        node = todo.pop()
        if not isinstance(node, pikepdf.Dictionary) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen)
        if isinstance(values := node.get("/Names"), pikepdf.Array):
            found += [one for one in values.as_list()[1::2] if isinstance(one, pikepdf.Object)]
        if isinstance(kids := node.get("/Kids"), pikepdf.Array):
            todo += kids.as_list()[::-1]
    for one in found:
        require_within(one)
    return found


def names_of(specification: Any) -> tuple[str, ...]:
    """What it is called in the document, each name once and without what does not show; the first one is shown."""
    found = []
    for key in FILE_NAMES:
        value = specification.get(key)
        if isinstance(value, pikepdf.Object) and value._type_code == ObjectType.string:
            shown = "".join(one for one in plain_text(bytes(value)) if one.isprintable() and one not in TURNING)
            found.append(shown.strip()[-LONGEST_NAME:])
    return tuple(dict.fromkeys(filter(None, found))) or ("",)


def streams_of(specification: Any) -> list[Any]:
    """The content, under each of the names that systems know it by; most often it is the same stream."""
    held = specification["/EF"]
    found = [held.get(key) for key in FILE_NAMES]
    streams = [one for one in found if isinstance(one, pikepdf.Object) and one._type_code == ObjectType.stream]
    return list({one.objgen: one for one in streams}.values())


def _kind(content: bytes, name: str) -> str:
    for kind, begins in (("image/png", b"\x89PNG\r\n\x1a\n"), ("image/jpeg", b"\xff\xd8\xff")):
        if content.startswith(begins):
            _require_picture(content, kind, name)
            return kind
    if _is_signed(content):
        if zipfile.is_zipfile(io.BytesIO(content)):
            raise Refused("attached", name=name)
        return "application/pkcs7-mime"
    if heads.begins_as(b"%PDF-", content):
        return "application/pdf"
    text = _text(content, name)
    if heads.begins_as(b"%FDF-", content) or text.lstrip().startswith(COMMANDS):
        raise Refused("attached", name=name)
    return _kind_of_text(content, text, name)


def _kind_of_text(content: bytes, text: str, name: str) -> str:
    if ending_of(name) in PAGES or HTML.search(text[:4096]):
        _require_inert(text, name)
        return "text/html"
    if not MARKUP.match(text) and "</" not in text:
        return "text/plain"
    if document := markup.well_formed(content, text):
        if not markup.is_data(document, text):
            raise Refused("attached_active", name=name)
        return "application/xml"
    if DECLARES.search(text):
        raise Refused("attached_unreadable", name=name)
    _require_inert(text, name)
    return "text/plain"


def _require_inert(text: str, name: str) -> None:
    if not markup.is_inert(text):
        raise Refused("attached_active", name=name)


def _require_picture(content: bytes, kind: str, name: str) -> None:
    from images import FORMATS, MAX_PIXELS  # noqa: PLC0415  # most PDFs hold none, and it takes its time
    from PIL import Image  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused("attached", name=name)
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("attached_unreadable", name=name) from error
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("attached", name=name)


def _is_signed(content: bytes) -> bool:
    """Whether it is PKCS#7 or CMS in DER or BER: a sequence to the end of the file that begins by saying so."""
    if content[:1] != b"\x30" or len(content) < 16:
        return False
    size, head = content[1], 2
    if size == 0x80:
        return content[2:3] == b"\x06" and content[4:12] == SIGNED and content.endswith(b"\0\0")
    if size > 0x80:
        head += size & 0x7F
        size = int.from_bytes(content[2:head], "big")
    return head <= 8 and head + size == len(content) and content[head] == 6 and content[head + 2 : head + 10] == SIGNED


def _text(content: bytes, name: str) -> str:
    """Its characters. Raises Refused if it is no text, or one that misleads."""
    try:
        charset, text = charsets.read(content)
    except charsets.Misleading as error:
        raise Refused("attached_misleading", name=name) from error
    if not charset:
        raise Refused("attached", name=name)
    return str(text)
