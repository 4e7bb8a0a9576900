"""The address of a channel stands nowhere but in the one column in which it is sealed, and goes when it should."""

from __future__ import annotations

import copy
import datetime
import json
import logging
from typing import Any

import pytest
import structlog
import time_machine
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from milestones import personal, workflow
from milestones.demo import Journey
from milestones.models import Draft, TeamsAddress, TeamsPost
from milestones.personal import stored_about
from tests.cast import Cast
from tests.loopback import Misbehave, hangs_up, is_no_server
from tests.personal.common import erase, leave
from tests.teams.channel import SECRET, Workflow, a_workflow, post_all


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Any:
    """All that was logged, as it is written."""
    caplog.set_level(logging.DEBUG)
    formatter = structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer(ensure_ascii=False))
    return lambda: "\n".join(formatter.format(copy.copy(record)) for record in caplog.records)


def all_rows() -> str:
    """Everything that is stored, as text."""
    models = apps.get_app_config("milestones").get_models()
    return "\n".join(str(list(model._base_manager.values())) for model in models)


@pytest.mark.parametrize("status", [202, 307, 404, 429, 500])
def test_no_log_and_no_row_holds_it(
    cast: Cast, connected: Journey, channel: Workflow, logged: Any, status: int
) -> None:
    channel.status, channel.headers = status, {"Location": channel.address}
    there = reverse("teams", args=[connected.integration.reference])
    cast.client(cast.manager).post(there, {"workflow_address": channel.address})
    workflow.submit(connected.integration, 1, by=cast.manager)
    post_all()
    assert len(channel.asked) == 1
    assert SECRET not in logged()
    assert SECRET not in all_rows()
    assert "milestone_submitted" in all_rows()  # it does look


@pytest.mark.parametrize("misbehave", [hangs_up, is_no_server])
def test_no_log_holds_it_when_there_is_no_answer(
    cast: Cast, connected: Journey, channel: Workflow, logged: Any, misbehave: Misbehave
) -> None:
    channel.misbehave = misbehave
    workflow.submit(connected.integration, 1, by=cast.manager)
    post_all()
    assert SECRET not in logged() + all_rows()


def test_no_page_no_export_and_no_answer_about_a_person_holds_it(cast: Cast, connected: Journey) -> None:
    workflow.connect_digipost_teams(by=cast.staff, workflow_address=a_workflow())
    here = f"/i/{connected.integration.reference}/"
    pages = ["/", "/me/", "/mail/", "/integrations/", f"{here}teams/", f"{here}history/", here, f"{here}report/"]
    pages += [f"{here}history/export/csv/", "/integrations/export/csv/", f"{here}people/export/csv/"]
    for person in (cast.manager, cast.lead, cast.staff):
        client = cast.client(person)
        for page in [*pages, *(["/teams/"] if person.is_staff else [])]:
            answer = client.get(page)
            assert answer.status_code == 200, page
            content = b"".join(answer) if answer.streaming else answer.content
            assert SECRET not in content.decode(), page
        assert SECRET not in json.dumps(stored_about(person))
    mine = stored_about(cast.manager)["rows"]["teamsaddress.set_by"]
    assert [row["audience"] for row in mine] == ["integration"]


def test_the_admin_does_not_have_it() -> None:
    assert TeamsAddress not in admin.site._registry
    assert TeamsPost in admin.site._registry


def test_what_was_pasted_when_a_session_ended_is_not_kept(cast: Cast, connected: Journey) -> None:
    there = reverse("teams", args=[connected.integration.reference])
    browser = Client()
    browser.force_login(cast.manager)
    html = browser.get(there).content.decode()
    form = html[html.index('id="form-workflow_address"') - 5000 :]
    key = form[form.index('name="form_key" value="') + 23 :].partition('"')[0]
    browser.cookies.clear()
    answer = browser.post(there, {"workflow_address": a_workflow(), "form_key": key})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    assert SECRET not in str(list(Draft.objects.values()))


def test_a_new_key_of_the_product_reads_what_the_old_one_sealed(
    cast: Cast, connected: Journey, channel: Workflow, settings: Any
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "en ny og lang nok nøkkel", [settings.SECRET_KEY]
    assert TeamsAddress.objects.get().address == channel.address
    settings.SECRET_KEY_FALLBACKS = []
    workflow.submit(connected.integration, 1, by=cast.manager)
    assert (post_all(), channel.asked) == (0, [])
    assert TeamsPost.objects.get().state == "failed"


# --- When it goes


def test_it_goes_with_the_integration_that_is_anonymised(
    cast: Cast, connected: Journey, friday: time_machine.Traveller
) -> None:
    workflow.submit(connected.integration, 1, by=cast.manager)
    workflow.close_integration(connected.integration, by=cast.staff, reason="Lagt ned.")
    kept = {"audience": "integration", "sealed": "x", "set_by": cast.manager}
    TeamsAddress.objects.create(integration=connected.integration, **kept)  # as one from before closing forgot it
    friday.shift(datetime.timedelta(days=800))
    assert personal.anonymise_due() == 1
    assert not TeamsAddress.objects.exists()
    assert TeamsPost.objects.exists()


def test_whoever_set_it_is_erased_and_the_channel_stays(cast: Cast, connected: Journey, channel: Workflow) -> None:
    workflow.connect_teams(connected.integration, by=cast.lead, workflow_address=a_workflow())
    leave(cast, connected, cast.lead)
    erase(cast.lead, cast.staff)
    html = cast.client(cast.manager).get(reverse("teams", args=[connected.integration.reference])).content.decode()
    assert "Terje" not in html
    assert TeamsAddress.objects.get().address == a_workflow()
