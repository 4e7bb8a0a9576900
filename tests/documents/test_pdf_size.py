"""An ordinary report of hundreds of pages comes in; what is larger is told so; nothing is read again and again."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import translation

from milestones.documents import examine
from tests.bench.pdfs import HOSTILE, SIZE
from tests.documents.pdfs import packed, skimming, stream, verdict, written

ROWS, COLUMNS = 9_000, 6


def a_table() -> bytes:
    """The structure of a table of 9,000 rows as Chromium prints it: two objects a cell."""
    table = 4 + 2 * ROWS * COLUMNS
    objects = []
    for cell in range(4, table, 2):
        attributes = "[<</O /Table /RowSpan 1>> <</O /Table /ColSpan 1>>]"
        objects += [
            f"<</Type /StructElem /S /TD /P {table} 0 R /K {cell + 1} 0 R /A {attributes}>>",
            f"<</Type /StructElem /S /NonStruct /P {cell} 0 R /Pg 3 0 R /K {cell % 500}>>",
        ]
    kids = " ".join(f"{cell} 0 R" for cell in range(4, table, 2))
    return written(f"/StructTreeRoot {table} 0 R", *objects, f"<</Type /StructTreeRoot /K [{kids}]>>")


def test_a_table_of_200_pages_is_an_ordinary_report() -> None:
    content = a_table()
    assert content.count(b" obj") > 100_000
    assert examine(ContentFile(content, name="rapport.pdf")).content_type == "application/pdf"


def refused(content: bytes) -> ValidationError:
    with pytest.raises(ValidationError) as error:
        examine(ContentFile(content, name="rapport.pdf"))
    return error.value


def test_what_is_too_much_is_told_with_the_limit() -> None:
    many = io.BytesIO()
    many.write(
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Kids[3 0 R]>>endobj\n3 0 obj<<>>endobj\n"
    )
    places = [many.write(b"%d 0 obj 1 endobj\n" % number) for number in range(4, 300_005)]
    table, begins = [9, 51, 84, many.tell() - sum(places)], many.tell()
    for size in places[:-1]:
        table.append(table[-1] + size)
    many.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(table) + 1))
    many.write(b"".join(b"%010d 00000 n \n" % place for place in table))
    many.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(table) + 1, begins))
    with translation.override("en"):
        error = refused(many.getvalue())
    assert error.code == "intricate"
    assert "more than 300000 objects. Split it" in error.message


def test_what_breaks_the_parser_breaks_nothing_else() -> None:
    chain = [f"<</Length {at} 0 R>>stream\nendstream" for at in range(5, 12_000)]
    assert refused(written("", *chain)).code in ("intricate", "unreadable")
    packed_up = "".join(HOSTILE["bomb"](SIZE).decode("latin-1"))
    assert refused(packed_up.encode("latin-1")).code in ("intricate", "unreadable")


def read(made: object, size: int) -> int:
    """How many bytes are gone through to find where each object ends and what the index leaves out."""
    content = made(size)  # type: ignore[operator]
    skimmed = skimming.Skimmed(content)
    before = skimmed.left
    try:
        for found in skimmed.left_out(set(), []):
            skimmed.extent(found.begins)
    except skimming.Refused:
        return before - max(0, skimmed.left)
    return before - skimmed.left


@pytest.mark.parametrize("kind", HOSTILE)
def test_four_times_the_bytes_are_at_most_four_times_the_work(kind: str) -> None:
    few, many = (read(HOSTILE[kind], size) for size in (5_000, 20_000))
    assert few <= 4 * len(HOSTILE[kind](5_000)) + 100_000
    assert many <= 4 * len(HOSTILE[kind](20_000)) + 100_000


def test_packed_objects_that_say_things_twice_are_each_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    tokens = skimming._tokens

    def counted(content: bytes, place: int) -> Iterator[object]:
        for token in tokens(content, place):
            read.append(place)
            yield token

    monkeypatch.setattr(skimming, "_tokens", counted)
    assert verdict(written(beside=packed(*["<</A 1 /A 1>>"] * 300))) == "taken"
    assert 300 <= len(read) <= 300 * 10


def test_dictionaries_in_few_bytes_are_counted() -> None:
    """74 kB that would keep a parser for its 20 seconds: a link in each of 50,000 lines is as much, and comes in."""
    content = HOSTILE["dictionaries in few bytes"](SIZE)
    assert len(content) < 2 * SIZE
    assert verdict(content) == "intricate"
    links = [f"<</Subtype /Link /Rect [0 0 9 9] /A <</S /URI /URI (https://x.no/{at})>>>>" for at in range(50_000)]
    assert verdict(written("", *links)) == "taken"


def test_the_word_that_ends_a_stream_may_stand_in_it() -> None:
    content = written("", stream("endstream endobj 9 0 obj<</S /Launch /F (x)>>endobj"))
    assert examine(ContentFile(content, name="a.pdf")).content_type == "application/pdf"
