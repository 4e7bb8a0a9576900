"""A preview: a picture, or the first page of a PDF, drawn as a small JPEG: its look, and nothing else."""

from __future__ import annotations

import io
from typing import Any

import images
import pypdfium2
from PIL import Image
from refused import Refused

Image.preinit()  # what reads and writes the usual formats: later, no file can be opened

WIDTH, HEIGHT = 900, 1800
"""Pixels at most."""
MAX_POINTS = 14_400
"""The side of a page at most, as PDF has it (ISO 32000-1, annex C): what is drawn of a larger one is not read."""
QUALITY = 80


def drawn(content: bytes, kind: str) -> tuple[dict[str, Any], bytes]:
    """How many pages there are (`pages`, 0 for an image), and the JPEG.

    Raises Refused for a page without a size that can be shown, and what libraries do for what they cannot draw.
    """
    pages, picture = _first_page(content) if kind == "application/pdf" else (0, _picture(content, kind))
    picture.thumbnail((WIDTH, HEIGHT))
    written = io.BytesIO()
    _on_white(picture).save(written, "JPEG", quality=QUALITY, optimize=True)
    return {"pages": pages}, written.getvalue()


def _first_page(content: bytes) -> tuple[int, Any]:
    """With what is filled in and signed: forms are drawn by the library's own part for them, which runs no scripts."""
    with pypdfium2.PdfDocument(content) as pdf:
        pdf.init_forms()
        page = pdf[0]
        width, height = page.get_size()
        if not (1 <= width <= MAX_POINTS and 1 <= height <= MAX_POINTS):
            raise Refused("size")
        return len(pdf), page.render(scale=min(WIDTH / width, HEIGHT / height)).to_pil()


def _picture(content: bytes, kind: str) -> Any:
    picture: Any = Image.open(io.BytesIO(content), formats=[images.FORMATS[kind]])
    if picture.mode in ("1", "P"):  # their colours cannot be mixed
        picture = picture.convert("RGBA")
    return picture


def _on_white(picture: Any) -> Any:
    """As on paper; a new picture, which has none of the other's metadata."""
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture.convert("RGB"), mask=picture.getchannel("A") if picture.has_transparency_data else None)
    return paper
