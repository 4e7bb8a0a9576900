"""How long hostile PDFs of n and of 4 n bytes keep the parser: about four times as long, whatever is repeated in them.

    python -m tests.bench.pdfs [FILE.pdf …]

prints the processor's seconds for each kind, and for files that are named.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf

from tests.documents.pdfs import FORMATTER, blank, packed, saved, stream, updated, verdict, with_files, written

SIZE = 80_000
"""Bytes, about."""


def repeated(text: str) -> Callable[[int], bytes]:
    return lambda size: written(beside=text * (size // len(text)))


def numbered(text: str, *, indexed: bool = True) -> Callable[[int], bytes]:
    """Objects that each refer to the next one, `{next}`, or to themselves, `{this}`."""

    def made(size: int) -> bytes:
        objects = [text.format(this=at, next=at + 1) for at in range(4, 4 + size // (len(text) + 14))]
        if indexed:
            return written("/OpenAction 4 0 R /A 4 0 R", *objects)
        return written(beside="".join(f"{at} 0 obj {one} endobj\n" for at, one in enumerate(objects, 4)))

    return made


def unended(text: str, *, indexed: bool) -> Callable[[int], bytes]:
    """Objects without `endobj`, which run into one another."""
    made = numbered(text, indexed=indexed)
    return lambda size: made(size).replace(b"endobj", b"      ")


def nested(opens: str, closes: str) -> Callable[[int], bytes]:
    return lambda size: written("", opens * (size // 4) + closes * (size // 4))


def versions(size: int) -> bytes:
    content = written("", "<<>>")
    for _version in range(size // 160):
        content = updated(content, 4, "<<>>")
    return content


def in_two_ways(size: int) -> bytes:
    """Pages that are each other's children twice: 2 to the power of their number, counted one by one."""
    last = size // 60 + 4
    return written(
        "", *[f"<</Kids [{min(at + 1, last)} 0 R {min(at + 1, last)} 0 R]>>" for at in range(4, last)]
    ).replace(b"/Kids [3 0 R]", b"/Kids [4 0 R]")


def dictionaries_in_few_bytes(size: int) -> bytes:
    """Packed objects, each of which holds forty dictionaries that an event sets off: 12 bytes an object."""
    pdf = blank()
    pdf.Root.Keep = pikepdf.Array([])
    for _number in range(size // 12):
        jumps = pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.GoTo) for _jump in range(40)])
        pdf.Root.Keep.append(pdf.make_indirect(pikepdf.Dictionary(AA=jumps)))
    return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True)


def attached(text: str, name: str) -> Callable[[int], bytes]:
    return lambda size: with_files((name, (text * (size // len(text))).encode()), compress_streams=False)


HOSTILE: dict[str, Callable[[int], bytes]] = {
    **{
        text: repeated(text)
        for text in (
            "obj%",
            "obj",
            "9 0 obj",
            "9 0 obj\n",
            "1 ",
            "1 %",
            "%\n",
            "(",
            ")",
            "<",
            "<<",
            "[",
            "stream\n",
            "endobj",
        )
    },
    **{
        text: repeated(text)
        for text in (
            "9 0 obj(",
            "9 0 obj<</A ",
            "9 0 obj<</A/A",
            "9 0 obj<</Length 9>>stream\n",
            "xref\n",
            "trailer<<",
            "startxref 9\n",
        )
    },
    **{
        f"{text} in order": numbered(text)
        for text in (
            "<</Next {next} 0 R /S /GoTo>>",
            "<</AA <</O {next} 0 R>>>>",
            "{next} 0 R",
            "[{next} 0 R {next} 0 R]",
            "<</S /GoTo /Next [{next} 0 R {next} 0 R]>>",
            "<</A 1 /A 1>>",
            "<</EF <</F {next} 0 R>> /F(x)>>",
        )
    },
    **{
        f"{text} left out": numbered(text, indexed=False)
        for text in ("<<>>", "<</Length 0 /N 1 /First 0>>stream\nendstream", "<</Next {next} 0 R>>")
    },
    **{
        f"{text} without an end": unended(text, indexed=True)
        for text in ("(", "<</A (", "<</A [", "<</Length 9>>stream\n", "%")
    },
    **{
        f"{text} without an end, left out": unended(text, indexed=False)
        for text in ("(", "<</A (", "<</A [", "<</Length 9>>stream\n")
    },
    "arrays in arrays": nested("[", "]"),
    "dictionaries in dictionaries": nested("<</A", ">>"),
    "versions": versions,
    "pages of pages": lambda size: written("", *[f"<</Kids [{at} 0 R]>>" for at in range(5, size // 40)]).replace(
        b"/Kids [3 0 R]", b"/Kids [4 0 R]"
    ),
    "pages twice": in_two_ways,
    "one key again and again": lambda size: written("", "<<" + "/A 1" * (size // 4) + ">>"),
    "packed": lambda size: written(beside=packed(*["<<>> "] * (size // 5))),
    "packed again and again": lambda size: written(
        beside="".join(packed("<<>>", number=at, first=9999) for at in range(9, size // 120))
    ),
    "formatters": lambda size: written(
        "", FORMATTER.replace("AFDate", 'AFDate_F\\("a"\\) ' * (size // 20) + "AFDate")
    ),
    "half a formatter": lambda size: written("", "<</S /JavaScript /JS (AFDate_F\\(" + '"a",' * (size // 4) + ")>>"),
    **{
        f"{text} attached": attached(text, "a.html")
        for text in ("<a ", "<", "<a x=", "<a href=&#1", "<!--", "\u202f ", "<?xml ", "<a on", "charset=")
    },
    "dictionaries in few bytes": dictionaries_in_few_bytes,
    "namespaces attached": lambda size: with_files(
        ("a.xml", f"<a {' '.join(f'xmlns:n{at}={chr(34)}u{at}{chr(34)}' for at in range(size // 18))}/>".encode()),
        compress_streams=False,
    ),
    "bomb": lambda size: written(
        "",
        stream("")
        .replace("/Length 0", f"/N 1 /First 9 /Filter [/FlateDecode /FlateDecode] /Length {len(bomb(size))}")
        .replace("stream\n", "stream\n" + bomb(size)),
    ),
}


def bomb(size: int) -> str:
    return zlib.compress(zlib.compress(b"\0" * (size * 1000), 9), 9).decode("latin-1")


def seconds(content: bytes) -> tuple[float, str]:
    began = time.process_time()
    said = verdict(content)
    return time.process_time() - began, said


def main(files: list[str]) -> None:
    for name in files:
        took, said = seconds(Path(name).read_bytes())
        print(f"{took:8.2f} s  {said:12} {name}")
    for kind, made in [] if files else HOSTILE.items():
        print(f"{kind!r:70}", end="", flush=True)
        (few, said), (many, _said) = seconds(made(SIZE)), seconds(made(4 * SIZE))
        print(f"{few:8.3f} s {many:8.3f} s {many / max(few, 0.001):6.1f} ×  {said}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
