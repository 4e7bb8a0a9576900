"""Plain text comes in as people's programs write it, byte by byte; programs and what misleads its reader do not."""

from __future__ import annotations

import bz2
import codecs
import gzip
import hashlib
import io
import lzma
import marshal
import pickle
import struct
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from milestones.documents import Examined, examine
from milestones.workflow.door import door
from tests.cast import Cast

FILES = Path(__file__).parent / "files"
NORWEGIAN = "Møtereferat – vi ble enige om «alt» på Ås, 1\u00a0000 kr.\r\n"


def examined(content: bytes) -> Examined:
    return examine(ContentFile(content, name="referat.txt"))


TEXTS: dict[str, tuple[bytes, str]] = {
    "UTF-8": (NORWEGIAN.encode(), "utf-8"),
    "UTF-8 with a mark": (NORWEGIAN.encode("utf-8-sig"), "utf-8"),
    "UTF-16 from Notepad": ((FILES / "utf16-notepad.txt").read_bytes(), "utf-16"),
    "UTF-16, the other way round": (codecs.BOM_UTF16_BE + NORWEGIAN.encode("utf-16-be"), "utf-16"),
    "UTF-32": (NORWEGIAN.encode("utf-32"), "utf-32"),
    "Windows-1252": (NORWEGIAN.encode("cp1252"), "windows-1252"),
    "Windows-1252, ended by DOS": ((NORWEGIAN * 9).encode("cp1252") + b"\x1a", "windows-1252"),
    "Windows-1252, with marks between fields": ((NORWEGIAN * 9).encode("cp1252") + b"\x02\x1c", "windows-1252"),
    "Windows-1252, interrupted": (b"Bl\xe5b\xe6r^C\x03", "windows-1252"),
    "Windows-1252, with a rubout": (NORWEGIAN.encode("cp1252") + b"\x7f", "windows-1252"),
    "Windows-1252, mostly marks": ("– “5 €” • 20 °\r\n".encode("cp1252"), "windows-1252"),
    "Latin-1": ("Blåbærsyltetøy\n".encode("latin-1"), "windows-1252"),
    "Latin-1, three letters": ("æøå".encode("latin-1"), "windows-1252"),
    "a listing from the command line (CP850)": ("  Målform  <KAT>  Øvrig Åse\r\n".encode("cp850"), "windows-1252"),
    "no-break space": ((FILES / "nbsp.txt").read_bytes(), "utf-8"),
    "soft hyphen, zero width": ("virksom\u00adhets\u200bkonto\ufeff".encode(), "utf-8"),
    "joined emoji": ("Ferdig 👩‍💻 👨‍👩‍👧 🏳️‍🌈".encode(), "utf-8"),
    "letters and accents apart": ("A\u030arsrapport".encode(), "utf-8"),
    "coloured log": (b"\x1b[32mOK\x1b[0m 12 tester\n\x1b[1;31mFEIL\x1b[0m 0\n", "utf-8"),
    "progress on a terminal": (b"10 %\b\b\b\b20 %\rFerdig\a\n\x0bside\x0c", "utf-8"),
    "other control characters": (b"felt\x1ffelt\x1epost\x1c slutt p\xc3\xa5 fila\x1a", "utf-8"),
    "Arabic with its marks": ("\u200fمرحبا\u200e abc \u061c".encode(), "utf-8"),
    "what begins as a picture does": (b"BMW-avtalen er signert", "utf-8"),
    "what begins as a program does": ("MZ er møtezone".encode("utf-16"), "utf-16"),
    "nothing but a mark": (codecs.BOM_UTF8, "utf-8"),
    "icons of a font": ("\ue0b0 main \ue0b1\n".encode(), "utf-8"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_text_is_kept_as_it_came(case: str) -> None:
    content, charset = TEXTS[case]
    found = examined(content)
    assert (found.content_type, found.charset, found.content) == ("text/plain", charset, content)
    assert found.sha256 == found.sha256_received


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("kjør.cmd", "format c:")
    return written.getvalue()


def tarred() -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        archive.add(__file__, "a.py")
    return written.getvalue()


PROGRAMS: dict[str, bytes] = {
    "Linux": Path(sys.executable).resolve().read_bytes()[:100_000],
    "Windows": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0"
    + b"\0" * 40
    + b"\x80\0\0\0\x0e\x1f\xba\x0e\0\xb4\tThis program",
    "Windows, renamed in UTF-16": codecs.BOM_UTF16_LE + Path(sys.executable).resolve().read_bytes()[:100_000],
    "Mac": struct.pack("<8I", 0xFEEDFACF, 0x0100000C, 0, 2, 16, 1296, 0x85, 0),
    "Java": b"\xca\xfe\xba\xbe\0\0\0\x41\0\x0a",
    "WebAssembly": b"\0asm\x01\0\0\0",
    "Python": b"\xa7\r\r\n" + marshal.dumps(compile("print(1)", "a", "exec")),
    "pickle": pickle.dumps({"a": [1, "b"]}),
    "ZIP": zipped(),
    "tar": tarred(),
    "gzip": gzip.compress(NORWEGIAN.encode() * 9),
    "zlib": zlib.compress(NORWEGIAN.encode() * 9),
    "bzip2": bz2.compress(NORWEGIAN.encode() * 9),
    "xz": lzma.compress(NORWEGIAN.encode() * 9),
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + b"\x8d\x9b\xd5\x0f",
    "Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 24,
    "SQLite": b"SQLite format 3\0\x10\0\1\1\0@  ",
    "RTF": rb"{\rtf1\ansi Avtale}",
    "PostScript": b"%!PS-Adobe-3.0\nshowpage\n",
    "UTF-16 without a mark": NORWEGIAN.encode("utf-16-le"),
    "control characters alone": bytes(range(1, 9)),
    "half a UTF-16": b"\xff\xfeR\0e",
    "lone surrogate in UTF-16": b"\xff\xfeR\0\x00\xd8e\0",
    "surrogate in UTF-8": b"a\xed\xa0\x80b\x01",
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_what_is_no_text_stays_out(case: str) -> None:
    with pytest.raises(ValidationError) as refused:
        examined(PROGRAMS[case])
    assert refused.value.code == "kind"


def test_random_bytes_are_no_text() -> None:
    for number in range(400):
        with pytest.raises(ValidationError):
            examined(hashlib.shake_256(b"%d" % number).digest(200))


def test_nul_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValidationError) as refused:
        examined(b"Referat\0av m\xc3\xb8tet")
    assert refused.value.code == "nul"
    assert "UTF-8" in refused.value.messages[0]


def test_so_it_is_in_windows_1252() -> None:
    with pytest.raises(ValidationError) as refused:
        examined(NORWEGIAN.encode("cp1252") + b"\0 slutt")
    assert refused.value.code == "nul"


@pytest.mark.parametrize("character", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_what_turns_the_direction_of_writing_is_refused_with_its_line(character: str, charset: str) -> None:
    with pytest.raises(ValidationError) as refused:
        examined(f"Første linje\r\nbeløp {character}000 1\r\n".encode(charset))
    assert refused.value.code == "turning"
    assert f"U+{ord(character):04X}" in refused.value.messages[0]
    assert "2" in refused.value.messages[0]


@pytest.mark.parametrize("case", ["UTF-16 from Notepad", "Windows-1252", "UTF-8"])
def test_text_is_handed_out_in_its_own_charset(cast: Cast, case: str) -> None:
    content, charset = TEXTS[case]
    journey = cast.journey()
    with door(journey.integration, cast.manager) as move:
        document = move.store(ContentFile(content, name="referat.html"))
    assert document is not None
    answer: Any = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/documents/{document.pk}/")
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == f"text/plain; charset={charset}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert 'filename="referat.html.txt"' in answer["Content-Disposition"]
