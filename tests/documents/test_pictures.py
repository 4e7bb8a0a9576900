"""A picture is drawn anew and looks as it did, whatever its file says of its numbers; the rest of the file goes."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from milestones.documents import examine
from tests.documents.drawing import (
    COLOURS,
    COLOURS_ALPHA,
    GREY,
    GREY_ALPHA,
    PALETTE,
    black_ink_alone,
    chunk,
    exchanged,
    in_profile,
    linear_grey,
    png,
    primaries,
    quarters,
    transparent,
    written,
)

BLACK, WHITE, CLEAR = (0, 0, 0, 255), (255, 255, 255, 255), None
RED, LIME, BLUE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)
COLOURS_OF_PALETTE = chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]))
GAMMA_1, GAMMA_22 = (chunk(b"gAMA", struct.pack("!I", gamma)) for gamma in (100_000, 45_455))
OF_ADOBE = chunk(b"gAMA", struct.pack("!I", 45_470)) + primaries(21_000, 71_000)
"""As cameras write Adobe RGB: with another green than a screen's. Chromium shows the values that are expected here."""


def grey(shade: int, alpha: int = 255) -> tuple[int, ...]:
    return (shade, shade, shade, alpha)


PNGS: dict[str, tuple[bytes, list[tuple[int, ...] | None]]] = {
    "1 bit": (png(GREY, 1, [0, 1, 1]), [BLACK, WHITE, WHITE]),
    "2 bits": (png(GREY, 2, [0, 1, 2, 3]), [BLACK, grey(85), grey(170), WHITE]),
    "4 bits": (png(GREY, 4, [0, 5, 15]), [BLACK, grey(85), WHITE]),
    "8 bits": (png(GREY, 8, [0, 100, 255]), [BLACK, grey(100), WHITE]),
    "16 bits": (png(GREY, 16, [0, 255, 25_700, 65_535]), [BLACK, grey(1), grey(100), WHITE]),
    "grey, one shade transparent": (png(GREY, 8, [0, 100, 255], transparent(100)), [BLACK, CLEAR, WHITE]),
    "1 bit, black transparent": (png(GREY, 1, [0, 1], transparent(0)), [CLEAR, WHITE]),
    "2 bits, one shade transparent": (png(GREY, 2, [0, 1, 3], transparent(1)), [BLACK, CLEAR, WHITE]),
    "16 bits, one shade transparent": (
        png(GREY, 16, [0, 25_700, 65_535], transparent(25_700)),
        [BLACK, CLEAR, WHITE],
    ),
    "grey and alpha": (png(GREY_ALPHA, 8, [100, 255, 200, 128]), [grey(100), grey(200, 128)]),
    "grey and alpha, 16 bits": (png(GREY_ALPHA, 16, [25_700, 65_535, 51_400, 32_896]), [grey(100), grey(200, 128)]),
    "colours": (png(COLOURS, 8, [255, 0, 0, 10, 20, 30]), [RED, (10, 20, 30, 255)]),
    "colours, 16 bits": (png(COLOURS, 16, [65_535, 0, 0, 2570, 5140, 7710]), [RED, (10, 20, 30, 255)]),
    "colours, one transparent": (png(COLOURS, 8, [255, 0, 0, 1, 2, 3], transparent(1, 2, 3)), [RED, CLEAR]),
    "colours, one transparent, 16 bits": (
        png(COLOURS, 16, [65_535, 0, 0, 2570, 5140, 7710], transparent(2570, 5140, 7710)),
        [RED, CLEAR],
    ),
    "colours and alpha": (png(COLOURS_ALPHA, 8, [255, 0, 0, 128, 0, 0, 255, 255]), [(255, 0, 0, 128), BLUE]),
    "colours and alpha, 16 bits": (png(COLOURS_ALPHA, 16, [65_535, 0, 0, 32_896]), [(255, 0, 0, 128)]),
    "palette": (png(PALETTE, 8, [0, 1, 2], COLOURS_OF_PALETTE), [RED, LIME, BLUE]),
    "palette of 2 bits": (png(PALETTE, 2, [0, 1, 3], COLOURS_OF_PALETTE), [RED, LIME, WHITE]),
    "palette, half transparent": (
        png(PALETTE, 8, [0, 1, 2], COLOURS_OF_PALETTE, chunk(b"tRNS", bytes([128, 255, 0]))),
        [(255, 0, 0, 128), LIME, CLEAR],
    ),
    "palette, one transparent": (
        png(PALETTE, 4, [0, 1, 2], COLOURS_OF_PALETTE, chunk(b"tRNS", bytes([255, 0]))),
        [RED, CLEAR, BLUE],
    ),
    "written for light": (png(GREY, 8, [0, 55, 255], GAMMA_1), [BLACK, grey(127), WHITE]),
    "written for light, with alpha": (png(GREY_ALPHA, 8, [55, 55], GAMMA_1), [grey(127, 55)]),
    "colours written for light": (png(COLOURS, 8, [55, 0, 255], GAMMA_1), [(127, 0, 255, 255)]),
    "palette written for light": (
        png(PALETTE, 8, [0], GAMMA_1, chunk(b"PLTE", bytes([55, 0, 255]))),
        [(127, 0, 255, 255)],
    ),
    "sRGB goes before gamma": (png(GREY, 8, [55], chunk(b"sRGB", b"\0"), GAMMA_1), [grey(55)]),
    "no gamma at all": (png(GREY, 8, [55], chunk(b"gAMA", bytes(4))), [grey(55)]),
    "primaries": (
        png(COLOURS, 8, [128, 64, 64, 100, 200, 50, 255, 255, 255, 90, 90, 90], OF_ADOBE),
        [(146, 62, 62, 255), (0, 201, 12, 255), WHITE, grey(90)],
    ),
    "primaries, with alpha": (png(COLOURS_ALPHA, 8, [128, 64, 64, 77], OF_ADOBE), [(146, 62, 62, 77)]),
    "primaries of a palette": (
        png(PALETTE, 8, [0], OF_ADOBE, chunk(b"PLTE", bytes([128, 64, 64]))),
        [(146, 62, 62, 255)],
    ),
    "primaries of grey": (png(GREY, 8, [100], OF_ADOBE), [grey(100)]),
    "primaries without a gamma": (png(COLOURS, 8, [128, 64, 64], primaries(21_000, 71_000)), [(128, 64, 64, 255)]),
    "primaries of no screen": (png(COLOURS, 8, [128, 64, 64], GAMMA_22, primaries(0, 0)), [(128, 64, 64, 255)]),
    "sRGB goes before primaries": (
        png(COLOURS, 8, [128, 64, 64], chunk(b"sRGB", b"\0"), OF_ADOBE),
        [(128, 64, 64, 255)],
    ),
    "profile of colours": (png(COLOURS, 8, [255, 0, 0, 0, 255, 0], in_profile(exchanged())), [BLUE, LIME]),
    "profile, with alpha": (png(COLOURS_ALPHA, 8, [255, 0, 0, 128], in_profile(exchanged())), [(0, 0, 255, 128)]),
    "profile of a palette": (png(PALETTE, 8, [0], in_profile(exchanged()), COLOURS_OF_PALETTE), [BLUE]),
    "profile of grey": (png(GREY, 8, [0, 55, 255], in_profile(linear_grey())), [BLACK, grey(128), WHITE]),
    "profile of grey, 16 bits": (png(GREY, 16, [0, 14_135], in_profile(linear_grey())), [BLACK, grey(128)]),
    "profile of grey, with alpha": (png(GREY_ALPHA, 8, [55, 128], in_profile(linear_grey())), [grey(128, 128)]),
    "profile that is none": (png(COLOURS, 8, [255, 0, 0], in_profile(b"none")), [RED]),
    "profile of another kind": (png(COLOURS, 8, [255, 0, 0], in_profile(linear_grey())), [RED]),
}


