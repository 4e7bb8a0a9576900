"""Pictures written bit by bit, and colour profiles: what cameras and scanners write, and no library of ours does."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageCms

GREY, COLOURS, PALETTE, GREY_ALPHA, COLOURS_ALPHA = 0, 2, 3, 4, 6
"""What a PNG calls its kinds of colour."""


def png(kind: int, depth: int, row: Sequence[int], *chunks: bytes) -> bytes:
    """A PNG of two equal rows, given as samples of `depth` bits."""
    channels = {GREY: 1, COLOURS: 3, PALETTE: 1, GREY_ALPHA: 2, COLOURS_ALPHA: 4}[kind]
    bits = "".join(f"{sample:0{depth}b}" for sample in row)
    bits += "0" * (-len(bits) % 8)
    packed = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    header = struct.pack("!IIBBBBB", len(row) // channels, 2, depth, kind, 0, 0, 0)
    body = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", zlib.compress(packed * 2)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))


def transparent(*samples: int) -> bytes:
    return chunk(b"tRNS", b"".join(struct.pack("!H", sample) for sample in samples))


def primaries(*green: int) -> bytes:
    """Those of ordinary screens, but for green (x and y, times 100,000)."""
    return chunk(b"cHRM", struct.pack("!8I", 31_270, 32_900, 64_000, 33_000, *green, 15_000, 6_000))


def in_profile(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))


def exchanged() -> bytes:
    """A profile of a device whose red is blue, and whose blue is red."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"????"), (b"bXYZ", b"rXYZ"), (b"????", b"bXYZ")):
        srgb = srgb.replace(old, new, 1)
    return srgb


def linear_grey() -> bytes:
    """A profile of grey that counts light: half is half as much of it."""
    return _profile(b"GRAY", b"XYZ ", {b"kTRC": b"curv" + bytes(4) + struct.pack("!I", 0)})


def black_ink_alone() -> bytes:
    """A profile of a press (CMYK) on which only the black ink shows: half of it is L* = 50."""
    ramp = bytes(range(256))
    matrix = b"".join(struct.pack("!i", 65536 * (at in (0, 4, 8))) for at in range(9))
    table = bytes([255, 128, 128, 0, 128, 128]) * 8
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + ramp * 4 + table + ramp * 3
    return _profile(b"CMYK", b"Lab ", {b"A2B0": lut})


def _profile(space: bytes, connected_by: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile, version 2, as it stands in a file."""
    white = b"XYZ " + bytes(4) + struct.pack("!iii", 63190, 65536, 54061)
    head, body = b"", b""
    for name, data in {**tags, b"wtpt": white}.items():
        head += name + struct.pack("!II", 128 + 4 + 12 * (len(tags) + 1) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    rest = struct.pack("!I", len(tags) + 1) + head + body
    device = b"prtr" if space == b"CMYK" else b"mntr"
    start = struct.pack("!I", 128 + len(rest)) + b"lcms\x02\x40\0\0" + device + space + connected_by
    start += bytes(12) + b"acsp" + bytes(28) + struct.pack("!iii", 63190, 65536, 54061)
    return start.ljust(128, b"\0") + rest


def written(picture: Any, kind: str, **extra: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **extra)
    return file.getvalue()


def quarters(mode: str = "RGB") -> Any:
    """64 × 32 pixels: red and green above, blue and white below."""
    picture = Image.new("RGB", (64, 32), "white")
    for place, colour in (((0, 0), "red"), ((32, 0), "lime"), ((0, 16), "blue")):
        picture.paste(colour, (*place, place[0] + 32, place[1] + 16))
    return picture.convert(mode)
