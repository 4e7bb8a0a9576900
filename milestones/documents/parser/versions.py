"""Objects that the index leaves out: older versions, what was deleted, and what is only found by searching.

A viewer that repairs a file, or shows it as it was signed, may read them. To have qpdf read them, the file is indexed
anew: the same bytes, and behind them an index that names other objects in place of those that the file's own names.
One such reading holds one version of each number.
"""

from __future__ import annotations

import struct
from itertools import groupby, pairwise
from typing import Any

from refused import Refused

PLAIN, PACKED = 1, 2
Entry = tuple[int, int, int]
"""As in an index: PLAIN, where it begins, generation; or PACKED, the number of the object stream, place in it."""
Index = dict[int, Entry]
MAX_READINGS = 64
MAX_ENTRIES = 3_000_000
"""Of all readings together."""


def index_of(pdf: Any) -> Index:
    """The index as qpdf read it; an object at the very beginning of the file is one that its writer left out."""
    return {
        number: (PLAIN, entry.offset, generation)
        if entry.type == PLAIN
        else (PACKED, entry.obj_stream_number, entry.obj_stream_index)
        for (number, generation), entry in pdf.get_xref_table().items()
        if entry.type == PACKED or (entry.type == PLAIN and entry.offset)
    }


def readings(changes: list[Index], entries: int) -> list[Index]:
    """Merge the changes to the index into few readings, none of which has two entries for one object number.

    `entries` is the size of the file's own index. Raises Refused if the readings are too many.
    """
    together: list[Index] = []
    for change in changes:
        for reading in together:
            if all(reading.get(number, entry) == entry for number, entry in change.items()):
                reading.update(change)
                break
        else:
            together.append(dict(change))
        if len(together) > MAX_READINGS or len(together) * entries > MAX_ENTRIES:
            raise Refused("versions")
    return together


def indexed_anew(content: bytes, trailer: Any, index: Index) -> bytes:
    """The same bytes with this index behind them, and nothing of any earlier one."""
    number = max(index) + 1
    begins = len(content) + 1
    table = {**index, number: (PLAIN, begins, 0)}
    rows = b"".join(struct.pack(">BQI", *table[one]) for one in sorted(table))
    runs = [[one for _place, one in run] for _gap, run in groupby(enumerate(sorted(table)), lambda at: at[1] - at[0])]
    about = [
        b"/Type /XRef /W [1 8 4] /Size %d /Length %d" % (number + 1, len(rows)),
        b"/Index [" + b" ".join(b"%d %d" % (run[0], len(run)) for run in runs) + b"]",
        *(
            key.encode() + b" " + trailer.get_raw(key).unparse()
            for key in ("/Root", "/Encrypt", "/ID")
            if key in trailer
        ),
    ]
    return b"%s\n%d 0 obj\n<<%s>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        content,
        number,
        b" ".join(about),
        rows,
        begins,
    )


def left_out(pdf: Any, holder: int, index: Index) -> Index:
    """Which objects a stream holds that the index looks for elsewhere or not at all, with the stream itself.

    Raises Refused if one number stands for two different objects in it.
    """
    stream = pdf.get_object(objgen(holder, index[holder]))
    content, first = stream.read_bytes(), int(stream.First)
    words = [int(word) for word in content[:first].split()[: 2 * int(stream.N)]]
    ends = dict(pairwise(sorted({first + place for place in words[1::2]} | {len(content)})))
    texts: dict[int, bytes] = {}
    found: Index = {}
    for place, (number, begins) in enumerate(zip(words[::2], words[1::2], strict=True)):
        text = content[first + begins : ends.get(first + begins)]
        if texts.setdefault(number, text) != text:
            raise Refused("ambiguous")
        if index.get(number, (0,))[:2] != (PACKED, holder):
            found[number] = (PACKED, holder, place)
    return found and {holder: index[holder], **found}


def objgen(number: int, entry: Entry) -> tuple[int, int]:
    """By which number and generation an object is asked for: one that is packed has none."""
    return number, entry[2] if entry[0] == PLAIN else 0
