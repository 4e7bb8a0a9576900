"""Images are drawn anew: the picture is kept, and nothing else of its file."""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageOps
from refused import Refused

MAX_PIXELS = 50_000_000
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}


def drawn_anew(content: bytes, kind: str) -> bytes:
    """The picture and nothing else: no metadata, no trailing data, turned as its camera meant it."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise Refused("pixels", width=picture.width, height=picture.height, most=MAX_PIXELS)
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        return _written(picture, kind)


def _written(picture: Any, kind: str) -> bytes:
    modes = ("L", "RGB") if kind == "image/jpeg" else ("RGBA", "1", "L", "LA", "RGB")
    if picture.mode not in modes:
        picture = picture.convert("RGB" if kind == "image/jpeg" else "RGBA")
    picture.info.clear()
    written = io.BytesIO()
    picture.save(written, FORMATS[kind], **({"quality": 90} if kind == "image/jpeg" else {}))
    return written.getvalue()
