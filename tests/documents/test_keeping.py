"""A file and its row come and go together, whatever becomes of the process or the transaction."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from milestones.documents import examine
from milestones.documents.orphans import ORPHANED_AFTER, remove_orphans
from milestones.models import Agreement, Document
from milestones.workflow.door import door
from tests.cast import Cast
from tests.documents.recorded import PDF, recorded

ROOT = Path(__file__).parent.parent.parent


def test_a_refused_move_leaves_no_file(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    journey = cast.journey()
    journey.roles()
    upload = SimpleUploadedFile("avtale.pdf", PDF)
    with pytest.raises(ValueError, match="cut"):
        _record_then_fail(cast.contract, journey.integration, upload, ValueError("cut"))
    assert not Agreement.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def _record_then_fail(by: Any, integration: Any, upload: SimpleUploadedFile, error: Exception) -> None:
    with door(integration, by) as move:
        move.store(upload)
        raise error


def test_where_the_commit_is_in_doubt_the_file_waits_for_the_night(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """A connection that breaks at the commit does not say whether the row is there."""
    settings.MEDIA_ROOT = str(tmp_path)
    journey = cast.journey()
    broken = OperationalError("server closed the connection unexpectedly")
    with pytest.raises(OperationalError):
        _record_then_fail(cast.manager, journey.integration, SimpleUploadedFile("avtale.pdf", PDF), broken)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) == 2  # with its preview
    assert remove_orphans() == 0
    for path in left:
        os.utime(path, (0, 0))
    assert remove_orphans() == 2
    assert not any(path.exists() for path in left)


def test_what_announces_too_much_is_not_read(cast: Cast) -> None:
    integration = cast.journey().integration
    answer = cast.client(cast.manager).post(
        f"/i/{integration.reference}/agreement/", b"x", content_type="text/plain", CONTENT_LENGTH=str(30 * 1024 * 1024)
    )
    assert answer.status_code == 413


def test_an_integration_has_room_for_so_much(cast: Cast, settings: Any) -> None:
    settings.DOCUMENT_QUOTA = 2 * (len(PDF) + len(examine(ContentFile(PDF, name="a.pdf")).preview.content))
    journey = cast.journey()
    journey.roles()
    form = {"kind": "terms", "signatory": "Kirsten", "signed_on": journey.integration.created_at.date()}
    address = f"/i/{journey.integration.reference}/agreement/"
    client = cast.client(cast.contract)
    answers = [
        client.post(address, form | {"signatory": who, "document": SimpleUploadedFile("a.pdf", PDF)})
        for who in ("Kari Ek", "Ola Ek", "Per Ek")
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert list(answers[2].context["record"].errors) == ["document"]
    assert Document.objects.count() == 2


def test_a_file_that_a_dead_process_left_is_removed_and_no_other(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    document = recorded(cast)
    kept, preview = Path(document.file.path), Path(document.preview.path)
    old, young = kept.with_name("0" * 32), kept.with_name("1" * 32)
    for orphan in (old, young):
        orphan.write_bytes(PDF)
    long_ago = time.time() - ORPHANED_AFTER.total_seconds() - 60
    for path in (kept, preview, old):
        os.utime(path, (long_ago, long_ago))
    assert remove_orphans() == 1
    assert [path.exists() for path in (kept, preview, old, young)] == [True, True, False, True]


def _reached_by_others(folder: Path) -> str:
    """The address of a database with all tables: this test's own, or where that is in memory, a copy of it."""
    if connection.vendor == "postgresql":
        row = connection.settings_dict
        return f"postgres://{row['USER']}:{row['PASSWORD']}@{row['HOST']}:{row['PORT']}/{row['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "db.sqlite3")])
    return f"sqlite:///{folder / 'db.sqlite3'}"


@pytest.mark.django_db(transaction=True)
def test_when_a_process_is_killed_between_a_file_and_its_row_neither_outlives_the_other(tmp_path: Path) -> None:
    """Killed with the file written and the row not committed; then with the row gone and the file not yet."""
    url = _reached_by_others(tmp_path)
    variables = os.environ | {"DATABASE_URL": url, "DOCUMENT_ROOT": str(tmp_path / "documents")}

    def process(what: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.dying", what]
        return subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)

    def look() -> list[int]:
        seen = process("look")
        assert seen.returncode == 0, seen.stderr
        return json.loads(seen.stdout.splitlines()[-1])

    died = process("coming")
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert look() == [1, 4, 0, 2]  # each with its preview
    died = process("going")
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert look() == [0, 2, 0, 2]
