"""A PDF shows its pages and does nothing else, whoever reads it and in whatever way."""

from __future__ import annotations

import io
import subprocess
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from milestones.demo import a_pdf
from milestones.documents import examine
from milestones.documents.parsing import parsed

PDF = a_pdf()


def pdf_with(change: Callable[[PdfWriter], object]) -> bytes:
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    change(writer)
    writer.write(written)
    return written.getvalue()


def launch(writer: PdfWriter) -> None:
    action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(action))


def script(writer: PdfWriter) -> None:
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def hidden_script(writer: PdfWriter) -> None:
    """Nothing points to it, but a reader that repairs the file may find it."""
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer._add_object(DictionaryObject(action))


def indirect_name(writer: PdfWriter) -> None:
    name = writer._add_object(NameObject("/Launch"))
    action = DictionaryObject({NameObject("/S"): name})
    writer.root_object[NameObject("/OpenAction")] = action


@pytest.mark.parametrize(
    "change",
    [
        script,
        lambda writer: writer.add_attachment("virus.exe", b"MZ"),
        launch,
        hidden_script,
        indirect_name,
    ],
    ids=["script", "attachment", "launch", "hidden script", "indirect name"],
)
def test_a_pdf_that_does_more_than_show_pages_is_refused(change: Callable[[PdfWriter], object]) -> None:
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(pdf_with(change), name="avtale.pdf"))
    assert refused.value.code == "active"


CATALOGS = {
    "names": ("/Names <</Dests <<>>>> /Names <</Java#53cript <</Names [(a) 4 0 R]>>>>", "ambiguous"),
    "attachment": ("/Names <</A 1>> /Names <</Embedded#46iles <</Names []>>>>", "active"),
    "action": ("/OpenAction <</S /URI /URI (http://x/) /S /L#61unch /F (cmd.exe)>>", "active"),
    "opened": ("/OpenAction [3 0 R /Fit] /OpenAction <</S /J#61vaScript /J#53 (app.alert)>>", "active"),
    "escaped": ("/OpenAction <</S /L#61unch /F (cmd.exe)>>", "active"),
    "comment": ("/OpenAction <</S%x\n/Launch /F (cmd.exe)>>", "active"),
    "submit": ("/OpenAction <</S /SubmitForm /F (http://x/)>>", "active"),
    "remote": ("/OpenAction <</S /GoToR /F (\\\\\\\\x\\\\y.exe) /D [0 /Fit]>>", "active"),
    "thread": ("/OpenAction <</S /Thread /F (\\\\\\\\x\\\\y.pdf) /D 0>>", "active"),
    "film": ("/OpenAction <</S /Rendition /OP 0 /R <</S /MR /C <</S /MCD /D (http://x/y.mp4)>>>>>>", "active"),
    "model": ("/A <</Subtype /3D /3DD 3 0 R>>", "active"),
    "rich": ("/A <</Subtype /Rich#4dedia>>", "active"),
    "form": ("/AcroForm <</XF#41 []>>", "active"),
    "white": ("/OpenAction <</S\0/Launch /F (cmd.exe)>>", "active"),
    "cut": ("/A <</B } /S 3 0 R>>", "unreadable"),
}


def written_pdf(catalog: str, beside: str = "") -> bytes:
    """A PDF as nobody's library would write it."""
    bodies = [
        f"<</Type /Catalog /Pages 2 0 R {catalog}>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>>",
    ]
    written, offsets = "%PDF-1.5\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    written += beside
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(written)
    written += f"xref\n0 4\n0000000000 65535 f \n{table}trailer\n<</Size 4 /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return written.encode("latin-1")


@pytest.mark.parametrize("case", CATALOGS)
def test_what_viewers_read_in_two_ways_is_refused(case: str) -> None:
    catalog, code = CATALOGS[case]
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(written_pdf(catalog), name="avtale.pdf"))
    assert refused.value.code == code


def packed(*objects: str) -> str:
    """An object stream, as an object that no index names."""
    places = [len("".join(objects[:number])) for number in range(len(objects))]
    head = "".join(f"{number} {place} " for number, place in enumerate(places, 20))
    held = zlib.compress(f"{head}{''.join(objects)}".encode()).decode("latin-1")
    about = f"<</Type /ObjStm /N {len(objects)} /First {len(head)} /Filter /FlateDecode /Length {len(held)}>>"
    return f"9 0 obj\n{about}\nstream\n{held}\nendstream\nendobj\n"


LEFT_OUT = {
    "action": "9 0 obj\n<</S /J#61vaScript /J#53 (app.alert)>>\nendobj\n",
    "key": "9 0 obj\n<</S 8 0 R /JS (app.alert)>>\nendobj\n",
    "name": "9 0 obj\n<</S 8 0 R /F (cmd.exe)>>\nendobj\n8 0 obj\n/Launch\nendobj\n",
    "list": "9 0 obj[<</XFA []>>]endobj\n",
    "packed": packed("<</S /L#61unch /F (cmd.exe)>>"),
    "packed key": packed("<</A 1>>", " %x\n<</J#53 (app.alert)>>"),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_no_index_names_is_refused_too(case: str) -> None:
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(written_pdf("", LEFT_OUT[case]), name="avtale.pdf"))
    assert refused.value.code == "active"


def test_what_an_object_stream_says_twice_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(written_pdf("", packed("<</A 1 /A 2>>")), name="avtale.pdf"))
    assert refused.value.code == "ambiguous"


def test_a_plain_pdf_with_a_link_is_taken() -> None:
    link = "/OpenAction <</S /URI /URI (https://digipost.example/Launch)>>"
    beside = packed("<</S /GoTo /D [3 0 R /Fit]>>", "[1 2]") + "endobj and object are words"
    assert examine(ContentFile(written_pdf(link, beside), name="avtale.pdf")).content_type == "application/pdf"


def test_the_parser_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    seen: list[dict[str, str]] = []

    def run(*_command: Any, env: dict[str, str], **_more: Any) -> subprocess.CompletedProcess[bytes]:
        seen.append(env)
        return subprocess.CompletedProcess([], 0, b"", b"")

    monkeypatch.setattr(subprocess, "run", run)
    getattr(parsed, "__wrapped__", parsed)(PDF, "application/pdf")  # conftest.py remembers what was parsed
    assert set(seen[0]) <= {"PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL"}


def test_a_locked_pdf_is_refused_and_one_without_pages() -> None:
    with pytest.raises(ValidationError) as locked:
        examine(ContentFile(pdf_with(lambda writer: writer.encrypt("x", algorithm="RC4-128")), name="a.pdf"))
    assert locked.value.code == "locked"
    empty = io.BytesIO()
    PdfWriter().write(empty)
    with pytest.raises(ValidationError) as pageless:
        examine(ContentFile(empty.getvalue(), name="a.pdf"))
    assert pageless.value.code == "unreadable"
