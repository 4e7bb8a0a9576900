"""Addresses and secrets stand nowhere but in the columns in which they are sealed, and go when they should."""

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
from milestones.models import Draft, Webhook, WebhookPost
from milestones.personal import stored_about
from tests.cast import Cast
from tests.loopback import Misbehave, Receiver, hangs_up, is_no_server
from tests.personal.common import erase, leave
from tests.webhooks.receiver import A_WEBHOOK, TOKEN, deliver_all


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


@pytest.mark.parametrize("status", [202, 307, 404, 410, 429, 500])
def test_no_log_and_no_row_holds_them(
    cast: Cast, ready: Journey, receiver: Receiver, logged: Any, status: int
) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.address}
    client, there = cast.client(cast.manager), reverse("webhooks", args=[ready.integration.reference])
    page = client.post(there, {"webhook_address": receiver.address}).content.decode()
    webhook = Webhook.objects.get()
    again = client.post(f"{there}{webhook.pk}/secret/").content.decode()
    secrets = Webhook.objects.get().secrets_at(webhook.set_at)
    assert [secret in one for secret, one in zip(secrets, (again, page), strict=True)] == [True, True]
    workflow.submit(ready.integration, 1, by=cast.manager)
    deliver_all()
    assert len(receiver.asked) == 1
    kept = logged() + all_rows()
    assert not [secret for secret in (TOKEN, *secrets) if secret in kept]
    assert "milestone_submitted" in kept  # it does look


@pytest.mark.parametrize("misbehave", [hangs_up, is_no_server])
def test_no_log_holds_them_when_there_is_no_answer(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver, logged: Any, misbehave: Misbehave
) -> None:
    receiver.misbehave = misbehave
    workflow.submit(ready.integration, 1, by=cast.manager)
    deliver_all()
    kept = logged() + all_rows()
    assert TOKEN not in kept
    assert webhook.made_secret not in kept


def test_no_page_no_export_and_no_answer_about_a_person_holds_them(
    cast: Cast, ready: Journey, webhook: Webhook
) -> None:
    here = f"/i/{ready.integration.reference}/"
    pages = ["/", "/me/", f"{here}webhooks/", f"{here}webhooks/{webhook.pk}/", f"{here}history/", here]
    pages += [f"{here}report/", f"{here}history/export/csv/"]
    for person in (cast.manager, cast.lead, cast.staff):
        for page in pages:
            answer = cast.client(person).get(page)
            assert answer.status_code == 200, page
            content = b"".join(answer) if answer.streaming else answer.content
            assert TOKEN not in content.decode(), page
            assert webhook.made_secret not in content.decode(), page
        said = json.dumps(stored_about(person))
        assert TOKEN not in said
        assert "whsec_" not in said
    assert len(stored_about(cast.manager)["rows"]["webhook.set_by"]) == 1


def test_the_admin_does_not_have_them() -> None:
    assert Webhook not in admin.site._registry
    assert WebhookPost in admin.site._registry


def test_what_was_pasted_when_a_session_ended_is_not_kept(cast: Cast, ready: Journey) -> None:
    there = reverse("webhooks", args=[ready.integration.reference])
    browser = Client()
    browser.force_login(cast.manager)
    html = browser.get(there).content.decode()
    form = html[html.index('id="form-webhook_address"') - 5000 :]
    key = form[form.index('name="form_key" value="') + 23 :].partition('"')[0]
    browser.cookies.clear()
    answer = browser.post(there, {"webhook_address": A_WEBHOOK, "form_key": key})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    assert TOKEN not in str(list(Draft.objects.values()))


def test_a_new_key_of_the_product_reads_what_the_old_one_sealed(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver, settings: Any
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "en ny og lang nok nøkkel", [settings.SECRET_KEY]
    kept = Webhook.objects.get()
    assert (kept.address, kept.secrets_at(kept.set_at)) == (receiver.address, [webhook.made_secret])
    settings.SECRET_KEY_FALLBACKS = []
    assert (kept.address, kept.host, kept.hint, kept.secrets_at(kept.set_at)) == ("", "", "", [])
    workflow.submit(ready.integration, 1, by=cast.manager)
    assert (deliver_all(), receiver.asked) == (0, [])
    assert WebhookPost.objects.get().state == "failed"
    there = reverse("webhook", args=[ready.integration.reference, webhook.pk])
    client = cast.client(cast.manager)
    assert "kan ikke lenger leses" in client.get(there).content.decode()
    assert client.post(there, {"webhook_address": receiver.address}).status_code == 302
    assert client.post(f"{there}secret/").status_code == 200
    WebhookPost.objects.failed().try_again()
    assert deliver_all() == 1


# --- When they go


def test_they_go_with_the_integration_that_is_anonymised(
    cast: Cast, ready: Journey, webhook: Webhook, friday: time_machine.Traveller
) -> None:
    workflow.submit(ready.integration, 1, by=cast.manager)
    workflow.close_integration(ready.integration, by=cast.staff, reason="Lagt ned.")
    assert not Webhook.objects.exists()
    webhook.pk = None
    webhook.save(force_insert=True)  # as one from before closing forgot it
    friday.shift(datetime.timedelta(days=800))
    assert personal.anonymise_due() == 1
    assert not Webhook.objects.exists()
    assert WebhookPost.objects.exists()


def test_whoever_added_it_is_erased_and_it_stays(cast: Cast, ready: Journey) -> None:
    webhook = workflow.add_webhook(ready.integration, by=cast.lead, webhook_address=A_WEBHOOK)
    leave(cast, ready, cast.lead)
    erase(cast.lead, cast.staff)
    there = reverse("webhook", args=[ready.integration.reference, webhook.pk])
    assert "Terje" not in cast.client(cast.manager).get(there).content.decode()
    assert Webhook.objects.get().address == A_WEBHOOK
