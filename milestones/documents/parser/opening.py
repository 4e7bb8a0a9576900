"""A PDF opened by qpdf: with bounded decoding, without a password, and with what qpdf had to guess told apart."""

from __future__ import annotations

import io
import re
from typing import NamedTuple

import pikepdf
from refused import Refused

MAX_DECODED = 64 * 1024 * 1024
"""Bytes that one stream of those that are read may hold: an index, packed objects, an attachment, a script."""
MAX_FILTERS = 4
"""How often a stream may be packed in itself."""

TWICE = re.compile(r"\(object (\d+) \d+, .*duplicated key")
MENDED = re.compile(
    r"file is damaged|xref|startxref|cross-reference|trailer|[Ll]oop detected|expected \S+ \S+ obj|expected end"
    r"|expected obj|stream length|lacks /Length|stream keyword|stream data|keyword not followed|empty object"
    r"|number of objects|Dictionary contains|operation for .*object of type null|generation|extraneous"
    r"|input stream is complete"
)
"""What a viewer would mend as qpdf does: the index, where streams and objects end."""
HARMLESS = re.compile(r"object has offset 0")
TOO_MUCH = re.compile(r"limits error|too many|excessive")
PUBLIC_KEYS = re.compile(r"encryption filter|unsupported.*(?:crypt|CFM)|PubSec", re.IGNORECASE)


class Warned(NamedTuple):
    """What qpdf said while it read: whether it had to mend, and the objects in which keys stand twice."""

    mended: bool
    twice: set[int]


def opened(content: bytes, *, recover: bool) -> pikepdf.Pdf:
    """Raises Refused if it wants a password or somebody's key, and PdfError if it cannot be read as it stands."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MAX_DECODED,
        run_length_max_memory=MAX_DECODED,
        png_max_memory=MAX_DECODED,
        tiff_max_memory=MAX_DECODED,
        max_stream_filters=MAX_FILTERS,
        parser_max_container_size_damaged=1_000_000,
    )
    try:
        return pikepdf.open(io.BytesIO(content), attempt_recovery=recover, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    except pikepdf.PdfError as error:
        if PUBLIC_KEYS.search(str(error)):
            raise Refused("locked") from error
        raise


def warned(pdf: pikepdf.Pdf) -> Warned:
    """What qpdf has said so far. Raises Refused where others may read more, or something else, than it did."""
    mended, twice = False, set[int]()
    for said in map(str, pdf.get_warnings()):
        if duplicate := TWICE.search(said):
            twice.add(int(duplicate[1]))
        elif TOO_MUCH.search(said):
            raise Refused("intricate")
        elif HARMLESS.search(said):
            continue
        elif MENDED.search(said):
            mended = True
        else:
            raise Refused("unreadable")
    return Warned(mended, twice)
