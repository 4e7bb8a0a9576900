"""Signing services put their evidence into the PDF: what can do nothing by itself may stay, and is listed."""

from __future__ import annotations

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import override

from milestones.documents import examine
from tests.documents.evidence import XADES, der, picture
from tests.documents.pdfs import SCRIPT, Refused, blank, examined, saved, stream, verdict, with_files, written, zipped

PROGRAM = "MZ\1\2"
HTML = '<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Pragma" content="no-cache"><style>p{color:red}</style></head><body><p title="1 < 2">Signert av Åse, online = ja</p><a href="https://x.no">x</a><img src="data:image/png;base64,AA=="></body></html>'  # noqa: E501
INERT = {
    "XAdES": ("kari.xml", XADES, "application/xml"),
    "XML without a head": ("kari.xml", b"<a><b c='d'/></a>", "application/xml"),
    "XML in UTF-16": ("kari.xml", '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"), "application/xml"),
    "CMS": ("kari.p7s", der(), "application/pkcs7-mime"),
    "CMS in BER": (
        "kari",
        b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80" + b"\0" * 20,
        "application/pkcs7-mime",
    ),
    "CMS in PEM": ("kari.pem", b"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n", "text/plain"),
    "log": ("logg.txt", "Signert av Åse\r\n".encode(), "text/plain"),
    "log by Windows": ("logg.txt", "Signert av Åse\r\n".encode("cp1252"), "text/plain"),
    "log in UTF-16": ("logg.txt", "Signert av Åse\r\n".encode("utf-16"), "text/plain"),
    "JSON": ("logg.json", b'{"signer": "<Kari>"}', "text/plain"),
    "HTML": ("logg.html", HTML.encode(), "text/html"),
    "HTML of old": ("logg.html", HTML.replace("utf-8", "iso-8859-1").encode("latin-1"), "text/html"),
    "PDF": ("original.pdf", written(), "application/pdf"),
    "PNG": ("a.png", picture("PNG"), "image/png"),
    "JPEG": ("a.jpg", picture("JPEG"), "image/jpeg"),
    "empty": ("a.txt", b"", "text/plain"),
    "called as nothing": ("", b"tekst", "text/plain"),
}


@pytest.mark.parametrize("case", INERT)
def test_what_does_nothing_by_itself_may_stay(case: str) -> None:
    name, content, kind = INERT[case]
    assert examined(with_files((name or "x", content))) == [{"name": name or "x", "type": kind, "size": len(content)}]


HTML_WITH = [
    "<script>x</script>",
    "<SCRIPT\n>x",
    "<p onclick='x'>",
    "<img/onerror=x>",
    "<a title='>' onfocus=x>",
    "<svg/onload=x>",
    "<a href='javascript:x'>",
    "<a href='java&#115;cript:x'>",
    "<a href=j&#x61;va&Tab;script&colon;x>",
    "<a href='file:///x'>",
    "<meta http-equiv='refresh' content='0'>",
    "<iframe src=x>",
    "<object data=x>",
    "<form action=x>",
    "<base href=x>",
    "<!--[if IE]><script>x</script><![endif]-->",
    "<![CDATA[<script>x</script>]]>",
    "<embed src=x>",
    "<a href='data:text/html,x'>",
    "<a href='\\\\x\\y'>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>",
    "<meta charset=utf-7>",
    "<math href='vbscript:x'>",
    "<svg><a xlink:href='javascript:x'>",
    "<a title='<' onclick='x'>",
    "<a title='<b'onclick='x'>",
    "<a title='<' href='javascript:x'>",
    "<meta name='<b' http-equiv=refresh content='0'>",
    "<a href='&#x0000006a;avascript:x'>",
    "<a href='&#0000000106;avascript:x'>",
    "<img src='//x/y'>",
    "<img srcset='file://x/y 1x'>",
    "<video poster='file://x/y'>",
    "<style>p{background:url(file://x/y)}</style>",
    "<style>@import '\\\\x\\y';</style>",
    "<style>p{background:url(\\66ile://x/y)}</style>",
]
FORBIDDEN = {
    "program": ("avtale.pdf", b"MZ\x90\0" + b"\0" * 60),
    "program of Linux": ("a.txt", b"\x7fELF" + b"\0" * 60),
    "archive": ("a.xml", zipped("a.txt")),
    "Office": ("a.xml", zipped("word/vbaProject.bin")),
    "Office of old": ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 60),
    "batch file": ("a.bat", b"del c:"),
    "batch file, pretending": ("a.txt.bat. ", b"del c:"),
    "script": ("a.txt", b"#!/bin/sh\nrm"),
    "JavaScript": ("a.js", b"WScript.Echo"),
    "SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "entities": ("a.xml", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
    "style sheet": ("a.xml", b"<?xml-stylesheet href='x.xsl' type='text/xsl'?><a/>"),
    "XSLT": ("a.xml", b"<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>"),
    "XML in an odd encoding": ("a.xml", b"<?xml version='1.0' encoding='utf-7'?><a/>"),
    "XHTML in XML": ("a.xml", b"<a><script xmlns='http://www.w3.org/1999/xhtml'>x</script></a>"),
    "XML called HTML": ("a.html", b"<a><script>x</script></a>"),
    "broken XML": ("a.xml", b"<?xml version='1.0'?><a>"),
    "other DER": ("a.p7s", der("2a864886f70d020702")),
    "DER and more": ("a.p7s", der() + b"MZ"),
    "unknown": ("a", b"\0\1\2\3"),
    "right to left": ("a.txt", "a\u202eb".encode()),
    "PDF with a script": ("a.pdf", written(f"/OpenAction {SCRIPT}")),
    "PNG that is none": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
    "PNG and archive": ("a.png", picture("PNG") + zipped("a")),
    "picture called a page": ("a.html", picture("JPEG") + b"<script>x</script>"),
    "picture called a program": ("a.hta", picture("PNG") + b"<script>x</script>"),
    "PDF called a program": ("a.hta", written()),
    "signature called a page": ("a.htm", der()),
    "signature around an archive": ("a.p7m", der(more=len(zipped("a"))).rstrip(b"\0") + zipped("a")),
    "RTF": ("a.txt", rb"{\rtf1{\object\objocx{\*\objdata 01}}}"),
    "PostScript": ("a.txt", b"%!PS-Adobe-3.0\nrun"),
    "SYLK": ("a.csv", b"ID;P\nC;Y1;X1;K0;ECALL"),
    "saved page": ("a.mht", b"MIME-Version: 1.0\n\nPHNjcmlwdD4="),
    "remote desktop": ("a.rdp", b"full address:s:x"),
    "Word as XML": ("a.xml", b"<?mso-application progid='Word.Document'?><a/>"),
    "Word in one file": ("a.xml", b"<package xmlns='http://schemas.microsoft.com/office/2006/xmlPackage'/>"),
    **{one: ("a.html", f"<html><body>{one}</body></html>".encode()) for one in HTML_WITH},
}


