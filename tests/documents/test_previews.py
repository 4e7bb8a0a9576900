"""A page shows what is in a picture or a PDF: by a small picture that we drew, and never by the file itself."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from milestones import workflow
from milestones.demo import Journey
from milestones.documents import Examined, examine, parsing
from milestones.documents.places import reserved
from milestones.models import Document, DocumentAccess
from milestones.process import AgreementKind
from tests.cast import Cast
from tests.documents.drawing import in_profile, png, quarters, written
from tests.documents.pdfs import blank, saved, stream
from tests.documents.pdfs import written as pdf_of
from tests.documents.recorded import recorded

MOST = (900, 1800)
RED, LIME, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
SECRET = "Hemmelig tittel"


def examined(content: bytes) -> Examined:
    return examine(ContentFile(content, name="fil"))


def opened(preview: bytes) -> Any:
    picture = Image.open(io.BytesIO(preview), formats=["JPEG"])
    picture.load()
    return picture


def is_near(seen: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 24 for one, other in zip(seen, expected, strict=True))


def drawn_alone(content: bytes, kind: str = "application/pdf") -> parsing.Preview:
    """By the process that draws, whatever examining would say."""
    with reserved() as lock:
        return parsing._drawn(content, kind, lock)


def large(mode: str) -> Any:
    return quarters().resize((2400, 1200), Image.Resampling.NEAREST).convert(mode)


COLOURED = {(100, 100): RED, (800, 100): LIME, (100, 400): BLUE, (800, 400): WHITE}
PICTURES = {
    **{mode: (written(large(mode), "PNG"), COLOURED) for mode in ("RGB", "RGBA", "P")},
    "JPEG": (written(large("RGB"), "JPEG"), COLOURED),
    "JPEG, CMYK": (written(large("CMYK"), "JPEG"), COLOURED),
    "JPEG, grey": (written(large("L"), "JPEG"), {(800, 400): WHITE}),
    "grey": (written(large("L"), "PNG"), {(800, 400): WHITE}),
    "grey and alpha": (written(large("LA"), "PNG"), {(800, 400): WHITE}),
    "black and white": (written(large("1"), "PNG"), {(800, 400): WHITE}),
    "16 bits": (written(Image.new("I;16", (2400, 1200), 0), "PNG"), {(100, 100): BLACK}),
    "nothing but clear": (written(Image.new("RGBA", (2400, 1200), (0, 0, 0, 0)), "PNG"), {(100, 100): WHITE}),
}


@pytest.mark.parametrize("case", PICTURES)
def test_a_picture_is_drawn_smaller(case: str) -> None:
    content, expected = PICTURES[case]
    preview = examined(content).preview
    picture = opened(preview.content)
    assert (picture.size, picture.mode, preview.pages) == ((900, 450), "RGB", 0)
    for place, colour in expected.items():
        assert is_near(picture.getpixel(place), colour), (place, picture.getpixel(place))


def test_a_small_picture_keeps_its_size_and_a_tall_one_has_its_bounds() -> None:
    assert opened(examined(written(quarters(), "PNG")).preview.content).size == (64, 32)
    assert opened(examined(written(Image.new("1", (300, 60_000)), "PNG")).preview.content).size == (9, 1800)


def test_the_first_page_of_a_pdf_is_drawn_with_the_number_of_pages() -> None:
    pdf = pikepdf.new()
    for colour in (b"1 0 0 rg", b"0 0 1 rg", b"0 0 1 rg"):
        pdf.add_blank_page(page_size=(595, 842)).Contents = pdf.make_stream(colour + b" 0 421 595 421 re f")
    preview = examined(saved(pdf)).preview
    picture = opened(preview.content)
    assert (picture.width, preview.pages) == (900, 3)
    assert abs(picture.height - 1274) <= 1
    assert is_near(picture.getpixel((450, 300)), RED)
    assert is_near(picture.getpixel((450, 1000)), WHITE)


def test_what_is_signed_and_filled_in_is_drawn() -> None:
    """A signature stands in a field, with a look of its own."""
    look = stream("0 0 1 rg 0 0 100 100 re f", "/Type /XObject /Subtype /Form /BBox [0 0 100 100]")
    field = "<</Type /Annot /Subtype /Widget /FT /Tx /T (navn) /F 4 /Rect [0 0 100 100] /AP <</N 5 0 R>>>>"
    signed = pdf_of("/AcroForm <</Fields [4 0 R]>>", field, look, page="/Annots [4 0 R]")
    picture = opened(examined(signed).preview.content)
    assert is_near(picture.getpixel((200, 700)), BLUE)
    assert is_near(picture.getpixel((700, 200)), WHITE)


def of_size(*sides: float) -> bytes:
    """A PDF of one page, so many points wide and high."""
    pdf = blank()
    pdf.pages[0].MediaBox = [0, 0, *sides]
    return saved(pdf)


@pytest.mark.parametrize("sides", [(1_000_000, 1_000_000), (2_000_000_000, 1), (20_000, 200), (0.1, 0.1)])
def test_a_page_that_nobody_could_read_is_kept_without_a_preview(sides: tuple[float, float]) -> None:
    content = of_size(*sides)
    kept = examined(content)
    assert (kept.content, kept.preview) == (content, parsing.Preview())


@pytest.mark.parametrize(("sides", "drawn"), [((100, 14_000), (13, 1800)), ((14_000, 100), (900, 7)), ((1, 1), MOST)])
def test_a_page_of_another_shape_has_its_bounds(sides: tuple[int, int], drawn: tuple[int, int]) -> None:
    size = opened(examined(of_size(*sides)).preview.content).size
    assert all(0 < one <= most for one, most in zip(size, drawn, strict=True)), size


@pytest.mark.parametrize("owner", ["", "eier"])
def test_a_file_that_is_encrypted_without_a_password_is_drawn_as_viewers_do(owner: str) -> None:
    locked = saved(blank(), encryption=pikepdf.Encryption(owner=owner, user=""))
    assert opened(drawn_alone(locked).content).width == 900


def laughing() -> bytes:
    """Ten forms, each of which draws the next one a hundred times: as many squares as nobody will wait for."""
    resources = "/Resources <</XObject <</F %d 0 R>>>>"
    about = f"/Type /XObject /Subtype /Form /BBox [0 0 200 200] {resources}"
    forms = [stream("/F Do\n" * 100, about % number) for number in range(5, 15)]
    last = stream("0 0 100 100 re f", "/Type /XObject /Subtype /Form /BBox [0 0 200 200]")
    return pdf_of("", *forms, last, page=f"/Contents 4 0 R {resources % 5}")


HOSTILE = {
    "broken": b"%PDF-1.7\n" + bytes(500),
    "cut off": saved(blank())[:200],
    "no page": saved(pikepdf.new()),
    "with a password": saved(blank(), encryption=pikepdf.Encryption(owner="a", user="b")),
    "no end": laughing(),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_cannot_be_drawn_has_no_preview(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "SECONDS_TO_DRAW", 3)
    assert drawn_alone(HOSTILE[case]) == parsing.Preview()


def test_a_picture_that_takes_more_than_there_is_room_for_has_no_preview() -> None:
    """Examining refuses it; drawing would not take it either."""
    side = struct.pack("!I", 60_000)
    huge = png(6, 8, [0] * 4).replace(struct.pack("!II", 1, 2), side * 2)
    header = b"IHDR" + huge[16:29]
    huge = huge[:12] + header + struct.pack("!I", zlib.crc32(header)) + huge[33:]
    assert huge[16:24] == side * 2
    assert drawn_alone(huge, "image/png") == parsing.Preview()


def test_a_page_with_a_picture_that_unpacks_to_too_much_is_kept() -> None:
    about = "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    packed = zlib.compress(bytes(60_000)).decode("latin-1")
    resources = "/Contents 4 0 R /Resources <</XObject <</I 5 0 R>>>>"
    image = stream(packed, f"{about} /Filter /FlateDecode")
    content = pdf_of("", stream("200 0 0 200 0 0 cm /I Do"), image, page=resources)
    assert examined(content).content == content


TAKEN_OVER = """
import os, runpy, socket, sys, types
sys.path.insert(0, {parser!r})
sys.modules["drawing"] = types.SimpleNamespace(drawn=lambda content, kind: ({{"got": str({what})}}, b""))
sys.argv = ["parser", "draw", "image/png"]
runpy.run_path({parser!r} + "/__main__.py", run_name="__main__")
"""


@pytest.mark.parametrize("what", ["open('/etc/passwd')", "socket.socket()", "os.pipe()", "os.listdir('/')"])
def test_whoever_takes_the_library_over_opens_nothing(what: str) -> None:
    for asked, code in (("'nothing'", 0), (what, parsing.REFUSED)):
        command = [sys.executable, "-c", TAKEN_OVER.format(parser=str(parsing.PARSER), what=asked)]
        done = subprocess.run(command, input=b"", capture_output=True, check=False)
        assert done.returncode == code, (asked, done)


def test_a_library_that_dies_takes_no_upload_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    run = subprocess.run

    def dies(command: list[str], **more: Any) -> Any:
        return subprocess.CompletedProcess(command, -11, b"", b"") if "draw" in command else run(command, **more)

    monkeypatch.setattr(subprocess, "run", dies)
    kept = examined(pdf_of(beside="% dies\n"))
    assert (kept.content_type, kept.preview) == ("application/pdf", parsing.Preview())


@pytest.mark.parametrize("error", [subprocess.TimeoutExpired("draw", 1), OSError("no process")])
def test_who_takes_too_long_or_cannot_begin_draws_nothing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_command: Any, **_more: Any) -> None:
        raise error

    monkeypatch.setattr(subprocess, "run", fails)
    assert drawn_alone(saved(blank())) == parsing.Preview()


def test_a_preview_that_is_too_large_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_PREVIEW", 100)
    assert drawn_alone(saved(blank())) == parsing.Preview()


def test_nothing_of_the_file_is_in_the_preview_but_its_look() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET
    told = {"exif": exif, "comment": SECRET.encode(), "icc_profile": SECRET.encode() * 100}
    pdf = blank()
    pdf.docinfo["/Title"] = SECRET
    contents = (
        written(quarters(), "JPEG", **told) + SECRET.encode(),
        png(2, 8, [255, 0, 0], in_profile(SECRET.encode())),
        saved(pdf),
    )
    for content in contents:
        preview = examined(content).preview.content
        assert SECRET.encode() not in preview
        assert set(opened(preview).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def address_of(document: Document) -> str:
    return f"/i/{document.integration.reference}/documents/{document.pk}/preview/"


def test_it_comes_as_a_picture_that_is_nothing_else(cast: Cast, settings: Any) -> None:
    document = recorded(cast)
    client = cast.client(cast.manager)
    answer = client.get(address_of(document))
    picture = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert opened(picture).size == (900, 1274)
    assert len(picture) == document.preview_size
    settings.DOCUMENT_ACCEL = "/_documents/"
    by_the_proxy = client.get(address_of(document))
    assert by_the_proxy["X-Accel-Redirect"] == f"/_documents/{document.preview.name}"
    for one in (answer, by_the_proxy):
        assert one["Content-Type"] == "image/jpeg"
        assert one["Content-Disposition"] == "inline"
        assert one["X-Content-Type-Options"] == "nosniff"
        assert one["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert one["Cache-Control"] == "private, no-store"


def test_it_is_no_download(cast: Cast) -> None:
    cast.client(cast.manager).get(address_of(recorded(cast)))
    assert not DocumentAccess.objects.exists()


def test_it_is_seen_by_whom_the_document_concerns(cast: Cast) -> None:
    document = recorded(cast)
    theirs = cast.neighbour().integration.reference
    for who, address, status in (
        (cast.staff, address_of(document), 200),
        (cast.stranger, address_of(document), 404),
        (cast.stranger, address_of(document).replace(document.integration.reference, theirs), 404),
        (cast.staff, address_of(document).replace(document.integration.reference, theirs), 404),
    ):
        assert cast.client(who).get(address).status_code == status, (who, address)


def test_one_that_is_not_there_is_not_found(cast: Cast) -> None:
    document = recorded(cast)
    os.unlink(document.preview.path)
    assert cast.client(cast.manager).get(address_of(document)).status_code == 404
    Document.objects.update(preview="")
    assert cast.client(cast.manager).get(address_of(document)).status_code == 404


def agreement(journey: Journey, content: bytes, name: str) -> Document:
    """On file by hand, under that name."""
    row = workflow.record_agreement(
        journey.integration,
        by=journey.cast.contract,
        kind=AgreementKind.TERMS,
        signatory="Kirsten",
        signed_on=journey.integration.created_at.date(),
        document=ContentFile(content, name=name),
    )
    assert row.document is not None
    return row.document


def three_pages() -> bytes:
    pdf = pikepdf.new()
    for _number in range(3):
        pdf.add_blank_page()
    return saved(pdf)


SHOWN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF": ("<Avtale> & co.pdf", three_pages, "Avtale &amp; co.pdf, første side av 3"),
    "one page": ("a.pdf", lambda: saved(blank()), "a.pdf, den eneste siden"),
    "a picture": ("a & b.png", lambda: written(quarters(), "PNG"), "a &amp; b.png"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_the_milestones_page_shows_it(cast: Cast, journey: Journey, case: str) -> None:
    name, content, alt = SHOWN[case]
    journey.roles()
    document = agreement(journey, content(), name)
    for where in ("milestones/1/", "agreement/"):
        text = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/{where}").content.decode()
        shown = f'<img src="{address_of(document)}" alt="{alt}" loading="lazy">'
        assert (shown in text) is (where == "milestones/1/"), text


def test_a_text_and_a_picture_that_could_not_be_drawn_are_links_alone(cast: Cast, journey: Journey) -> None:
    journey.roles()
    document = agreement(journey, b"Avtale", "a.txt")
    page = f"/i/{journey.integration.reference}/milestones/1/"
    text = cast.client(cast.staff).get(page).content.decode()
    assert "a.txt" in text
    assert "<img" not in text
    assert (document.preview.name, document.preview_size, document.pages) == ("", 0, 0)
