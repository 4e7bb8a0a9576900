"""What a document is called here: a name that does nothing, and ends as its type."""

from __future__ import annotations

import pytest

from milestones.documents import safe_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\avtaler\\avtale.pdf", "avtale.pdf"),
        ("a\nb\x00.pdf", "ab.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        ("..", "document.pdf"),
        ("AVTALE.PDF", "AVTALE.PDF"),
        ("=HYPERLINK(1).pdf", "HYPERLINK(1).pdf"),
        ("\t@SUM(A1).pdf", "SUM(A1).pdf"),
        ("+-=.htaccess", "htaccess.pdf"),
        ("＝1+1.pdf", "1+1.pdf"),
        ("avtale\u202efdp.exe", "avtalefdp.exe.pdf"),
        ("\ud800avtale.pdf", "avtale.pdf"),
        ('a"; filename="b.pdf', "a; filename=b.pdf"),
        ("con.pdf", "_con.pdf"),
        ("nul", "_nul.pdf"),
        ("LPT1.avtale.pdf", "_LPT1.avtale.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("=" * 300, "document.pdf"),
    ],
)
def test_names_lose_what_a_disk_a_header_or_a_spreadsheet_would_take_for_more(name: str, kept: str) -> None:
    assert safe_name(name, "application/pdf") == kept


def test_a_name_ends_as_its_type() -> None:
    assert safe_name("kjør.bat", "text/plain") == "kjør.bat.txt"
    assert safe_name("side.html", "text/plain") == "side.html.txt"
    assert safe_name("bilde.jpeg", "image/jpeg") == "bilde.jpeg"
    assert safe_name("bilde.jpeg", "image/png") == "bilde.jpeg.png"