@pytest.mark.parametrize("case", FORBIDDEN)
def test_what_could_do_something_is_refused_by_name(case: str) -> None:
    name, content = FORBIDDEN[case]
    with pytest.raises(Refused, match="attached") as refused:
        examined(with_files(("logg.txt", b"tekst"), (name, content)))
    assert refused.value.about["name"] == name.strip()


def test_attachments_are_found_wherever_they_are() -> None:
    program = stream(PROGRAM)
    specification = "<</Type /Filespec /F (a.txt) /UF (b.txt) /EF <</F {0} 0 R>>>>"
    spots = {
        "pinned": written("", program, page=f"/Annots [<</Subtype /FileAttachment /FS {specification.format(4)}>>]"),
        "associated": written(f"/AF [{specification.format(4)}]", program),
        "associated with a paragraph": written(
            "", program, f"<</Type /StructElem /S /P /P 3 0 R /AF {specification.format(4)}>>"
        ),
        "under another name": written("", program, "<</F (a) /EF <</Unix 4 0 R>>>>"),
        "one of two": written("", stream("tekst"), program, "<</F (a) /EF <</F 4 0 R /UF 5 0 R>>>>"),
        "of no specification": written("", stream(PROGRAM, "/Type /EmbeddedFile")),
        "of an earlier version": written(
            "", beside=f"9 0 obj\n{stream('MZ' + chr(1), '/Type /EmbeddedFile')}\nendobj\n"
        ),
    }
    assert {spot: verdict(content) for spot, content in spots.items()} == dict.fromkeys(spots, "attached")
    for content in list(spots.values())[:4]:
        assert verdict(content.replace(PROGRAM.encode(), b"text")) == "taken"
    assert examined(spots["pinned"].replace(PROGRAM.encode(), b"text")) == [
        {"name": "b.txt", "type": "text/plain", "size": 4}
    ]
    assert verdict(written("", "<</Type /Filespec /F (a) /EF <</F 9 0 R>>>>")) == "outside"


