"""A PDF shows its pages and does nothing else, whoever reads it and in whatever way."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import override

from milestones.documents import examine
from tests.documents.pdfs import FORMATTER, SCRIPT, blank, saved, stream, verdict, written

REFUSED = {
    "script": (written(f"/OpenAction {SCRIPT}"), "script"),
    "script of a page": (written(page=f"/AA <</O {SCRIPT}>>"), "script"),
    "script by name": (written(f"/Names <</JavaScript <</Names [(a) {SCRIPT}]>>>>"), "script"),
    "formatter that is run by name": (written(f"/Names <</JavaScript <</Names [(a) {FORMATTER}]>>>>"), "script"),
    "script of a link": (written(page=f"/Annots [<</Subtype /Link /Rect [0 0 1 1] /A {SCRIPT}>>]"), "script"),
    "script in a stream": (written("/OpenAction <</S /JavaScript /JS 4 0 R>>", stream("app.alert(1)")), "script"),
    "script of a hidden player": (written(page="/AA <</O <</S /Rendition /JS (app.beep\\(\\))>>>>"), "script"),
    "script nobody points to": (written("", SCRIPT), "script"),
    "script that starts nothing": (written("", "<</JS (app.alert\\(1\\))>>"), "script"),
    "escaped": (written("/OpenAction <</S /L#61unch /F (cmd.exe)>>"), "active"),
    "comment": (written("/OpenAction <</S%x\n/Launch /F (cmd.exe)>>"), "active"),
    "white": (written("/OpenAction <</S\0/Launch /F (cmd.exe)>>"), "active"),
    "indirect name": (written("/OpenAction <</S 4 0 R /F (cmd.exe)>>", "/Launch"), "active"),
    "name that is there to be pointed to": (written("", "/Launch"), "active"),
    "submit": (written("/OpenAction <</S /SubmitForm /F (http://x/)>>"), "active"),
    "import": (written("", "<</S /ImportData /F (c:\\\\x.fdf)>>"), "active"),
    "remote": (written("/OpenAction <</S /GoToR /F (\\\\\\\\x\\\\y.exe) /D [0 /Fit]>>"), "active"),
    "into an attachment": (written(page="/Annots [<</Subtype /Link /A <</S /GoToE /T <<>>>>>>]"), "active"),
    "thread": (written("/OpenAction <</S /Thread /F (\\\\\\\\x\\\\y.pdf) /D 0>>"), "active"),
    "film": (written("/OpenAction <</S /Rendition /OP 0 /R <</S /MR /C <</S /MCD /D (http://x/y)>>>>>>"), "active"),
    "film on the page": (written(page="/Annots [<</Subtype /Screen /Rect [0 0 9 9]>>]"), "active"),
    "sound": (written(page="/Annots [<</Subtype /Sound /Rect [0 0 9 9] /Sound 4 0 R>>]"), "active"),
    "model": (written("/A <</Subtype /3D /3DD 3 0 R>>"), "active"),
    "rich": (written("/A <</Subtype /Rich#4dedia>>"), "active"),
    "form of XFA": (written("/AcroForm <</XF#41 []>>"), "active"),
    "form of XFA in a stream": (written("/AcroForm <</XFA 4 0 R>>", stream("<xdp/>")), "active"),
    "print": (written("/OpenAction <</S /Named /N /Print>>"), "active"),
    "print by a link": (written(page="/Annots [<</Subtype /Link /A <</S /Named /N /Print>>>>]"), "active"),
    "web at once": (written("/OpenAction <</S /URI /URI (https://example.no)>>"), "active"),
    "web by indirect action": (written("/OpenAction 4 0 R", "<</S /URI /URI (https://example.no)>>"), "active"),
    "web when the page is shown": (written(page="/AA <</O <</S /URI /URI (https://example.no)>>>>"), "active"),
    "web after a jump": (
        written("/OpenAction 4 0 R", "<</S /GoTo /D [3 0 R /Fit] /Next [5 0 R]>>", "<</S /URI /URI (http://x.no)>>"),
        "active",
    ),
    "web in a chain": (
        written(
            "/OpenAction 4 0 R",
            *[f"<</S /GoTo /D [3 0 R /Fit] /Next {at} 0 R>>" for at in range(5, 30)],
            "<</S /URI /URI (http://x.no)>>",
        ),
        "active",
    ),
    "launch that calls itself a paragraph": (written("/OpenAction <</Type /StructElem /S /Launch /F (x)>>"), "active"),
    "stream from elsewhere": (written("", "<</Length 0 /F (http://x/y)>>\nstream\n\nendstream"), "outside"),
    "stream from a specified file": (
        written("", "<</Length 0 /F <</FS /URL /F (http://x)>> /FFilter /FlateDecode>>\nstream\n\nendstream"),
        "outside",
    ),
    "reference XObject": (
        written("", stream("", "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref <</F (x.pdf) /Page 0>>")),
        "outside",
    ),
    "associated with a path": (written("/AF [<</Type /Filespec /F (\\\\\\\\x\\\\y)>>]"), "outside"),
    "associated with a path in words": (written("/AF [(c:\\\\x.exe)]"), "outside"),
    "associated with an address": (written("/AF [<</FS /URL /F (http://x/y)>>]"), "outside"),
    "pin on a path": (written(page="/Annots [<</Subtype /FileAttachment /FS <</F (x.exe)>>>>]"), "outside"),
    "listed path": (written("/Names <</EmbeddedFiles <</Names [(a) <</F (x.exe)>>]>>>>"), "outside"),
    "associated with a path, called a font": (written("/AF [<</Type /Font /F (\\\\\\\\x\\y)>>]"), "outside"),
    "associated with a path, called a form": (written("/AF <</Subtype /Form /UF (x.exe)>>"), "outside"),
    "associated with a list of paths": (written("/AF [4 0 R]", "[5 0 R]", "[(c:\\\\x.exe)]"), "outside"),
    "picture for a press": (
        written("", stream("", "/Subtype /Image /OPI <</2.0 <</Type /OPI /Version 2.0 /F (\\\\\\\\x\\y)>>>>")),
        "outside",
    ),
    "profile from the web": (
        written("/OutputIntents [<</S /GTS_PDFX /DestOutputProfileRef <</URLs [<</F (http://x/p.icc)>>]>>>>]"),
        "outside",
    ),
    "file in a network, wherever": (written("/PieceInfo <</X <</F (\\\\\\\\x\\y) /Desc (z)>>>>"), "outside"),
    "file on the web, wherever": (written("", "[<</UF (http://x/y)>>]"), "outside"),
    "link into an attachment that looks like a paragraph": (
        written(page="/Annots [<</Subtype /Link /A <</S /GoToE /T <</R /C /N (x)>> /P 3 0 R>>>>]"),
        "active",
    ),
    "film that looks like a paragraph": (
        written("", "<</S /Rendition /R 5 0 R /P 3 0 R>>", "<</S /MR>>", page="/Annots [<</Subtype /Link /A 4 0 R>>]"),
        "active",
    ),
    "the same by an older key": (written("", "<</S /GoToE /P 3 0 R>>", page="/Annots [<</PA [4 0 R]>>]"), "active"),
    "the same after a jump": (
        written("", "<</S /GoToE /P 3 0 R>>", page="/Annots [<</A <</S /GoTo /D [3 0 R /Fit] /Next 4 0 R>>>>]"),
        "active",
    ),
    "the same after an indirect jump": (
        written("/A 4 0 R", "<</S /GoTo /D [3 0 R /Fit] /Next [5 0 R]>>", "<</S /Thread /P 3 0 R>>"),
        "active",
    ),
    "base": (written("/URI <</Base (file:///c:/)>>"), "link"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_more_than_show_pages_is_refused(case: str) -> None:
    content, code = REFUSED[case]
    assert verdict(content) == code


STATES = "/XObject <</S 4 0 R /JS 4 0 R /EF 4 0 R /F 4 0 R /A 4 0 R /AA 4 0 R /Launch 4 0 R /Ref 4 0 R /XFA 4 0 R>>"
FONTS = STATES.replace("/XObject", "/Font").replace("4 0 R", "5 0 R") + "/Properties <</JS <</Type /OCG /Name (x)>>>>"
GLYPHS = (
    "/CharProcs <</S 4 0 R /A 4 0 R /AA 4 0 R /F 4 0 R /JS 4 0 R /Next 4 0 R>>"
    "/Encoding <</Differences [0 /JS /Launch]>>"
)
TAKEN = {
    "resources": written(
        "", stream("q Q", "/Subtype /Form /BBox [0 0 1 1]"), "<</Type /Font>>", page=f"/Resources <<{STATES}>>"
    ),
    "fonts": written("", stream("q Q"), "<</Type /Font /Subtype /Type1>>", page=f"/Resources <<{FONTS}>>"),
    "glyphs": written("", stream("0 0 d0"), f"<</Type /Font /Subtype /Type3 {GLYPHS}>>"),
    "states": written(page="/Annots [<</Subtype /Widget /AP <</N <</S 4 0 R /JS 4 0 R>>>> /AS /S>>]").replace(
        b"4 0 R", b"3 0 R"
    ),
    "paragraphs called as actions": written(
        "/StructTreeRoot 4 0 R",
        "<</Type /StructTreeRoot /K 5 0 R /RoleMap <</S /Launch /JS /Movie>>>>",
        "<</Type /StructElem /S /Sound /P 4 0 R /K [<</S /Thread /P 5 0 R /A <</O /Layout>>>>]>>",
    ),
    "attributes of paragraphs": written(
        "/StructTreeRoot 4 0 R",
        "<</Type /StructTreeRoot /K [5 0 R 6 0 R]>>",
        "<</Type /StructElem /S /Sound /P 4 0 R /A 7 0 R>>",
        "<</S /Movie /P 4 0 R /A [7 0 R 0]>>",
        "<</O /Layout /F (x)>>",
    ),
    "file names that are words": written("/PieceInfo <</X <</Private <</F (Arial.ttf)>>>>>>", "<</F (a:b)>>"),
    "destinations": written(
        "/Dests <</S [3 0 R /Fit] /JavaScript [3 0 R /Fit] /XFA [3 0 R /Fit] /AA [3 0 R /Fit] /EF <</D [3 0 R]>>>>"
    ),
    "names in trees": written("/Names <</Dests <</Names [(/JavaScript) [3 0 R /Fit] (/S /Launch) [3 0 R /Fit]]>>>>"),
    "user's own words": written(
        "", "<</Title (x) /JS (Java) /F (a.exe) /URI (javascript:x) /EF (y) /S (/Launch)>>", trailer="/Info 4 0 R"
    ),
    "words in a string": written(
        "", "<</Title (9 0 obj[<</S /JavaScript /JS \\(x\\)>>] /EmbeddedFiles %/Launch obj<< /S/Launch)>>"
    ),
    "words with brackets in a string": written("", "<</Title (a (9 0 obj <</S /Launch /F (x)>> endobj) b)>>"),
    "words in a page": written(
        "",
        stream(
            "BT (9 0 obj <</S /JavaScript /JS (x)>> endobj 8 0 obj[) Tj ET\n9 0 obj\n<</S /Launch /F (x)>>\nendobj"
        ),
    ),
    "words in metadata": written(
        "/Metadata 4 0 R", stream("<x>endstream endobj 9 0 obj<</XFA []>></x>", "/Type /Metadata /Subtype /XML")
    ),
    "words in a link": written(
        page="/Annots [<</Subtype /Link /A <</S /URI /URI (https://example.no/obj[/JavaScript]?%/Launch)>>>>]"
    ),
    "jump at opening": written("/OpenAction [3 0 R /Fit]"),
    "jump by action": written("/OpenAction <</S /GoTo /D [3 0 R /Fit] /Next <</S /Named /N /LastPage>>>>"),
    "turning pages": written(page="/Annots [<</Subtype /Link /A <</S /Named /N /NextPage>>>>]"),
    "formatter": written(
        "/AcroForm <</Fields [4 0 R] /CO [4 0 R]>>", f"<</T (a) /FT /Tx /AA <</F {FORMATTER} /K 5 0 R>>>>", FORMATTER
    ),
    "formatter in a stream": written(
        "",
        "<</T (a) /AA <</C <</S /JavaScript /JS 5 0 R>>>>>>",
        stream('AFSimple_Calculate("SUM", new Array ("a", "b"));'),
    ),
    "actions in a circle": written(
        "/OpenAction 4 0 R",
        "<</S /GoTo /D [3 0 R /Fit] /Next 5 0 R>>",
        "<</S /GoTo /D [3 0 R /Fit] /Next [4 0 R 5 0 R]>>",
    ),
    "layers": written(
        "/OCProperties <</D <</AS [<</Event /View>>]>> /OCGs [<</Type /OCG /Usage <</Print <</PrintState /ON>>>>>>]>>"
    ),
    "group": written(page="/Group <</S /Transparency>> /Trans <</S /Wipe>>"),
    "lists of names without any": written("/Names <</EmbeddedFiles <</Names []>> /JavaScript <<>>>>"),
    "the same twice": written("/PageMode /UseNone /PageMode /Use#4eone /Lang (nb)\n/Lang (nb)"),
    "the same action twice": written(page="/Annots [<</A <</S /GoTo /S/GoTo /D [3 0 R /Fit] /D [3 0  R/Fit]>>>>]"),
    "names in another encoding": written("", "<</Gr#FCn /Gr#FCn /F (x) /S /Bl\xe5 /AA <</\xe5 1>>>>", "/Gr#FCn"),
    "title twice": written("", "<</Title (a) /Title (b)>>", trailer="/Info 4 0 R"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_keys_mean_what_they_mean_where_they_stand(case: str) -> None:
    assert verdict(TAKEN[case]) == "taken"


SCRIPTS = {
    'AFNumber_Format(2, 0, -1, 0, "kr ", true);\nAFRange_Validate(true, 0, false, 100)': "taken",
    "AFSpecial_Keystroke(0); AFTime_FormatEx('HH:MM'); AFPercent_Format(2, 0)": "taken",
    'AFSimple_Calculate("SUM", ["a", "b"])': "taken",
    "AFRange_Validate(true, .5, true, 1e3); AFRange_Validate(true, -.25, true, 1.5E-3)": "taken",
    "AFRange_Validate(true, ., true, e3)": "script",
    'AFDate_FormatEx("a" + app.alert(1))': "script",
    'AFDate_FormatEx("a"); app.alert(1)': "script",
    "AFDate_FormatEx(this.URL)": "script",
    'AFDate_FormatEx(["a", [app]])': "script",
    'AFDate_FormatEx("a\\" + app.alert(1) + "")': "script",
    'AFDate_FormatEx("a")//\napp.alert(1)': "script",
    "AFMergeChange(event)": "script",
    "x = AFDate_FormatEx": "script",
    "AFDate_FormatEx(`${app}`)": "script",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_only_acrobats_own_formatters_may_run(script: str) -> None:
    text = script.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    assert verdict(written("", f"<</T (a) /AA <</F <</S /JavaScript /JS ({text})>>>>>>")) == SCRIPTS[script]
    wide = script.encode("utf-16").hex()
    assert verdict(written("", f"<</T (a) /AA <</F <</S /JavaScript /JS <{wide}>>>>>>>")) == SCRIPTS[script]


def test_a_formatter_does_not_run_when_the_document_is_opened() -> None:
    assert verdict(written(f"/OpenAction {FORMATTER}")) == "script"


LINKS = {
    **dict.fromkeys(
        [
            *("https://digipost.no/a?b#c", "HTTP://x.no", " https://x.no", "mailto:a@b.no", "a@b.no", "www.x.no"),
            *("www.Blåbær.no/a.exe", "www.x.com:8080?a", "Kari.Nordmann@post.x.edu"),
        ],
        "taken",
    ),
    **dict.fromkeys(
        ["javascript:x", "JavaScript\t:x", "java\nscript:x", "j%61vascript:x", "\x01javascript:x"], "link"
    ),
    **dict.fromkeys(
        ["file:///c:/x.exe", "FILE://x/y", "\\\\x\\y", "//x/y", "http:\\\\x", "http:///x", "cmd.exe"], "link"
    ),
    **dict.fromkeys(
        ["setup@2x.exe", "www.evil.exe", "www.evil.js", "www.x.no\\y", "kari@localhost", "a@b.com.lnk"], "link"
    ),
    **dict.fromkeys(
        ["data:text/html,x", "vbscript:x", "ms-word:ofe|u|x", "smb://x/y", "ftp://x/y", "../x.pdf"], "link"
    ),
}


@pytest.mark.parametrize("target", LINKS)
def test_links_lead_to_the_web_or_to_a_mailbox(target: str) -> None:
    for text in (target.encode(), target.encode("utf-16"), b"\xef\xbb\xbf" + target.encode()):
        link = f"<</Subtype /Link /Rect [0 0 1 1] /A <</S /URI /URI <{text.hex()}>>>>>"
        assert verdict(written(page=f"/Annots [{link}]")) == LINKS[target]
        assert verdict(written("", f"<</S /URI /URI <{text.hex()}>>>")) == LINKS[target]


TWICE = {
    "names": "/Names <<>> /Names <</Dests <<>>>>",
    "names with an escape": "/Lang (nb) /L#61ng (nn)",
    "action": "/A <</S /GoTo /D [3 0 R /Fit] /D [2 0 R /Fit]>>",
    "deep": "/A [<</B <</C 1 /C 2>>>>]",
}


@pytest.mark.parametrize("case", TWICE)
def test_what_is_said_in_two_ways_is_refused(case: str) -> None:
    assert verdict(written(TWICE[case])) == "ambiguous"


SAME = {
    "string": "/X (a\\(b) /X <61 28 6>".replace("6>", "62>"),
    "string by numbers": "/X (a\\142) /X (ab)",
    "string over two lines": "/X (a\\\nb) /X (ab)",
    "odd number of digits": "/X <6> /X (`)",
    "number": "/X 1.0 /X 1 /Y .5 /Y +0.50",
    "name": "/X /A#42 /X /AB",
    "list": "/X [1 (a)] /X [1.0 <61>]",
}


@pytest.mark.parametrize("case", SAME)
def test_a_value_may_be_written_in_two_ways(case: str) -> None:
    assert verdict(written(SAME[case])) == "taken"


@pytest.mark.parametrize("two", ["/X (a) /X (A)", "/X <61> /X <62>", "/X (1) /X 1", "/X 1 /X 1.1", "/X /a /X (a)"])
def test_two_values_stay_two(two: str) -> None:
    assert verdict(written(two)) == "ambiguous"


def test_of_a_key_that_stands_twice_either_value_counts() -> None:
    assert verdict(written(f"/OpenAction [3 0 R /Fit] /OpenAction {SCRIPT}")) == "script"
    assert verdict(written(f"/OpenAction {SCRIPT} /OpenAction [3 0 R /Fit]")) == "ambiguous"


def test_what_cannot_be_read_to_its_end_is_refused() -> None:
    assert verdict(written("/A <</B } /S 3 0 R>>")) == "unreadable"
    assert verdict(written("", "[" * 50_000 + "]" * 50_000)) == "intricate"


@override("en")
def test_a_refusal_says_what_can_be_done() -> None:
    with pytest.raises(ValidationError, match=r"leads to “file:///x”.*print the document to PDF") as refused:
        examine(ContentFile(written("", "<</S /URI /URI (file:///x)>>"), name="avtale.pdf"))
    assert refused.value.code == "active"
    with pytest.raises(ValidationError, match="Print it to PDF"):
        examine(ContentFile(written(f"/OpenAction {SCRIPT}"), name="avtale.pdf"))


def test_a_plain_pdf_with_a_link_is_taken() -> None:
    link = "/Annots [<</Subtype /Link /Rect [0 0 1 1] /A <</S /URI /URI (https://digipost.example/Launch)>>>>]"
    assert examine(ContentFile(written(page=link), name="avtale.pdf")).content_type == "application/pdf"


def test_a_pdf_without_pages_is_refused() -> None:
    pdf = blank()
    del pdf.pages[0]
    assert verdict(saved(pdf)) == "unreadable"
