"""Malformed files, posted to every address that takes a document: refused by the field, or made harmless.

Five hundred of them by `make test-long`.

Never an error of ours; what is refused leaves no row, file, event or new version, says why by the field and keeps what
was typed; what is taken is handed out as what it is and under a name that does nothing. The files are the same in
every run.
"""

from __future__ import annotations

import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, Phase, given, seed, settings

from milestones import forms
from milestones.documents import examine
from tests.amounts import ALL_FILES, FILES_TO_EACH_ADDRESS
from tests.hostile.files import ACTIVE, BROKEN, ODD, Upload, files
from tests.hostile.posting import Scene
from tests.hostile.uploading import Desk, send

ADDRESSES = ("agreement", "confirmation", "meetings", "meeting", "scenario", "record_runs")
"""Every address that takes a document."""


def test_these_are_all_and_in_full_enough() -> None:
    made = [
        form
        for form in vars(forms).values()
        if isinstance(form, type) and "document" in getattr(form, "base_fields", {})
    ]
    assert {form.__name__ for form in made} == {
        *("AgreementForm", "ConfirmForm", "MeetingForm", "RecordedMeetingForm", "RunForm", "RunsForm")
    }
    assert ALL_FILES * len(ADDRESSES) >= 500


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return Desk(scene.cast, scene.place)


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_malformed_file_is_refused_by_the_field_or_made_harmless(desk: Desk, name: str) -> None:
    answers: list[int] = []

    @seed(zlib.crc32(name.encode()))
    @settings(
        max_examples=FILES_TO_EACH_ADDRESS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(files)
    def sent(upload: Upload) -> None:
        answers.append(send(desk, name, upload))

    sent()
    assert len(answers) >= FILES_TO_EACH_ADDRESS
    assert {302, 422} <= set(answers)


@pytest.mark.parametrize("case", [*ACTIVE, *BROKEN])
def test_what_does_more_than_show_is_refused(desk: Desk, case: str) -> None:
    content = {**ACTIVE, **BROKEN}[case]
    assert send(desk, "agreement", Upload(content, "avtale.pdf", "application/pdf", 0)) in (413, 422)


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_read_for_what_it_is_or_refused(case: str) -> None:
    try:
        kind = examine(ContentFile(ODD[case], name="a")).content_type
    except ValidationError:
        kind = "refused"
    begins_with_words = b"%PDF-" in ODD[case][4:1024]  # viewers find it there all the same
    starts = {b"%PDF": {"application/pdf", "refused"}, b"\x89PNG": {"image/png"}, b"\xff\xd8\xff\xe0": {"image/jpeg"}}
    assert kind in starts.get(ODD[case][:4], {"refused"} if begins_with_words else {"text/plain"})
