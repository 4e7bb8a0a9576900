"""What a file within a PDF is, whatever it pretends: by how it begins, by its namespaces, and by its name's ending."""

from __future__ import annotations

import base64
import codecs

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import override

from milestones.documents import examine
from tests.documents.evidence import XADES, der, picture
from tests.documents.pdfs import SCRIPT, Refused, blank, examined, saved, verdict, with_files, written

RUNNING = written(f"/OpenAction {SCRIPT}")


def kind_of(name: str, content: bytes) -> str:
    """The type that is listed, or why it is refused."""
    try:
        (one,) = examined(with_files((name, content)))
    except Refused as refused:
        return str(refused)
    return str(one["type"])


BEFORE = {
    "a line": b"\n",
    "a word": b"x\n",
    "a byte order mark": codecs.BOM_UTF8,
    "600 lines": b"\r\n" * 300,
    "the mark of UTF-16": codecs.BOM_UTF16_LE,
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("name", ["original.pdf", "original.txt", "original"])
def test_a_pdf_begins_within_its_first_kilobyte(name: str, before: bytes) -> None:
    assert kind_of(name, before + RUNNING) == "attached_pdf"
    assert kind_of(name, before + written()) == "application/pdf"


def test_so_does_one_that_is_uploaded() -> None:
    with pytest.raises(ValidationError, match="script"), override("en"):
        examine(ContentFile(b"\n" + RUNNING, name="a.txt"))
    kept = examine(ContentFile(b"\n" + written(), name="a.txt"))
    assert (kept.content_type, kept.name) == ("application/pdf", "a.txt.pdf")
    assert examine(ContentFile(b"En fil som begynner med %PDF- er en PDF.", name="a.txt")).content_type == "text/plain"
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(b"MZ\0\1" + bytes(200) + written(), name="a.pdf"))
    assert refused.value.code == "kind"


def in_xml(namespace: str, body: str = "<x:y/>") -> bytes:
    return f'<?xml version="1.0"?><x:x xmlns:x="{namespace}">{body}</x:x>'.encode()


BASIC = '<x:scripts><script:event xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"/></x:scripts>'
ACTING = {
    "form data of PDF": ("a.txt", b"%FDF-1.2\n1 0 obj<</FDF<</F(\\\\\\\\x\\\\y.pdf)>>>>endobj"),
    "form data of PDF, behind": ("a.txt", b"\n\n%FDF-1.2\n1 0 obj<</FDF<</F(\\\\\\\\x\\\\y.pdf)>>>>endobj"),
    "form data in XML": ("a.xml", in_xml("http://ns.adobe.com/xfdf/", '<x:f href="\\\\x\\y.pdf"/>')),
    "PDF in XML": ("a.xml", in_xml("http://ns.adobe.com/xdp/")),
    "form in XML": ("a.xml", in_xml("http://www.xfa.org/schema/xfa-template/3.3/")),
    "OpenDocument": ("a.xml", in_xml("urn:oasis:names:tc:opendocument:xmlns:office:1.0", BASIC)),
    "Visio": (
        "a.xml",
        in_xml("http://schemas.microsoft.com/visio/2003/core", "<x:VBProjectData>AA</x:VBProjectData>"),
    ),
    "Word of 2003": ("a.xml", in_xml("http://schemas.microsoft.com/office/word/2003/wordml")),
    "XAML": ("a.xml", in_xml("http://schemas.microsoft.com/winfx/2006/xaml/presentation")),
    "MSBuild": ("a.xml", in_xml("http://schemas.microsoft.com/developer/msbuild/2003")),
    "ClickOnce": ("a.xml", in_xml("urn:schemas-microsoft-com:asm.v1")),
    "XSL of another time": ("a.xml", in_xml("http://www.w3.org/1999/XSL/Format")),
    "deep within": ("a.xml", b"<a><b>" + in_xml("http://ns.adobe.com/xdp/")[21:] + b"</b></a>"),
}


@pytest.mark.parametrize("case", ACTING)
def test_what_programs_act_upon_is_refused_whatever_it_is_called(case: str) -> None:
    assert kind_of(*ACTING[case]).startswith("attached")


def test_a_namespace_that_is_only_declared_does_nothing() -> None:
    declared = (
        b'<a xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://schemas.microsoft.com/2003/10/Serialization/"/>'
    )
    assert kind_of("a.xml", declared) == "application/xml"


PROGRAMS = [
    *("jnlp", "command", "terminal", "inetloc", "fileloc", "webloc", "vsto", "appinstaller", "ps1xml", "cdxml"),
    *("mof", "contact", "udl", "odc", "mobileconfig", "applescript", "csh", "bash", "xul", "eml"),
    *("fodt", "odt", "docm", "xlsm", "vdx", "fdf", "xfdf", "xdp", "bat", "com"),
    *("exe", "lnk", "ps1", "hta", "js", "unheardof", "xhtml", "{3050f4d8-98b5-11cf-bb82-00aa00bdce0b}"),
]


