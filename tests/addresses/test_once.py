"""What adds a row adds it once: a second press, Back and the same again, two tabs, a race."""

from __future__ import annotations

import datetime
import re
from functools import partial
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.entry import drafts
from milestones.models import (
    Deviation,
    Draft,
    Event,
    ExceptionGrant,
    Import,
    Integration,
    Mail,
    MailLine,
    Meeting,
    Notice,
    ScenarioRun,
    SentForm,
    TeamsPost,
    WaitingItem,
    WebhookPost,
)
from milestones.process import Outcome
from tests.addresses.asking import filled
from tests.addresses.place import Place
from tests.addresses.table import ACROSS, PEOPLE, POSTS, TAKEN
from tests.cast import Cast
from tests.confirming import post_and_confirm
from tests.made_once import made_once

BESIDE = {Event, Mail, MailLine, TeamsPost, WebhookPost, WaitingItem, SentForm, Draft}
"""What is told or reckoned of a change; the rest is what people add."""
MEETING = {"kind": "kickoff", "held_on": "2026-01-02", "minutes": "Vi møttes."}
INTAKE = {
    "route": "direct",
    "number": "984661185",
    "organisation": "Fjordvik",
    "sender_kind": "sender",
    "name": "Nytt",
    "manager_name": "Kari",
    "manager_email": "kari@fjordvik.example",
}
SHEET = "a spreadsheet"  # replaced by an upload
ROWS = b"organisation;number;name\r\nFjordvik;984661185;Brev\r\n"
SENT = {name: data for name, (_letters, data) in POSTS.items()} | {
    **{name: data for name, (_letters, data) in ACROSS.items() if data is not None},
    "imports": {"sheet": SHEET},
    "intake": INTAKE,
    "notices": {"kind": "job", "audience": "open", "title": "Enda et", "body": "Tekst"},
}
ADDS = {
    *("add_item", "exception", "agreement", "people", "resend_invitation", "meetings", "scenarios", "scenario"),
    *("record_runs", "invite_many", "plan_meeting", "results", "record_results"),
    *("add_production_scenario", "follow_ups", "add_deviation", "notices", "intake", "catalogue", "guidance"),
    *("comments", "certificate_file", "webhooks", "imports"),
}
"""The addresses whose post adds a row where everything is in place."""


def rows() -> dict[str, int]:
    models = apps.get_app_config("milestones").get_models()
    return {model.__name__: model._base_manager.count() for model in models if model not in BESIDE}


def who_sends(name: str) -> str:
    letters = POSTS[name][0] if name in POSTS else "S"
    return PEOPLE[letters[0]]


def address_of(place: Place, name: str) -> str:
    return place.address(name) if name in POSTS else address_of_page(name)


def address_of_page(name: str) -> str:
    return reverse(name, args=["T01"] if name == "catalogue_entry" else [])


