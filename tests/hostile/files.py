"""Files that are broken, odd, or do more than show; and what a browser may say of them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

import pikepdf
from hypothesis import strategies as st
from PIL import Image

from milestones.demo import a_pdf
from milestones.documents import MAX_BYTES


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    written = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(written, kind)
    return written.getvalue()


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("virus.exe", b"MZ")
    return written.getvalue()


def pdf_of(
    *objects: bytes, catalogue: bytes = b"", trailer: bytes = b"", pages: bytes = b"/Kids[3 0 R]/Count 1"
) -> bytes:
    """A PDF of one page with these objects, numbered from 4, and its index."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>"
    bodies = [b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>", b"<</Type/Pages" + pages + b">>", page, *objects]
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    index = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    index += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, len(content))
    return content + index + end


def in_a_stream(*objects: bytes) -> bytes:
    """A PDF that keeps these objects, numbered from 10, packed in an object stream."""
    places, packed = [], b""
    for number, one in enumerate(objects, 10):
        places.append(b"%d %d" % (number, len(packed)))
        packed += one + b"\n"
    head = b" ".join(places) + b"\n"
    body = zlib.compress(head + packed)
    stream = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
    content = pdf_of(stream % (len(objects), len(head), len(body), body), catalogue=b"/OpenAction 10 0 R")
    content = content[: content.index(b"xref\n")]
    at = [content.index(b"%d 0 obj" % number) for number in (1, 2, 3, 4)]
    rows = b"\0" * 7 + b"".join(b"\1" + struct.pack("!IH", place, 0) for place in [*at, len(content)])
    rows += b"".join(b"\2" + struct.pack("!IH", 4, number) for number in range(len(objects)))
    index = b"<</Type/XRef/W[1 4 2]/Index[0 6 10 %d]/Size %d/Root 1 0 R/Length %d>>stream\n%s\nendstream"
    index %= (len(objects), 10 + len(objects), len(rows), rows)
    return content + b"5 0 obj\n" + index + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(content)


