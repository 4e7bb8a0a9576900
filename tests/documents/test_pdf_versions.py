"""What no index names, what was there before, what is damaged, and what is locked."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.documents.pdfs import FORMATTER, SCRIPT, blank, packed, saved, stream, updated, verdict, written, zipped

LEFT_OUT = {
    "action": ("9 0 obj\n<</S /J#61vaScript /J#53 (app.alert)>>\nendobj\n", "script"),
    "key": ("9 0 obj\n<</S 8 0 R /JS (app.alert)>>\nendobj\n", "script"),
    "name": ("9 0 obj\n<</S 8 0 R /F (cmd.exe)>>\nendobj\n8 0 obj\n/Launch\nendobj\n", "active"),
    "list": ("9 0 obj[<</XFA []>>]endobj\n", "active"),
    "with a comment in its head": ("9 %x\n0 obj<</XFA []>>endobj\n", "active"),
    "on one line": ("9 0 obj<</S/Launch/F(x)>>endobj ", "active"),
    "after a parenthesis": ("( 9 0 obj<</S/Launch/F(x)>>endobj\n", "active"),
    "without an end": ("9 0 obj<</S/Launch/F(x)>>\n", "active"),
    "earlier version of the page": (f"3 0 obj <</AA <</O {SCRIPT}>>>> endobj\n", "script"),
    "of another generation": (f"3 7 obj {SCRIPT} endobj\n", "script"),
    "two versions": (f"9 0 obj<</A 1>>endobj\n9 0 obj {SCRIPT} endobj\n9 0 obj<</A 1>>endobj\n", "script"),
    "packed": (packed("<</S /L#61unch /F (cmd.exe)>>"), "active"),
    "packed key": (packed("<</A 1>>", " %x\n<</J#53 (app.alert)>>"), "script"),
    "packed twice": (packed("<</A 1>>") + packed(SCRIPT, number=10), "script"),
    "packed earlier version": (packed(SCRIPT, first=3), "script"),
    "said twice": (packed("<</A 1 /A 2>>"), "ambiguous"),
    "link": ("9 0 obj<</S /URI /URI (javascript:x)>>endobj\n", "link"),
    "numbers that cannot be found": (f"9 {'%x'.ljust(90)}\n0 obj {SCRIPT} endobj\n", "unreadable"),
    "no numbers": ("obj%" * 20_000, "unreadable"),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_no_index_names_is_looked_at_too(case: str) -> None:
    beside, code = LEFT_OUT[case]
    assert verdict(written(beside=beside)) == code


def test_what_no_index_names_and_does_nothing_is_taken() -> None:
    beside = packed("<</S /GoTo /D [3 0 R /Fit]>>", "[1 2]") + "endobj and object are words\n"
    assert verdict(written(beside=beside + f"9 0 obj <</T (a) /AA <</F {FORMATTER}>>>> endobj\n")) == "taken"


def test_of_a_signed_file_every_version_is_looked_at() -> None:
    page = "<</Type /Page /Parent 2 0 R /Resources <<>> /MediaBox [0 0 200 200] /Annots [4 0 R]>>"
    signed = updated(
        updated(written("", "<</Subtype /Widget>>"), 3, page), 4, "<</Subtype /Widget /FT /Sig /V 5 0 R>>"
    )
    assert verdict(signed) == "taken"
    assert verdict(updated(signed, 4, SCRIPT)) == "script"
    assert verdict(updated(updated(signed, 4, SCRIPT), 4, "<<>>")) == "script"
    assert verdict(updated(written("", SCRIPT), 4, "<<>>")) == "script"


def test_many_versions_are_too_many_only_when_they_are() -> None:
    content = written("", "<<>>")
    for _signer in range(30):
        content = updated(content, 4, "<</A 1>>")
    assert verdict(content) == "taken"
    assert verdict(written(beside="9 0 obj <</A 1>> endobj\n" * 100)) == "versions"


PLAIN = written("/A [4 0 R]", stream("q Q"))
DAMAGED = {
    "index that lies": re.sub(rb"\d{10} 00000 n", b"0000000007 00000 n", PLAIN),
    "wrong start": re.sub(rb"startxref\n\d+", b"startxref\n7", PLAIN),
    "no end": PLAIN.replace(b"%%EOF", b""),
    "words in front": b"HTTP/1.1 200 OK\r\n\r\n" + PLAIN,
    "words behind": PLAIN + b"<html>obj = 5</html>",
    "wrong length": PLAIN.replace(b"/Length 3", b"/Length 9"),
    "no length": PLAIN.replace(b"/Length 3", b"/Lengtx 3"),
    "no end of an object": PLAIN.replace(b"endobj\n3 0", b"3 0"),
    "Windows's line ends": PLAIN.replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_comes_in_if_it_does_nothing(case: str) -> None:
    assert verdict(DAMAGED[case]) == "taken"
    hidden = DAMAGED[case].replace(b"q Q", f"\n9 0 obj {SCRIPT} endobj\n".encode())
    assert verdict(hidden.replace(b"[4 0 R]", b"[9 0 R]")) in ("script", "taken" if case in WHOLE else "script")
    assert verdict(DAMAGED[case].replace(b"2 0 obj", f"9 0 obj {SCRIPT} endobj\n2 0 obj".encode())) == "script"
    assert verdict(DAMAGED[case].replace(b"/A [4 0 R]", f"/OpenAction {SCRIPT}".encode())) == "script"


WHOLE = {"no end", "words behind"}
"""Not damaged as far as qpdf is concerned until the script is put in, which moves the index."""


@pytest.mark.filterwarnings("ignore:Encryption R=5 is deprecated")
@pytest.mark.parametrize(("revision", "aes"), [(2, False), (3, False), (4, False), (4, True), (5, True), (6, True)])
def test_what_opens_without_a_password_is_looked_at(revision: Any, aes: bool) -> None:
    sealed, locked = (
        pikepdf.Encryption(owner="x", user=user, R=revision, aes=aes, metadata=aes) for user in ("", "y")
    )
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://x.no"))
    assert verdict(saved(blank(A=link), encryption=sealed)) == "taken"
    assert verdict(saved(blank(A=link), encryption=locked)) == "locked"
    active = blank(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")))
    assert verdict(saved(active, encryption=sealed)) == "script"
    packed_up = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    if revision >= 4:
        assert verdict(saved(active, encryption=sealed, **packed_up)) == "script"
        assert verdict(saved(blank(A=link), encryption=sealed, **packed_up)) == "taken"


def test_what_is_encrypted_for_somebodys_key_is_locked() -> None:
    keys = "<</Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /CF <</DefaultCryptFilter <</CFM /AESV2 /Recipients [(x)]>>>> /StmF /DefaultCryptFilter /StrF /DefaultCryptFilter>>"  # noqa: E501
    assert verdict(written("", keys, trailer="/Encrypt 4 0 R /ID [(a) (b)]")) == "locked"


@pytest.mark.parametrize("options", [{"linearize": True}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}])
def test_however_it_is_written_it_is_read(options: dict[str, object]) -> None:
    assert verdict(saved(blank(), **options)) == "taken"
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    assert verdict(saved(blank(OpenAction=action), **options)) == "active"


def test_nothing_hides_in_front() -> None:
    assert verdict(f"9 0 obj {SCRIPT} endobj\n".encode() + written()) == "unreadable"


def test_what_is_an_archive_too_is_refused() -> None:
    assert verdict(written() + zipped("a.txt")) == "archive"


def test_the_files_that_people_had_come_in() -> None:
    for path in sorted(Path(__file__).with_name("files").glob("*.pdf")):
        assert verdict(path.read_bytes()) == "taken", path.name


def test_what_only_viewers_of_newer_files_find_is_looked_at() -> None:
    """A hybrid file: its table hides packed objects, which a stream behind /XRefStm names (ISO 32000-1, 7.5.8.4)."""
    for action, code in (("<</S /Launch /F (x)>>", "active"), ("<</S /GoTo /D [3 0 R /Fit]>>", "taken")):
        holder = packed(action, number=4, first=20).removeprefix("4 0 obj\n").removesuffix("\nendobj\n")
        rows = "02000000040000"
        index = stream(rows + ">", "/Type /XRef /W [1 4 2] /Index [20 1] /Size 21 /Root 1 0 R /Filter /ASCIIHexDecode")
        whole = written("/OpenAction 20 0 R", holder, index)
        begins = whole.index(b"5 0 obj")
        content = written("/OpenAction 20 0 R", holder, index, trailer=f"/XRefStm {begins}")
        assert verdict(content) == code
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert "/OpenAction" in pdf.Root
            assert pdf.Root.OpenAction.S in (pikepdf.Name.Launch, pikepdf.Name.GoTo)