def key_on(client: Client, address: str) -> str:
    """The key of some form on a page: whose it is and its number are what counts."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(address).content.decode())
    assert found, address
    return found[1]


def press(client: Client, address: str, data: dict[str, Any], **more: str) -> int:
    sheets = {name: SimpleUploadedFile("a.csv", ROWS) for name, value in data.items() if value == SHEET}
    return int(post_and_confirm(client, address, filled(data) | sheets | more).status_code)


@pytest.mark.parametrize("number", ["the same form", "another page", "none"])
@pytest.mark.parametrize("name", SENT)
def test_the_same_sent_twice_adds_nothing_more(cast: Cast, place: Place, name: str, number: str) -> None:
    """Every address that takes a form: the next one that adds a row, and forgets `@adds()`, fails here."""
    client, address = cast.client(getattr(cast, who_sends(name))), address_of(place, name)
    draw = partial(key_on, client, "/mail/")
    first = {} if number == "none" else {"form_key": draw()}
    before, status = rows(), press(client, address, SENT[name], **first)
    after = rows()
    assert (status in TAKEN and after != before) or name not in ADDS
    if name == "resend_invitation" and number != "the same form":
        return  # another page: the mail did not come, and another is meant
    press(client, address, SENT[name], **({"form_key": draw()} if number == "another page" else first))
    assert rows() == after


def test_every_address_that_takes_a_form_is_sent(cast: Cast) -> None:
    staff = cast.client(cast.staff)
    assert {name: staff.post(address_of_page(name)).status_code for name in set(ACROSS) - set(SENT)} == dict.fromkeys(
        set(ACROSS) - set(SENT), 405
    )


def test_an_import_that_is_over_may_be_uploaded_anew(cast: Cast) -> None:
    staff = cast.client(cast.staff)
    assert [press(staff, "/imports/", SENT["imports"]) for _ in range(2)] == [302, 409]
    draft = Import.objects.latest("pk")
    workflow.discard_import(draft, by=cast.staff, version=draft.version)
    assert press(staff, "/imports/", SENT["imports"]) == 302
    assert press(cast.client(cast.other_staff), "/imports/", SENT["imports"]) == 302


def test_what_adds_is_marked() -> None:
    assert len(workflow.ADDING) == len(set(workflow.ADDING)) == 30


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey("For seg")
    journey.roles()
    return journey


def test_the_second_press_is_told_what_became_of_the_first(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/meetings/"
    manager = cast.client(cast.manager)
    sent = MEETING | {"form_key": key_on(manager, address)}
    assert manager.post(address, sent).status_code == 302
    answer = manager.post(address, sent)
    assert answer.status_code == 409
    assert f'href="{address}"' in answer.content.decode()
    assert Meeting.objects.filter(integration=journey.integration).count() == 1


def test_another_one_from_the_same_page_is_another_one(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/meetings/"
    manager = cast.client(cast.manager)
    sent = MEETING | {"form_key": key_on(manager, address)}
    assert [manager.post(address, sent | {"minutes": word}).status_code for word in ("En", "To")] == [302, 302]
    assert cast.client(cast.lead).post(address, MEETING | {"minutes": "To"}).status_code == 302


def test_what_was_taken_away_can_be_added_anew(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/checklist/2.1/exception/"
    staff = cast.client(cast.staff)
    assert [staff.post(address, {"reason": "Derfor"}).status_code for _ in range(2)] == [302, 409]
    workflow.end_exception(journey.integration, "2.1", by=cast.other_staff)
    assert staff.post(address, {"reason": "Derfor"}).status_code == 302
    assert ExceptionGrant.objects.filter(integration=journey.integration).count() == 2


def test_passed_failed_and_passed_again_are_three_runs(cast: Cast, journey: Journey) -> None:
    journey.solution()
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    scenario = journey.integration.scenarios.earliest("pk")
    address = f"/i/{journey.integration.reference}/scenarios/{scenario.pk}/"
    lead = cast.client(cast.lead)
    for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED):
        assert lead.post(address, {"outcome": outcome.value, "ran_on": str(today())}).status_code == 302
    assert ScenarioRun.objects.filter(scenario=scenario).count() == 3


def test_the_next_day_the_same_is_another(cast: Cast, journey: Journey) -> None:
    deviation: dict[str, Any] = {"title": "Avvik", "description": "", "handler": "Vakta", "opened_on": today()}
    log = partial(workflow.open_deviation, journey.integration, by=cast.lead, **deviation)
    with workflow.sent_with(""):
        log()
        with pytest.raises(workflow.Stale):
            log()
        with time_machine.travel(timezone.now() + datetime.timedelta(days=1, minutes=1)):
            log()
    assert Deviation.objects.filter(integration=journey.integration).count() == 2


def test_somebody_elses_key_is_no_key(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/meetings/"
    theirs = key_on(cast.client(cast.lead), address)
    for key in (theirs, "x", theirs[:-3]):
        assert cast.client(cast.manager).post(address, MEETING | {"minutes": key, "form_key": key}).status_code == 302
    assert set(SentForm.objects.filter(user=cast.manager).values_list("number", flat=True)) <= {""}


def test_what_is_refused_is_not_remembered_as_sent(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/people/"
    manager = cast.client(cast.manager)
    sent = {"name": "Jonas", "email": cast.other_staff.email, "roles": ["observer"]}
    key = {"form_key": key_on(manager, address)}
    assert [manager.post(address, sent | key).status_code for _ in range(2)] == [422, 422]


def test_old_ones_are_forgotten_at_night(cast: Cast, journey: Journey, settings: Any) -> None:
    workflow.add_follow_up(journey.integration, by=cast.manager, title="Punkt", description="")
    assert drafts.forget_old() == 0
    later = timezone.now() + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)
    with time_machine.travel(later):
        assert drafts.forget_old() >= 1
    assert not SentForm.objects.exists()


def test_a_notice_and_an_intake_say_so_too(cast: Cast, place: Place) -> None:
    staff = cast.client(cast.staff)
    answers = [staff.post("/integrations/new/", INTAKE) for _ in range(2)]
    first = Integration.objects.get(name="Nytt")
    assert [answer.status_code for answer in answers] == [302, 409]
    assert f'href="/i/{first.reference}/"' in answers[1].content.decode()
    notices = Notice.objects.count()
    assert [press(staff, "/notices/", SENT["notices"]) for _ in range(2)] == [302, 409]
    assert Notice.objects.count() == notices + 1


def test_what_no_form_sends_may_be_alike(cast: Cast, journey: Journey) -> None:
    for _ in range(2):
        workflow.add_follow_up(journey.integration, by=cast.manager, title="Punkt", description="")
    assert journey.integration.follow_ups.count() == 2
