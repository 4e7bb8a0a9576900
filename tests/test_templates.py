"""How templates are written."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

WIDTH = 119


def test_a_line_of_a_page_fits_a_screen() -> None:
    """A mail's template is left out: its white space is what its recipient reads."""
    pages = [one for one in Path(settings.BASE_DIR, "templates").rglob("*.html") if "emails" not in one.parts]
    lines = [(page.name, number, line) for page in pages for number, line in enumerate(page.open(), start=1)]
    assert [(page, number) for page, number, line in lines if len(line.rstrip("\n")) > WIDTH] == []
    assert len(lines) > 1000
