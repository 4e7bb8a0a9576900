"""What has been closed for long is anonymised: what happened stays, who did it does not."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from milestones import clock, personal, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.models import Document, Event, EventKind, Integration, User
from milestones.personal import retention
from milestones.process import AgreementKind
from tests.cast import Cast, build_cast, fresh
from tests.made_once import made_once
from tests.personal.common import document_of, everything_stored, require_refusal, snapshots_differ, stands_somewhere

Callbacks = Callable[..., Any]
MONTH = 31
"""Days: 23 of them are less than two years ago, 25 are more."""


@made_once
def cast() -> Cast:
    """Everybody, and no integration yet."""
    return build_cast()


def closed(cast: Cast, name: str, *, months: int) -> Journey:
    with clock.ago(months * MONTH + 30):
        journey = cast.journey(name)
        journey.roles()
        journey.agreement()
    with clock.ago(months * MONTH):
        workflow.close_integration(journey.integration, by=cast.staff, reason=f"Avtalt med {cast.manager.name}")
    return journey


def test_what_was_closed_25_months_ago_is_anonymised(
    cast: Cast, django_capture_on_commit_callbacks: Callbacks
) -> None:
    journey = closed(cast, "Gammel", months=25)
    events = Event.objects.count()
    document = document_of(journey)
    paths = [document.file.path, document.preview.path]
    assert all(map(os.path.exists, paths))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.anonymise() == 1
    people = (cast.manager, cast.lead, cast.contract, cast.owner)
    assert stands_somewhere(*(person.name for person in people), *(person.email for person in people)) == []
    assert Event.objects.count() == events + 1
    entry = Event.objects.latest("pk")
    assert (entry.kind, entry.actor) == (EventKind.ANONYMISED, None)
    assert int(entry.to_value) >= 5
    assert all(User.objects.get(pk=person.pk).erased_at for person in people)
    assert not User.objects.get(pk=cast.staff.pk).erased_at
    assert fresh(journey.integration).anonymised_at
    kept = Document.objects.get(pk=document.pk)
    assert (kept.size, kept.sha256, kept.file.name, kept.preview.name) == (document.size, document.sha256, "", "")
    assert not any(map(os.path.exists, paths))
    assert not snapshots_differ()
    require_refusal()
    client = cast.client(cast.staff)
    address = f"/i/{journey.integration.reference}/"
    gone = client.get(f"{address}documents/{document.pk}/")
    assert gone.status_code == 410
    assert document.sha256 in gone.content.decode()
    for page in ("", "history/", "people/", "agreement/", f"agreement/{journey.integration.agreements.get().pk}/"):
        assert client.get(address + page).status_code == 200
    assert f"documents/{document.pk}/" not in client.get(f"{address}agreement/").content.decode()


def test_what_was_closed_23_months_ago_or_is_open_is_not(cast: Cast) -> None:
    closed(cast, "Nyere", months=23)
    with clock.ago(40 * MONTH):
        cast.journey("Åpen")
    before = everything_stored()
    assert tasks.anonymise() == 0
    assert everything_stored() == before


def test_the_months_are_set(cast: Cast, settings: Any) -> None:
    closed(cast, "Nyere", months=23)
    settings.RETENTION_MONTHS = 22
    assert tasks.anonymise() == 1


def test_a_second_time_changes_nothing(cast: Cast) -> None:
    closed(cast, "Gammel", months=25)
    assert tasks.anonymise() == 1
    before = everything_stored()
    assert tasks.anonymise() == 0
    assert everything_stored() == before


def test_who_is_on_another_integration_keeps_their_name_there(cast: Cast) -> None:
    open_one = cast.journey("Åpen")
    open_one.roles()
    journey = closed(cast, "Gammel", months=25)
    acted = list(journey.integration.events.order_by("pk").values_list("actor", flat=True))
    assert tasks.anonymise() == 1
    assert User.objects.get(pk=cast.manager.pk).name == cast.manager.name
    assert cast.client(cast.manager).get(f"/i/{open_one.integration.reference}/").status_code == 200
    assert cast.client(cast.manager).get(f"/i/{journey.integration.reference}/").status_code == 404
    history = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/history/").content.decode()
    people = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/people/").content.decode()
    for person in (cast.manager, cast.lead, cast.contract, cast.owner):
        assert person.name not in history + people
        assert person.email not in people
    now = list(journey.integration.events.order_by("pk").values_list("actor", flat=True))
    assert cast.manager.pk in acted
    assert cast.manager.pk not in now
    pairs = set(zip(acted, now[:-1], strict=True))
    assert len(pairs) == len(set(acted)) == len({new for _old, new in pairs})  # one pseudonym each, and no two alike
    assert journey.integration.pk not in personal.concerned(cast.manager)
    assert not snapshots_differ()


def test_who_signed_without_being_a_member_is_anonymised_too(cast: Cast) -> None:
    with clock.ago(27 * MONTH):
        journey = cast.journey("Gammel")
        journey.roles()
        workflow.record_agreement(
            journey.integration, by=cast.contract, kind=AgreementKind.TERMS, signatory="Rita Rådmann",
            signed_on=today(), document=ContentFile(a_pdf(), name="Rita Rådmann.pdf"),
        )  # fmt: skip
        workflow.close_integration(journey.integration, by=cast.staff, reason="Ferdig")
    assert stands_somewhere("Rita Rådmann") == ["Rita Rådmann"]
    assert tasks.anonymise() == 1
    assert stands_somewhere("Rita Rådmann") == []


def test_one_that_fails_keeps_no_other_waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = closed(cast, "Første", months=26).integration
    second = closed(cast, "Andre", months=25).integration
    remove = retention._remove_files
    monkeypatch.setattr(retention, "_remove_files", lambda one: 1 / 0 if one == first else remove(one))
    assert tasks.anonymise() == 1
    assert set(Integration.objects.filter(anonymised_at__isnull=False)) == {second}
    monkeypatch.undo()
    assert tasks.anonymise() == 1
    assert fresh(first).anonymised_at
    assert stands_somewhere(cast.manager.name, cast.manager.email) == []
    require_refusal()


def test_who_signed_and_is_called_as_one_of_the_staff_is_anonymised_where_the_row_is_theirs(cast: Cast) -> None:
    """Texts may mean the colleague; the agreement's own column means whoever signed."""
    with clock.ago(27 * MONTH):
        journey = cast.journey("Gammel")
        journey.roles()
        journey.agreement()
        workflow.close_integration(journey.integration, by=cast.staff, reason=f"Avtalt med {cast.staff.name}")
    journey.integration.agreements.update(signatory=cast.staff.name)
    assert tasks.anonymise() == 1
    assert journey.integration.agreements.get().signatory != cast.staff.name
    assert fresh(journey.integration).closed_because == f"Avtalt med {cast.staff.name}"
