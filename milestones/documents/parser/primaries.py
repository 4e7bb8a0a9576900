"""A screen's colour profile, made of what a PNG says of its primaries (cHRM) and its gamma (gAMA)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SRGB = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""The white, red, green and blue of ordinary screens, as x and y (CIE 1931) one after the other."""
D50 = (0.9642, 1.0, 0.8249)
"""The white that profiles are written for, as X, Y, Z."""
CONES = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
"""How eyes that have got used to another white see (Bradford), as profiles reckon."""
ALIKE = 0.005

Row = tuple[float, float, float]
Matrix = Sequence[Row]


def are_ordinary(primaries: Sequence[float]) -> bool:
    return all(abs(one - other) < ALIKE for one, other in zip(primaries, SRGB, strict=True))


def profile_of(primaries: Sequence[float], gamma: float) -> bytes:
    """The profile (ICC, version 2) of these primaries, as in SRGB, for numbers written for this gamma, 1/2.2 say.

    Raises ZeroDivisionError, struct.error or OverflowError where there is no such screen.
    """
    white, *colours = (_lit(x, y) for x, y in zip(primaries[::2], primaries[1::2], strict=True))
    mixed = _turned(colours)
    shares = _times(_inverse(mixed), white)
    seen = [goal / own for goal, own in zip(_times(CONES, D50), _times(CONES, white), strict=True)]
    back = _inverse(CONES)
    adapted = []
    for colour, share in zip(colours, shares, strict=True):
        cones = _times(CONES, colour)
        adapted.append(_times(back, (cones[0] * seen[0], cones[1] * seen[1], cones[2] * seen[2])))
        adapted[-1] = (adapted[-1][0] * share, adapted[-1][1] * share, adapted[-1][2] * share)
    curve = b"curv" + bytes(4) + struct.pack("!IHxx", 1, round(256 / gamma))
    tags = [(name, _point(*colour)) for name, colour in zip((b"rXYZ", b"gXYZ", b"bXYZ"), adapted, strict=True)]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return _written([*tags, (b"wtpt", _point(*D50))])


def _lit(x: float, y: float) -> Row:
    """X, Y, Z of a colour at full light."""
    return x / y, 1.0, (1 - x - y) / y


def _turned(rows: Matrix) -> Matrix:
    return [(rows[0][at], rows[1][at], rows[2][at]) for at in range(3)]


def _times(matrix: Matrix, column: Row) -> Row:
    one, two, three = (sum(a * b for a, b in zip(row, column, strict=True)) for row in matrix)
    return one, two, three


def _inverse(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    size = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return [
        ((e * i - f * h) / size, (c * h - b * i) / size, (b * f - c * e) / size),
        ((f * g - d * i) / size, (a * i - c * g) / size, (c * d - a * f) / size),
        ((d * h - e * g) / size, (b * g - a * h) / size, (a * e - b * d) / size),
    ]


def _point(x: float, y: float, z: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack("!iii", *(round(value * 65536) for value in (x, y, z)))


def _written(tags: Sequence[tuple[bytes, bytes]]) -> bytes:
    head, body, begins = struct.pack("!I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        head += name + struct.pack("!II", begins + len(body), len(data))
        body += data
    start = struct.pack("!I", begins + len(body)) + b"lcms\x02\x40\0\0mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    return (start + _point(*D50)[8:]).ljust(128, b"\0") + head + body
