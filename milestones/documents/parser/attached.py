"""The files within a PDF: signing services keep their evidence there. What can do nothing by itself may stay.

Each is judged by its content; its name only adds that text called like a program is one.
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
from links import plain_text
from pikepdf import ObjectType
from refused import Refused
from shared import private_keys

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
PROGRAM = re.compile(
    r"\.(?:app|application|appref-ms|bat|cmd|com|cpl|desktop|dll|eps|exe|gadget|hta|inf|iqy|jar|jse?|library-ms|lnk|mht(?:ml)?"
    r"|mjs|msc|msi|msp|oqy|php|pif|pl|ps|ps1|psd1|psm1|py|rb|rdp|reg|rtf|scf|scr|sct|search-ms|searchconnector-ms"
    r"|settingcontent-ms|sh|slk|svg|swf|theme|url|vbe?|vbs|website|ws[cfh]?|xaml|xbap|xht|xhtml|xll|xslt?|\w*proj)[\s.]*$",
    re.IGNORECASE,
)
COMMANDS = ("#!", "{\\rtf", "%!PS", "ID;")
"""How texts begin that are read as commands: a shell's, those of RTF, of PostScript and of SYLK."""
TURNING = {*"\u200e\u200f\u061c", *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))}
"""Characters that turn the direction of writing, and the marks for it (U+200E, U+200F, U+061C): no name needs them."""
HTML = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
HTML_NAME = re.compile(r"\.(?:[a-z]?html?|mht)[\s.]*$", re.IGNORECASE)
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


def name_of(specification: Any) -> str:
    """What it is called in the document, without what does not show."""
    for key in FILE_NAMES:
        value = specification.get(key)
        if isinstance(value, pikepdf.Object) and value._type_code == ObjectType.string:
            shown = "".join(one for one in plain_text(bytes(value)) if one.isprintable() and one not in TURNING)
            if shown.strip():
                return shown.strip()[-LONGEST_NAME:]
    return ""


def streams_of(specification: Any) -> list[Any]:
    """The content, under each of the names that systems know it by; most often it is the same stream."""
    held = specification["/EF"]
    found = [held.get(key) for key in FILE_NAMES]
    streams = [one for one in found if isinstance(one, pikepdf.Object) and one._type_code == ObjectType.stream]
    return list({one.objgen: one for one in streams}.values())


def _kind(content: bytes, name: str) -> str:
    for kind, begins in (
        ("application/pdf", b"%PDF-"),
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/jpeg", b"\xff\xd8\xff"),
    ):
        if content.startswith(begins):
            _require_no_other_name(name)
            if kind != "application/pdf":
                _require_picture(content, kind, name)
            return kind
    if _is_signed(content):
        _require_no_other_name(name)
        if zipfile.is_zipfile(io.BytesIO(content)):
            raise Refused("attached", name=name)
        return "application/pkcs7-mime"
    text = _text(content)
    if text is None or PROGRAM.search(name) or text.lstrip().startswith(COMMANDS):
        raise Refused("attached", name=name)
    return _kind_of_text(content, text, name)


def _require_no_other_name(name: str) -> None:
    """Refuse non-text that is named as a program or HTML: a browser, or Windows, treats a picture a.html as HTML."""
    if PROGRAM.search(name) or HTML_NAME.search(name):
        raise Refused("attached", name=name)


def _kind_of_text(content: bytes, text: str, name: str) -> str:
    if not MARKUP.match(text) and "</" not in text:
        return "text/plain"
    is_html = bool(HTML.search(text[:4096]))
    if not is_html and not HTML_NAME.search(name) and markup.is_data(content, text):
        return "application/xml"
    if not markup.is_inert(text) or (not is_html and (DECLARES.search(text) or markup.is_xml(content))):
        raise Refused("attached_active", name=name)
    return "text/html" if is_html else "text/plain"


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


def _text(content: bytes) -> str | None:
    """Its characters, if it is text: UTF-8, UTF-16 that says so, or as Windows writes it in the west."""
    marks = (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if content.startswith(marks) else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        shown = set(text) - set("\t\r\n\f\x1b")
        controls = any(ord(one) < 32 or 0x7F <= ord(one) < 0xA0 for one in shown)
        return None if controls or shown & TURNING else text
    return None