def test_attachments_are_listed_once_and_in_the_documents_order() -> None:
    pdf = blank()
    for name in ("b.txt", "a.xml"):
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, XADES, filename=name)
    pdf.Root.AF = pikepdf.Array([pdf.attachments["a.xml"].obj])
    assert [one["name"] for one in examined(saved(pdf))] == ["a.xml", "b.txt"]  # its list is sorted
    assert [one["name"] for one in examined(saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate))] == [
        "a.xml",
        "b.txt",
    ]


def test_there_may_be_fifty_and_no_more() -> None:
    files = [(f"{number}.txt", b"tekst") for number in range(50)]
    assert len(examined(with_files(*files))) == 50
    assert verdict(with_files(*files, ("51.txt", b"tekst"))) == "attached_many"


def test_what_unpacks_to_too_much_is_refused() -> None:
    assert verdict(with_files(*[(f"{number}.txt", b"a" * 16_000_000) for number in range(4)])) == "attached_large"
    assert verdict(with_files(("a.txt", b"a" * 70_000_000))) == "attached_unreadable"
    tags = b"<html>" + b"<a " * 400_000
    assert verdict(with_files(*[(f"{number}.html", tags) for number in range(3)])) == "intricate"


def test_pdfs_in_pdfs_are_judged_in_turn_to_some_depth() -> None:
    content = with_files(("logg.txt", b"tekst"))
    for _depth in range(3):
        content = with_files(("inner.pdf", content))
    assert [one["name"] for one in examined(content)] == ["inner.pdf"]
    assert verdict(with_files(("inner.pdf", content))) == "attached_pdf"
    assert verdict(with_files(("a.pdf", with_files(("b.pdf", with_files(("x.exe", b"MZ\0"))))))) == "attached_pdf"


def test_a_pdf_or_an_archive_within_is_an_attachment_and_no_second_file() -> None:
    unpacked = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.generalized}
    inner = written("", stream("endstream endobj 3 0 obj <</S /Launch>> endobj"))
    assert verdict(with_files(("a.pdf", inner), **unpacked)) == "taken"
    assert verdict(with_files(("a.docx", zipped("word/document.xml")), **unpacked)) == "attached"


def test_attachments_of_a_file_sealed_with_a_permissions_password_are_judged_too() -> None:
    sealed = pikepdf.Encryption(owner="x", user="", R=6)
    assert verdict(with_files(("a.exe", b"MZ\0"), encryption=sealed)) == "attached"
    assert [one["name"] for one in examined(with_files(("a.xml", XADES), encryption=sealed))] == ["a.xml"]


@override("en")
def test_a_refusal_names_the_attachment_and_what_can_be_done() -> None:
    with pytest.raises(ValidationError, match=r"an attachment, “virus\.exe”, .* Remove the attachment") as refused:
        examine(ContentFile(with_files(("virus.exe", b"MZ\0")), name="avtale.pdf"))
    assert refused.value.code == "active"
    with pytest.raises(ValidationError, match="more than 50 attachments"):
        examine(ContentFile(with_files(*[(f"{number}", b"x") for number in range(51)]), name="avtale.pdf"))