def drawn(content: bytes) -> Any:
    kept = examine(ContentFile(content, name="bilde")).content
    return Image.open(io.BytesIO(kept)).convert("RGBA")


def is_near(seen: tuple[int, ...], expected: tuple[int, ...] | None, within: int) -> bool:
    if expected is CLEAR:
        return seen[3] == 0
    return all(abs(one - other) <= within for one, other in zip(seen, expected, strict=True))


@pytest.mark.parametrize("case", PNGS)
def test_a_png_looks_as_it_did(case: str) -> None:
    content, expected = PNGS[case]
    picture = drawn(content)
    seen = [picture.getpixel((at, 1)) for at in range(picture.width)]
    assert len(seen) == len(expected)
    assert all(is_near(one, other, within=2) for one, other in zip(seen, expected, strict=True)), seen


def test_a_scan_of_16_bits_keeps_its_shades() -> None:
    scan = Path(__file__).parent.joinpath("files", "grey16.png").read_bytes()
    before: Any
    with Image.open(io.BytesIO(scan)) as before:
        picture = drawn(scan)
        assert picture.size == before.size
        for at in [(x, y) for x in range(0, before.width, 13) for y in range(0, before.height, 17)]:
            assert is_near(picture.getpixel(at), grey(round(before.getpixel(at) / 257)), within=1)


