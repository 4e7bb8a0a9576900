"""Images are drawn anew: the picture is kept as a browser shows it, and nothing else of its file.

What says how its numbers are to be shown (colour profile, primaries, gamma, transparent colour, orientation) does not
survive, so it is applied first. The picture that is kept has 8 bits a channel, in sRGB. What is written for brighter
screens than ours (cICP) is kept as its numbers are.
"""

from __future__ import annotations

import contextlib
import io
import struct
from typing import Any

import primaries
from PIL import Image, ImageCms, ImageOps
from refused import Refused

MAX_PIXELS = 50_000_000
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
OPTIONS: dict[str, dict[str, Any]] = {"PNG": {}, "JPEG": {"quality": 90}}
DISPLAY_GAMMA = 1 / 2.2
"""What numbers without a gamma of their own are meant for."""

GREYS = {"L;2": 85, "L;4": 17}
"""Steps between the shades of grey of 2 and of 4 bits."""

Image.MAX_IMAGE_PIXELS = None  # our own limit says what it is; Pillow's has other words


def drawn_anew(content: bytes, kind: str) -> bytes:
    """The picture alone, as a file of the same kind: no metadata, no trailing data, turned as its camera meant it.

    Of an animation it is the first picture. Raises Refused above MAX_PIXELS, and what Pillow does for no image.
    """
    with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise Refused("pixels", width=picture.width, height=picture.height, most=MAX_PIXELS)
        stored_as = str(picture.tile[0].args if picture.tile else "")
        picture.load()
        if "transparency" in picture.info:
            picture.info["transparency"] = _as_loaded(picture.info["transparency"], stored_as)
        ImageOps.exif_transpose(picture, in_place=True)
        return _written(_as_shown(picture), FORMATS[kind])


def _written(picture: Any, name: str) -> bytes:
    picture.info.clear()
    written = io.BytesIO()
    picture.save(written, name, **OPTIONS[name])
    return written.getvalue()


def _as_loaded(transparent: Any, stored_as: str) -> Any:
    """The transparent colour in the numbers of the loaded picture: Pillow brings all others to 8 bits."""
    if stored_as in GREYS:
        return transparent * GREYS[stored_as]
    return tuple(value >> 8 for value in transparent) if stored_as == "RGB;16B" else transparent


def _as_shown(picture: Any) -> Any:
    """With 8 bits a channel at most, and a palette only where it says everything: the numbers that a browser shows."""
    info = dict(picture.info)
    if picture.mode.startswith("I"):
        picture = _of_16_bits(picture, info.get("transparency"))
    elif picture.has_transparency_data and picture.mode not in ("LA", "RGBA"):
        picture = picture.convert("LA" if picture.mode in ("1", "L") else "RGBA")
    elif picture.mode == "P" and {"icc_profile", "gamma"} & set(info):
        picture = picture.convert("RGB")
    if profile := info.get("icc_profile"):
        picture = _in_srgb(picture, profile)
    elif "gamma" in info and "srgb" not in info:
        picture = _with_primaries(picture, info) or _with_gamma(picture, info["gamma"])
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _of_16_bits(picture: Any, transparent: int | None) -> Any:
    """Grey of 65,536 shades; Pillow's own conversion would cut off at 255, and leave white."""
    picture = picture.convert("I")
    grey = picture.point([round(shade / 257) for shade in range(65536)], "L")
    if transparent is None:
        return grey
    alpha = picture.point([0 if shade == transparent else 255 for shade in range(65536)], "L")
    return Image.merge("LA", (grey, alpha))


def _in_srgb(picture: Any, profile: bytes) -> Any:
    """A profile that cannot be read, or is one of another kind of picture, counts for nothing, as in browsers."""
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    plain = {"1": "L", "LA": "L", "RGBA": "RGB"}.get(picture.mode)
    with contextlib.suppress(ImageCms.PyCMSError, OSError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown: Any = ImageCms.profileToProfile(
            picture.convert(plain) if plain else picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
        if alpha is not None:
            shown.putalpha(alpha)
        return shown
    return picture


def _with_primaries(picture: Any, info: dict[str, Any]) -> Any:
    """For colours of another screen than ours (PNG, cHRM). None where gamma alone counts."""
    said = info.get("chromaticity")
    if not said or primaries.are_ordinary(said) or picture.mode not in ("RGB", "RGBA"):
        return None
    try:
        return _in_srgb(picture, primaries.profile_of(said, info["gamma"]))
    except (ZeroDivisionError, OverflowError, struct.error):
        return None


def _with_gamma(picture: Any, gamma: float) -> Any:
    """For numbers that were written for another gamma than a screen's (PNG, 13.13)."""
    if not 0.01 < gamma < 100 or picture.mode == "1" or abs(gamma / DISPLAY_GAMMA - 1) < 0.05:
        return picture
    shades = [round(255 * (shade / 255) ** (DISPLAY_GAMMA / gamma)) for shade in range(256)]
    whole = list(range(256))
    bands = [whole if band == "A" else shades for band in picture.getbands()]
    return picture.point([shade for band in bands for shade in band])