@pytest.mark.parametrize("ending", PROGRAMS)
def test_what_a_name_ends_in_is_known_or_refused(ending: str) -> None:
    for name in (f"a.{ending}", f"a.{ending.upper()}", f"a.txt.{ending}. "):
        assert kind_of(name, b"tekst") == "attached_named"
    assert kind_of(f"a.{ending}", picture("PNG")) == kind_of(f"a.{ending}", der()) == "attached_named"
    assert kind_of(f"a@b.{ending}", b"tekst") == ("text/plain" if ending == "com" else "attached_named")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Bevis",
            "Bevis for kari@firma.com",
            "Logg fra www.fjordvik.no",
            "Versjon 2.1",
            "Vedlegg nr. 5",
            "Fjordvik A.S",
        ),
        *("Signert 12.03.2026 kl. 14.05", "Evidence. Log of signing", "logg.TXT", "a.xml.txt", "kari.sdo", "logg.csv"),
    ],
)
def test_people_name_files_with_full_stops(name: str) -> None:
    assert kind_of(name, "Signert av Åse".encode()) == "text/plain"


def test_a_name_ends_as_its_kind() -> None:
    assert (
        kind_of("a.pdf", b"tekst") == kind_of("a.pdf", XADES) == kind_of("a.pdf", picture("PNG")) == "attached_named"
    )
    assert kind_of("a.html", der()) == kind_of("a.htm", written()) == "attached_named"
    assert kind_of("original.xml", written()) == "application/pdf"


def test_each_name_of_a_file_counts() -> None:
    pdf = blank()
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"del c:", filename="a.txt")
    specification = pdf.attachments["a.txt"].obj
    specification.F = pikepdf.String("a.bat")
    assert verdict(saved(pdf)) == "attached_named"
    specification.F = pikepdf.String("b.txt")
    assert [one["name"] for one in examined(saved(pdf))] == ["a.txt"]


@pytest.mark.parametrize("size", [11_000_000, 16_000_000])
def test_a_whole_document_may_stand_in_a_signature(size: int) -> None:
    signed = XADES.replace(b"<Form/>", b"<Form>" + base64.b64encode(b"\x01\x02\x03" * (size // 4)) + b"</Form>")
    assert kind_of("signatur.xml", signed) == "application/xml"


def test_xml_that_is_broken_or_holds_entities_is_told_so() -> None:
    assert kind_of("a.xml", b"<?xml version='1.0'?><a>") == "attached_unreadable"
    laughs = b"<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><a e='&d;'/>"
    assert kind_of("a.xml", laughs) == "attached_active"
    with override("en"), pytest.raises(ValidationError, match="that cannot be read"):
        examine(ContentFile(with_files(("a.xml", b"<?xml version='1.0'?><a>")), name="a.pdf"))


TEXTS = {
    "mark of Arabic": "\u200fمرحبا\u200e".encode(),
    "bell, tab and page": b"10 %\b\b\b20 %\a\v\fside\x1c",
    "end by DOS": b"log\x1a",
    "next line": "en linje\u0085og en til".encode(),
    "delete": b"a\x7fb og mer tekst",
    "UTF-32": "hei på deg".encode("utf-32"),
    "soft hyphen": "a\u00adb\u200c".encode(),
    "Windows-1252, by DOS": "Møtereferat fra Ås\x1a".encode("cp1252"),
    "coloured": b"\x1b[31mFEIL\x1b[0m",
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_within_is_judged_as_one_that_is_uploaded(case: str) -> None:
    assert kind_of("logg.txt", TEXTS[case]) == "text/plain"
    assert examine(ContentFile(TEXTS[case], name="logg.txt")).content_type == "text/plain"


@pytest.mark.parametrize("text", ["bel\u202eøp", "bel\u2066øp", "Referat\0 av møtet i går"])
def test_what_misleads_is_refused_in_both(text: str) -> None:
    assert kind_of("logg.txt", text.encode()) == "attached_misleading"
    with pytest.raises(ValidationError):
        examine(ContentFile(text.encode(), name="logg.txt"))


PAGES = [
    "<div><b>Signert</b> av Kari</div>",
    "<div>Signert<br>av Kari</div>",
    "<head><title>Logg</title></head><body><p>Signert</p></body>",
    "Signert av Kari",
    "<?xml version='1.0' encoding='UTF-8'?><div>Signert</div>",
    "<!DOCTYPE html><html><body><img src='data:image/svg+xml;base64,PHN2Zz4='></body></html>",
    "<!DOCTYPE html><html><body><img alt=x src=data:image/png;base64,AA==></body></html>",
    "<!DOCTYPE html><html><body><input type='checkbox' checked disabled> Lest</body></html>",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_scripts_is_a_page(page: str) -> None:
    assert kind_of("logg.html", page.encode()) == "text/html"


def test_what_begins_as_a_page_is_one_by_any_name() -> None:
    assert kind_of("logg.txt", b" <head><title>x</title></head><body>y</body>") == "text/html"
    assert kind_of("logg", b"<body>y<br></body>") == "text/html"


@pytest.mark.parametrize(
    "page",
    [
        "<div onclick='x'>a</div>",
        "<div><script>x</script></div>",
        "<a href='data:image/svg+xml;base64,PHN2Zz4='>x</a>",
        "<img src='data:image/svg+xml,x' onload=x>",
        "<img src='data:text/html,x'>",
        "<input type=text>",
        "<input type=image src='https://x.no/a'>",
        "<input type=checkbox onfocus=x autofocus>",
        "<form><input type=checkbox></form>",
    ],
)
def test_a_page_without_its_root_is_judged_too(page: str) -> None:
    assert kind_of("logg.html", page.encode()) == "attached_active"