JPEGS = {
    "colours": written(quarters(), "JPEG"),
    "progressive": written(quarters(), "JPEG", progressive=True),
    "CMYK, as Adobe writes it": written(quarters("CMYK"), "JPEG"),
    "with two pictures, as telephones take them": written(
        quarters(), "MPO", save_all=True, append_images=[quarters().rotate(180)]
    ),
    "interlaced": written(quarters(), "PNG", interlace=1),
    "animation": written(quarters(), "PNG", save_all=True, append_images=[quarters().rotate(180)]),
    "palette": written(quarters("P"), "PNG"),
    "profile that exchanges red and blue": written(
        Image.merge("RGB", quarters().split()[::-1]), "JPEG", icc_profile=exchanged()
    ),
}
CORNERS = {(8, 8): RED, (56, 8): LIME, (8, 24): BLUE, (56, 24): WHITE}


@pytest.mark.parametrize("case", JPEGS)
def test_a_photograph_looks_as_it_did(case: str) -> None:
    picture = drawn(JPEGS[case])
    assert picture.size == (64, 32)
    for place, colour in CORNERS.items():
        assert is_near(picture.getpixel(place), colour, within=12), place


def test_a_grey_photograph_stays_grey() -> None:
    assert is_near(drawn(written(Image.new("L", (16, 16), 100), "JPEG")).getpixel((8, 8)), grey(100), within=3)


@pytest.mark.parametrize(("mode", "profile", "shade"), [("L", linear_grey(), 168), ("CMYK", black_ink_alone(), 119)])
def test_the_profile_of_a_photograph_counts(mode: str, profile: bytes, shade: int) -> None:
    content = written(Image.new(mode, (16, 16), 100 if mode == "L" else (9, 90, 9, 128)), "JPEG", icc_profile=profile)
    assert is_near(drawn(content).getpixel((8, 8)), grey(shade), within=4)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_stands_as_its_camera_meant_it(kind: str, turned: int) -> None:
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how Pillow calls what undoes each
    stored = quarters() if turned == 1 else quarters().transpose(Image.Transpose(back[turned]))
    exif = Image.Exif()
    exif[0x0112] = turned
    picture = drawn(written(stored, kind, exif=exif))
    assert picture.size == (64, 32)
    for place, colour in CORNERS.items():
        assert is_near(picture.getpixel(place), colour, within=12), place


@pytest.mark.parametrize("size", [(20_000, 20_000), (9_000, 8_000)])
def test_too_many_pixels_are_told_with_the_limit(size: tuple[int, int]) -> None:
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(written(Image.new("1", size), "PNG"), name="a.png"))
    assert refused.value.code == "pixels"
    for number in (*size, 50):
        assert str(number) in refused.value.messages[0]
