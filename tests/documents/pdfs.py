"""PDFs as libraries write them and as nobody's library would, and what the parser says of them."""

from __future__ import annotations

import importlib
import io
import re
import sys
import zipfile
import zlib
from typing import Any

import pikepdf

from milestones.documents.parsing import PARSER

sys.path.append(str(PARSER))  # it is run as a folder of its own, and imports itself so
examined = importlib.import_module("pdf").examined
skimming = importlib.import_module("skimming")
Refused = importlib.import_module("refused").Refused

SCRIPT = "<</S /JavaScript /JS (app.alert\\(1\\))>>"
FORMATTER = '<</S /JavaScript /JS (AFDate_FormatEx\\("dd.mm.yyyy"\\);)>>'


def verdict(content: bytes) -> str:
    """Why it is refused, or "taken"."""
    try:
        examined(content)
    except (Refused, pikepdf.PdfError) as refused:
        return str(refused)
    return "taken"


def written(catalog: str = "", *objects: str, page: str = "", trailer: str = "", beside: str = "") -> bytes:
    """A PDF of one page: what its catalogue and page hold besides, objects from number 4, and what no index names."""
    page += "" if "/Resources" in page else "/Resources <<>>"
    bodies = [
        f"<</Type /Catalog /Pages 2 0 R {catalog}>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] {page}>>",
        *objects,
    ]
    content, offsets = "%PDF-1.5\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n"
    content += beside
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    index = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<</Size {len(bodies) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{len(content)}\n%%EOF\n"
    return (content + index + end).encode("latin-1")


def stream(content: str, about: str = "") -> str:
    return f"<</Length {len(content)} {about}>>\nstream\n{content}\nendstream"


def packed(*objects: str, number: int = 9, first: int = 20) -> str:
    """An object stream, as an object that no index names."""
    places = [len("".join(objects[:at])) for at in range(len(objects))]
    head = "".join(f"{at} {place} " for at, place in enumerate(places, first))
    held = zlib.compress(f"{head}{''.join(objects)}".encode()).decode("latin-1")
    about = f"/Type /ObjStm /N {len(objects)} /First {len(head)} /Filter /FlateDecode"
    return f"{number} 0 obj\n{stream(held, about)}\nendobj\n"


def updated(content: bytes, number: int, body: str) -> bytes:
    """With one object in a new version behind, as whoever signs a document does it."""
    earlier = re.findall(rb"startxref\s+(\d+)", content)[-1].decode()
    begins = len(content)
    added = f"{number} 0 obj\n{body}\nendobj\n"
    index = f"xref\n{number} 1\n{begins:010} 00000 n \ntrailer\n<</Size 30 /Root 1 0 R /Prev {earlier}>>\n"
    return content + f"{added}{index}startxref\n{begins + len(added)}\n%%EOF\n".encode("latin-1")


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    into = io.BytesIO()
    pdf.save(into, deterministic_id=not options.get("encryption"), **options)
    return into.getvalue()


def blank(**catalog: Any) -> pikepdf.Pdf:
    """A PDF of one page by pikepdf."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for key, value in catalog.items():
        pdf.Root[f"/{key}"] = value
    return pdf


def with_files(*files: tuple[str, bytes], **options: Any) -> bytes:
    """A PDF with these attachments, by name."""
    pdf = blank()
    for name, content in files:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
    return saved(pdf, **options)


def zipped(name: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(name, b"x" * 100)
    return into.getvalue()