def declared(width: int, height: int) -> bytes:
    """A PNG that says it is this large."""
    header = b"IHDR" + struct.pack("!IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1_000_000)
    chunks = [
        struct.pack("!I", len(one) - 4) + one + struct.pack("!I", zlib.crc32(one)) for one in (header, data, b"IEND")
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def locked() -> bytes:
    pdf, written = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(written, encryption=pikepdf.Encryption(owner="x", user="x", R=3, aes=False, metadata=False))
    return written.getvalue()


SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"
PLAIN, PNG, JPEG = pdf_of(), picture("PNG"), picture("JPEG")
ACTIVE: dict[str, bytes] = {
    "script": pdf_of(SCRIPT, catalogue=b"/OpenAction 4 0 R"),
    "script in the page's own action": pdf_of(catalogue=b"/AA<</WC" + SCRIPT + b">>"),
    "script under an escaped name": pdf_of(b"<</S/J#61vaScript/J#53(app.alert(1))>>", catalogue=b"/OpenAction 4 0 R"),
    "script by name": pdf_of(catalogue=b"/Names<</JavaScript<</Names[(a)" + SCRIPT + b"]>>>>"),
    "script in an object stream": in_a_stream(SCRIPT),
    "script that the index leaves out": PLAIN.replace(b"xref\n0", b"9 0 obj\n" + SCRIPT + b"\nendobj\nxref\n0", 1),
    "launch": pdf_of(b"<</S/Launch/F(cmd.exe)>>", catalogue=b"/OpenAction 4 0 R"),
    "launch in an object stream": in_a_stream(b"<</S/Launch/F(cmd.exe)>>"),
    "embedded file": pdf_of(b"<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream"),
    "embedded files": pdf_of(catalogue=b"/Names<</EmbeddedFiles<</Names[(a)(cmd.exe)]>>>>"),
    "file specification": pdf_of(b"<</Type/Filespec/F(a)/EF<</F 5 0 R>>>>"),
    "form with scripts": pdf_of(catalogue=b"/AcroForm<</XFA 4 0 R>>"),
    "ZIP behind": PLAIN + zipped(),
    "ZIP with the end as its comment": zipped()[:0] + PLAIN + zipped()[:-2] + struct.pack("<H", 6) + b"%%EOF\n",
}
BROKEN: dict[str, bytes] = {
    "locked": locked(),
    "no pages": pdf_of(pages=b"/Kids[]/Count 0"),
    "pages in a loop": pdf_of(pages=b"/Kids[2 0 R]/Count 1"),
    "nothing but nesting": pdf_of(b"[" * 50_000 + b"]" * 50_000),
    "GIF": b"GIF89a" + b"\0" * 64,
    "program": b"MZ\x90\0" + b"\0" * 64,
    "ZIP": zipped(),
    "enormous": declared(60_000, 60_000),
    "enormous and thin": declared(2**31 - 1, 1),
    "of no size": declared(0, 0),
    "NUL in text": b"Referat\0av moetet",
    "half a UTF-16": b"\xff\xfe\xfd",
    "UTF-16 without a mark": "Referat".encode("utf-16-le"),
    "override": "bel\u202eøp".encode(),
    "empty": b"",
    "over 20 MB": b"a" * (MAX_BYTES + 1),
}
ODD: dict[str, bytes] = {
    "GIF in letters before a PDF": b"GIF89a" + PLAIN,
    "surrogate, which Windows-1252 reads as three letters": b"a\xed\xa0\x80b",
    "nested dictionaries": pdf_of(b"<</A" * 20_000 + b" 1" + b">>" * 20_000),
    "plain PDF": PLAIN,
    "page count of billions": pdf_of(pages=b"/Kids[3 0 R]/Count 999999999999"),
    "index in a loop": pdf_of(trailer=b"/Prev 9"),
    "index before itself": PLAIN.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % PLAIN.index(b"xref\n0")),
    "object that is itself": pdf_of(b"4 0 R", catalogue=b"/A 4 0 R"),
    "loop of objects": pdf_of(b"5 0 R", b"4 0 R", catalogue=b"/A<</Type 4 0 R/S 5 0 R>>"),
    "index that lies": re.sub(rb"\d{10} 00000 n", b"0000000007 00000 n", PLAIN),
    "no index": PLAIN[: PLAIN.index(b"xref\n")],
    "harmless object stream": in_a_stream(b"<</S/GoTo/D[3 0 R/Fit]>>"),
    "PNG with more behind": PNG + b"<script>alert(1)</script>" + zipped(),
    "JPEG with more behind": JPEG + PLAIN,
    "HTML": b"<!DOCTYPE html><script>alert(1)</script>",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "text before a PDF": b"text\n" + ACTIVE["script"],
    "formula": b'=HYPERLINK("http://x.example")',
    "text with a mark": b"\xef\xbb\xbfReferat",
    "right to left": "\u0627\u0644".encode(),
    "UTF-16": "Referat".encode("utf-16"),
    "Latin-1": "Blåbær".encode("latin-1"),
    "escape": b"\x1b[2Jtext",
}
NAMES = [
    *(
        "avtale.pdf",
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "C:\\avtale.pdf",
        "\u202efdp.exe",
        "a\r\nb.pdf",
        "a\0b.pdf",
    ),
    *("x" * 300 + ".pdf", "", ".", "..", "/", ".htaccess", "CON", "nul.txt", "=1+1.pdf", "+1.pdf", "-1.pdf", "@a.pdf"),
    *(
        "\t=1.csv",
        "a.html",
        "a.svg",
        "a.exe",
        "a.pdf.bat",
        'a";filename="b.exe',
        "a;b=c",
        "%2e%2e%2fa",
        "%00",
        "å.pdf",
    ),
    *(
        "å.pdf",
        "a\0b.pdf",
        "\U0001f600.png",
        "\ufeff.txt",
        "a" + "\u0301" * 50,
        "<img src=x onerror=alert(1)>.png",
        "a\\",
    ),
]
TYPES = ["application/pdf", "text/html", "image/svg+xml", "", "x", "text/plain; charset=utf-7", "a/b; c=\xff"]


@dataclass(frozen=True)
class Upload:
    content: bytes
    name: str
    says: str
    others: int
    """How many come along under the same name."""


def cut(content: bytes, at: int, tail: bytes) -> bytes:
    return content[: at % (len(content) + 1)] + tail


def flipped(content: bytes, bits: list[int]) -> bytes:
    changed = bytearray(content)
    for bit in bits:
        changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


whole = st.sampled_from(
    [PLAIN, a_pdf(), PNG, JPEG, ACTIVE["script in an object stream"], PNG, JPEG, "Blåbær\n".encode()]
)
malformed = st.one_of(
    st.builds(cut, whole, st.integers(0, 5000), st.binary(max_size=30)),
    st.builds(flipped, whole, st.lists(st.integers(0, 40_000), min_size=1, max_size=12)),
    st.sampled_from([*BROKEN.values()][:-1]),
    st.sampled_from([*ACTIVE.values(), *ODD.values()]),
    st.binary(max_size=64),
    st.text(max_size=64).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
files = st.builds(Upload, malformed, st.sampled_from(NAMES), st.sampled_from(TYPES), st.sampled_from([0, 0, 0, 1, 3]))
