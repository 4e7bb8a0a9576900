"""A malformed file: posted, looked at, and undone."""

from __future__ import annotations

import hashlib
import html
import io
import re
import time
import zipfile
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from milestones import workflow
from milestones.documents import ENDINGS
from milestones.models import Document, Event
from tests.addresses.place import Place
from tests.addresses.table import PDF as A_DOCUMENT
from tests.addresses.table import PEOPLE, POSTS
from tests.cast import Cast
from tests.hostile.files import Upload
from tests.processes import HUNG


class Desk:
    """Where files are handed in, and what lay there before."""

    def __init__(self, cast: Cast, place: Place) -> None:
        self.cast, self.place = cast, place
        self.version = workflow.version_of(self.place.integration)
        self.stored = self.everything()

    def address(self, name: str) -> str:
        if name == "confirmation":  # the own item: 2.1 is checked off, and its page has no form any more
            return reverse(name, args=[self.place.integration.reference, self.place.own_item])
        return self.place.address(name)

    def everything(self) -> tuple[int, int, str, set[str]]:
        version = workflow.version_of(self.place.integration)
        return Document.objects.count(), Event.objects.count(), version, on_disk()


def on_disk() -> set[str]:
    return {str(path) for path in Path(default_storage.location).rglob("*") if path.is_file()}  # type: ignore[attr-defined]


def body(data: dict[str, Any], upload: Upload) -> bytes:
    """A multipart body as no browser would write it."""
    parts = []
    for name, value in data.items():
        values = [upload.content, *[b"Et annet"] * upload.others] if value == A_DOCUMENT else [str(value).encode()]
        head = f'form-data; name="{name}"'.encode()
        if value == A_DOCUMENT:
            named = upload.name.replace('"', '\\"').encode("utf-8", "surrogatepass")
            head += b'; filename="' + named + b'"\r\nContent-Type: ' + upload.says.encode()
        parts += [
            b"--Grense\r\nContent-Disposition: " + head + b"\r\n\r\n" + one + b"\r\n" for one in reversed(values)
        ]
    return b"".join(parts) + b"--Grense--\r\n"


def send(desk: Desk, name: str, upload: Upload) -> int:
    """Post it, look at what came of it, and undo it. Returns the status."""
    letters, data = POSTS[name]
    data = {**data, TYPED[name]: "Skrevet «her» & nå", "document": A_DOCUMENT}
    client = desk.cast.client(getattr(desk.cast, "manager" if name == "confirmation" else PEOPLE[letters[0]]))
    client.cookies.pop("messages", None)
    began = time.monotonic()
    with transaction.atomic():
        answer: Any = client.generic(
            "POST", desk.address(name), body(data, upload), "multipart/form-data; boundary=Grense"
        )
        assert time.monotonic() - began < HUNG
        if answer.status_code == 302:
            check_taken(desk, name, client)
        else:
            check_refused(desk, answer)
        transaction.set_rollback(True)
    for path in on_disk() - desk.stored[3]:
        Path(path).unlink()
    return int(answer.status_code)


CHARSETS = ("utf-8", "utf-16", "utf-32", "windows-1252")
TYPED = {
    "agreement": "signatory",
    "confirmation": "note",
    "meetings": "minutes",
    "meeting": "minutes",
    "scenario": "note",
    "record_runs": "note_T01",
}
"""A field in which something is typed beside the document."""


def check_refused(desk: Desk, answer: Any) -> None:
    assert answer.status_code in (400, 413, 422)
    assert desk.everything() == desk.stored
    if answer.status_code == 422:
        text = answer.content.decode()
        (errors,) = {id(form): form.errors for form in forms_of(answer) if form.errors}.values()
        assert list(errors) == ["document"]
        assert text.count(html.escape(errors["document"][0])) >= 2  # in the summary, and by the field
        assert "ds-error-summary" in text
        assert re.search(r'id="\w+-document_error"', text)
        assert html.escape("Skrevet «her» & nå") in text


def forms_of(answer: Any) -> list[Any]:
    flat = [one for context in answer.context for one in context.flatten().values()]
    return [one for one in flat if getattr(one, "is_bound", False)]


def check_taken(desk: Desk, name: str, client: Any) -> None:
    """What is handed out is what was examined, as an attachment of its type under a harmless name."""
    assert workflow.version_of(desk.place.integration) != desk.version
    found = Document.objects.latest("pk") if Document.objects.count() > desk.stored[0] else None
    if found is None:  # a part without a name is no file, and the document may be left out
        assert not POSTS[name][1].get("document")
        assert on_disk() == desk.stored[3]
        return
    assert Document.objects.count() == desk.stored[0] + 1
    answer = client.get(reverse("document", args=[desk.place.integration.reference, found.pk]))
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == found.sha256
    assert answer["Content-Type"] in (*ENDINGS, *(f"text/plain; charset={one}" for one in CHARSETS))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("attachment; filename")
    check_name(found)
    assert b"<script" not in content or found.content_type == "text/plain"
    assert not zipfile.is_zipfile(io.BytesIO(content))


def check_name(document: Document) -> None:
    assert document.name.isprintable()
    assert document.name.lower().endswith(ENDINGS[document.content_type])
    assert not re.search(r'^[-=+@.\s]|[/\\<>:"|?*]', document.name)
    assert len(document.name) <= 200
