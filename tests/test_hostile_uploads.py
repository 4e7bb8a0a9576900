"""Five hundred malformed files, posted to every address that takes a document: refused by the field, or made harmless.

Never an error of ours; what is refused leaves no row, file, event or new version, says why by the field and keeps what
was typed; what is taken is handed out as what it is and under a name that does nothing. The files are the same in
every run.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from milestones import forms, workflow
from milestones.demo import a_pdf
from milestones.documents import ENDINGS, MAX_BYTES, examine
from milestones.models import Document, Event
from tests.addresses.place import Place
from tests.addresses.table import PDF as A_DOCUMENT
from tests.addresses.table import PEOPLE, POSTS
from tests.cast import Cast, build_cast

# --- Files


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


# --- Where they are sent

ADDRESSES = ("agreement", "confirmation", "meetings", "meeting", "scenario")
"""Every address that takes a document."""
EACH = 100 if connection.vendor == "sqlite" else 20  # there fewer: for what its columns alone refuse
SECONDS = 30
"""What one upload may take at most, however busy the machine is."""


@pytest.mark.embedded_default
def test_these_are_all_and_that_is_enough() -> None:
    made = [
        form
        for form in vars(forms).values()
        if isinstance(form, type) and "document" in getattr(form, "base_fields", {})
    ]
    assert {form.__name__ for form in made} == {"AgreementForm", "ConfirmForm", "MeetingForm", "RunForm"}
    assert EACH * len(ADDRESSES) >= 500


class Scene:
    def __init__(self, cast: Cast) -> None:
        journey = cast.journey()
        journey.roles()
        self.cast, self.place = cast, Place(journey)
        for user in cast.everybody().values():
            cast.client(user)  # signed in before the posts, which are undone
        self.version = workflow.version_of(self.place.integration)
        self.stored = self.everything()

    def address(self, name: str) -> str:
        if name == "confirmation":  # the own item: 2.1 is checked off, and its page has no form any more
            return reverse(name, args=[self.place.integration.reference, self.place.own_item])
        return self.place.address(name)

    def everything(self) -> tuple[int, int, str, set[str]]:
        version = workflow.version_of(self.place.integration)
        return Document.objects.count(), Event.objects.count(), version, on_disk()


def on_disk() -> set[str]:
    return {str(path) for path in Path(default_storage.location).rglob("*") if path.is_file()}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """The cast and their place, made once for the file: each post is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Scene(build_cast())
        transaction.set_rollback(True)


def body(data: dict[str, Any], upload: Upload) -> bytes:
    """A multipart body as no browser would write it."""
    parts = []
    for name, value in data.items():
        values = [upload.content, *[b"Et annet"] * upload.others] if value == A_DOCUMENT else [str(value).encode()]
        head = f'form-data; name="{name}"'.encode()
        if value == A_DOCUMENT:
            named = upload.name.replace('"', '\\"').encode("utf-8", "surrogatepass")
            head += b'; filename="' + named + b'"\r\nContent-Type: ' + upload.says.encode()
        parts += [
            b"--Grense\r\nContent-Disposition: " + head + b"\r\n\r\n" + one + b"\r\n" for one in reversed(values)
        ]
    return b"".join(parts) + b"--Grense--\r\n"


def send(scene: Scene, name: str, upload: Upload) -> int:
    """Post it, look at what came of it, and undo it. Returns the status."""
    letters, data = POSTS[name]
    data = {**data, TYPED[name]: "Skrevet «her» & nå", "document": A_DOCUMENT}
    client = scene.cast.client(getattr(scene.cast, "manager" if name == "confirmation" else PEOPLE[letters[0]]))
    client.cookies.pop("messages", None)
    began = time.monotonic()
    with transaction.atomic():
        answer: Any = client.generic(
            "POST", scene.address(name), body(data, upload), "multipart/form-data; boundary=Grense"
        )
        assert time.monotonic() - began < SECONDS
        if answer.status_code == 302:
            check_taken(scene, name, client)
        else:
            check_refused(scene, answer)
        transaction.set_rollback(True)
    for path in on_disk() - scene.stored[3]:
        Path(path).unlink()
    return int(answer.status_code)


CHARSETS = ("utf-8", "utf-16", "utf-32", "windows-1252")
TYPED = {
    "agreement": "signatory",
    "confirmation": "note",
    "meetings": "minutes",
    "meeting": "minutes",
    "scenario": "note",
}
"""A field in which something is typed beside the document."""


def check_refused(scene: Scene, answer: Any) -> None:
    assert answer.status_code in (400, 413, 422)
    assert scene.everything() == scene.stored
    if answer.status_code == 422:
        text = answer.content.decode()
        (errors,) = {id(form): form.errors for form in forms_of(answer) if form.errors}.values()
        assert list(errors) == ["document"]
        assert text.count(html.escape(errors["document"][0])) >= 2  # in the summary, and by the field
        assert "ds-error-summary" in text
        assert re.search(r'id="\w+-document_error"', text)
        assert html.escape("Skrevet «her» & nå") in text


def forms_of(answer: Any) -> list[Any]:
    flat = [one for context in answer.context for one in context.flatten().values()]
    return [one for one in flat if getattr(one, "is_bound", False)]


def check_taken(scene: Scene, name: str, client: Any) -> None:
    """What is handed out is what was examined, as an attachment of its type under a harmless name."""
    assert workflow.version_of(scene.place.integration) != scene.version
    found = Document.objects.latest("pk") if Document.objects.count() > scene.stored[0] else None
    if found is None:  # a part without a name is no file, and the document may be left out
        assert not POSTS[name][1].get("document")
        assert on_disk() == scene.stored[3]
        return
    assert Document.objects.count() == scene.stored[0] + 1
    answer = client.get(reverse("document", args=[scene.place.integration.reference, found.pk]))
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == found.sha256
    assert answer["Content-Type"] in (*ENDINGS, *(f"text/plain; charset={one}" for one in CHARSETS))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("attachment; filename")
    check_name(found)
    assert b"<script" not in content or found.content_type == "text/plain"
    assert not zipfile.is_zipfile(io.BytesIO(content))


def check_name(document: Document) -> None:
    assert document.name.isprintable()
    assert document.name.lower().endswith(ENDINGS[document.content_type])
    assert not re.search(r'^[-=+@.\s]|[/\\<>:"|?*]', document.name)
    assert len(document.name) <= 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_malformed_file_is_refused_by_the_field_or_made_harmless(scene: Scene, name: str) -> None:
    answers: list[int] = []

    @seed(zlib.crc32(name.encode()))
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(files)
    def sent(upload: Upload) -> None:
        answers.append(send(scene, name, upload))

    sent()
    assert len(answers) >= EACH
    assert {302, 422} <= set(answers)


@pytest.mark.django_db
@pytest.mark.parametrize("case", [*ACTIVE, *BROKEN])
def test_what_does_more_than_show_is_refused(scene: Scene, case: str) -> None:
    content = {**ACTIVE, **BROKEN}[case]
    assert send(scene, "agreement", Upload(content, "avtale.pdf", "application/pdf", 0)) in (413, 422)


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_read_for_what_it_is_or_refused(case: str) -> None:
    try:
        kind = examine(ContentFile(ODD[case], name="a")).content_type
    except ValidationError:
        kind = "refused"
    starts = {b"%PDF": {"application/pdf", "refused"}, b"\x89PNG": {"image/png"}, b"\xff\xd8\xff\xe0": {"image/jpeg"}}
    assert kind in starts.get(ODD[case][:4], {"text/plain"})
