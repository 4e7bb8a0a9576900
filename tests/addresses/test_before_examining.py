"""Whoever may not is refused before a form is read: no file is examined, and what else was typed is not judged."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from milestones import workflow
from milestones.demo import a_pdf
from milestones.documents import examine
from milestones.process import Environment, Role
from tests.addresses.place import Place, own_item
from tests.addresses.table import CALLERS, POSTS
from tests.cast import Cast

UPLOADS = ("agreement", "confirmation", "meetings", "meeting", "scenario", "record_runs")
BUTTONS = {
    *("resume", "submit", "withdraw", "approve", "unconfirm", "end_exception", "verify_agreement", "remove_member"),
    *("resend_invitation", "revoke_invitation", "add_basic", "remove_scenario", "read_notice"),
    *("acknowledge_details", "confirm_launch", "agree", "take", "nudge", "replace_heartbeat", "revoke_heartbeat"),
}
"""What takes a POST and reads no form that could be refused."""


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are examined."""
    names: list[str] = []

    def remembered(upload: Any) -> Any:
        names.append(upload.name)
        return examine(upload)

    monkeypatch.setattr("milestones.forms.base.examine", remembered)
    monkeypatch.setattr("milestones.documents.uploads.examine", remembered)
    return names


def send(client: Client, address: str, data: dict[str, Any]) -> Any:
    with transaction.atomic():
        answer = client.post(address, data | {"document": SimpleUploadedFile("a.pdf", a_pdf())})
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("name", UPLOADS)
def test_nothing_is_examined_for_who_may_not(cast: Cast, place: Place, examined: list[str], name: str) -> None:
    letters, data = POSTS[name]
    for who, letter in CALLERS.items():
        if letter not in letters:
            assert send(cast.client(getattr(cast, who)), place.address(name), data).status_code == 403, who
    assert send(cast.client(cast.stranger), place.address(name), data).status_code == 404
    assert send(Client(), place.address(name), data).status_code == 302
    assert examined == []


@pytest.mark.parametrize("name", UPLOADS)
def test_nothing_is_examined_for_what_is_closed(cast: Cast, place: Place, examined: list[str], name: str) -> None:
    with transaction.atomic():
        workflow.close_integration(place.integration, by=cast.staff, reason="Ferdig")
        for who in CALLERS:
            assert send(cast.client(getattr(cast, who)), place.address(name), POSTS[name][1]).status_code == 409, who
        transaction.set_rollback(True)
    assert examined == []


@pytest.mark.parametrize("name", UPLOADS)
def test_who_may_has_it_examined(cast: Cast, place: Place, examined: list[str], name: str) -> None:
    letters, data = POSTS[name]
    may = [who for who, letter in CALLERS.items() if letter in letters]
    address = place.address(name)
    if name == "confirmation":  # 2.1 is checked off: its page has no form any more
        may = ["manager"]
        address = place.address(name).replace("2.1", place.own_item)
    for who in may:
        assert send(cast.client(getattr(cast, who)), address, data).status_code == 302, who
    assert examined == ["a.pdf"] * len(may)


def test_nothing_is_examined_for_what_is_checked_off_already(cast: Cast, place: Place, examined: list[str]) -> None:
    answer = send(cast.client(cast.lead), place.address("confirmation"), POSTS["confirmation"][1])
    assert (answer.status_code, examined) == (409, [])


def test_nothing_is_examined_for_a_run_in_production_before_its_time(
    cast: Cast, place: Place, examined: list[str]
) -> None:
    data = POSTS["scenario"][1]
    with transaction.atomic():
        scenario = workflow.add_scenario(
            place.integration,
            by=cast.lead,
            environment=Environment.PRODUCTION,
            code="E01",
            title="Brev",
            passes_when="Framme",
        )
        address = reverse("scenario", args=[place.integration.reference, scenario.pk])
        workflow.reopen(place.integration, 3, by=cast.staff, reason="Ny test")
        assert send(cast.client(cast.lead), address, data).status_code == 409
        transaction.set_rollback(True)
    assert examined == []


@pytest.mark.parametrize("stands_on", [Role.PROJECT_MANAGER, Role.ONBOARDING])
def test_an_own_item_is_read_for_whom_it_stands_on(
    cast: Cast, place: Place, examined: list[str], stands_on: Role
) -> None:
    with transaction.atomic():
        item = own_item(cast, place, stands_on, required=False)
        for who, letter in CALLERS.items():
            address = place.address("confirmation").replace("2.1", item.key)
            expected = 302 if letter == ("S" if stands_on is Role.ONBOARDING else "M") else 403
            before = len(examined)
            assert send(cast.client(getattr(cast, who)), address, POSTS["confirmation"][1]).status_code == expected
            assert len(examined) - before == (expected == 302)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(set(POSTS) - BUTTONS))
def test_an_empty_form_is_refused_by_who_may_and_not_by_what_is_missing(cast: Cast, place: Place, name: str) -> None:
    for who, letter in CALLERS.items():
        with transaction.atomic():
            answer = cast.client(getattr(cast, who)).post(place.address(name), {})
            transaction.set_rollback(True)
        assert (answer.status_code == 403) == (letter not in POSTS[name][0]), who
