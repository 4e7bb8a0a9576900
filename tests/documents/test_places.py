"""Two documents at once are parsed on a host, whichever web processes they came to; the rest wait, or hear so."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from milestones.documents import examine, parsing, places
from milestones.models import Document
from tests.cast import Cast
from tests.documents.drawing import quarters, written
from tests.processes import PATIENCE

ROOT = Path(configured.BASE_DIR)


def a_png() -> bytes:
    """Another each time: the tests remember what the parser said."""
    return written(quarters(), "PNG") + uuid.uuid4().bytes


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has places of its own, and nobody waits for one unless the test says so."""
    settings.PARSER_PLACES = tmp_path / "parsers"
    monkeypatch.setattr(places, "SECONDS_IN_LINE", 0)


@contextmanager
def examiner(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a place until it is stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.documents.in_line"],
        cwd=ROOT,
        env=os.environ | {"VAR_DIR": str(folder), "DEBUG": "on"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            yield process
        finally:
            process.kill()


def test_a_third_hears_that_it_must_try_again_and_a_killed_process_frees_its_place(tmp_path: Path) -> None:
    with examiner(tmp_path) as first, examiner(tmp_path):
        with pytest.raises(ValidationError) as refused:
            examine(ContentFile(a_png(), name="a.png"))
        assert refused.value.code == "busy"
        first.kill()
        first.wait()
        assert examine(ContentFile(a_png(), name="a.png")).content_type == "image/png"
    assert examine(ContentFile(a_png(), name="a.png")).content_type == "image/png"


def test_who_waits_comes_in_when_a_place_falls_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SECONDS_IN_LINE", PATIENCE)
    found: list[str] = []
    looked = threading.Event()
    wait = time.sleep

    def looks_again(seconds: float) -> None:
        looked.set()
        wait(seconds)

    monkeypatch.setattr("milestones.documents.places.time.sleep", looks_again)
    with examiner(tmp_path) as first, examiner(tmp_path):
        waits = threading.Thread(target=lambda: found.append(examine(ContentFile(a_png(), name="a.png")).content_type))
        waits.start()
        assert looked.wait(PATIENCE)
        assert found == []
        first.kill()
        waits.join()
    assert found == ["image/png"]


def test_the_parser_itself_holds_the_place_when_its_web_process_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that goes on by itself still takes the host's time."""
    monkeypatch.setattr(places, "PLACES", 1)
    with places.reserved() as lock:
        left = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=(lock,))
    with left:
        with pytest.raises(ValidationError), places.reserved():
            pass
        left.kill()
    with places.reserved():
        pass


def test_the_parser_is_given_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    run = subprocess.run

    def noted(*args: Any, **more: Any) -> Any:
        given.append(more["pass_fds"])
        return run(*args, **more)

    monkeypatch.setattr("milestones.documents.apart.subprocess.run", noted)
    assert parsing.parsed(a_png(), "image/png").content
    assert len(given) == 2  # it is examined, and drawn
    assert given[0] == given[1]
    assert len(given[0]) == 1


def test_text_waits_for_nobody(tmp_path: Path) -> None:
    with examiner(tmp_path), examiner(tmp_path):
        assert examine(ContentFile(b"Referat", name="a.txt")).content_type == "text/plain"


def test_the_form_says_so_and_keeps_what_was_typed(cast: Cast, tmp_path: Path) -> None:
    journey = cast.journey()
    journey.roles()
    form = {"kind": "terms", "signatory": "Kirsten", "signed_on": journey.integration.created_at.date()}
    with examiner(tmp_path), examiner(tmp_path):
        answer = cast.client(cast.contract).post(
            f"/i/{journey.integration.reference}/agreement/", form | {"document": SimpleUploadedFile("a.png", a_png())}
        )
    assert answer.status_code == 422
    assert list(answer.context["record"].errors) == ["document"]
    assert 'value="Kirsten"' in answer.content.decode()
    assert not Document.objects.exists()


def test_a_host_without_room_for_its_locks_is_told_by_the_field(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.PARSER_PLACES = tmp_path / "file" / "parsers"
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(a_png(), name="a.png"))
    assert refused.value.code == "not_stored"
