"""What each message holds: what happened, once, without a name and without a word that anybody wrote."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, Webhook, WebhookKind, WebhookPost
from milestones.models.webhooks import TELLS_OF
from milestones.process import Role
from tests.cast import Cast
from tests.loopback import Receiver
from tests.webhooks.receiver import deliver_all, outcomes

WRITTEN = "Ring Terje Teknisk på 99887766"
"""What nobody reads outside."""
TEN = "2026-11-20T09:0"
"""Friday at ten in Oslo, and some seconds: the clock goes on."""


def last(receiver: Receiver) -> dict[str, Any]:
    """The latest message, and nothing else in its body than what every one has."""
    told = receiver.taken[-1]
    assert set(told) == {"type", "timestamp", "data"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["timestamp"])
    return told


def check(receiver: Receiver, kind: str, about: dict[str, Any]) -> None:
    """What the latest message says."""
    told = last(receiver)
    assert (told["type"], told["data"]) == (kind, about)
    assert told["timestamp"].startswith(TEN)


def data(journey: Journey, page: str, **about: Any) -> dict[str, Any]:
    reference = journey.integration.reference
    url = f"{settings.BASE_URL}/i/{reference}/{page}"
    return {"integration": reference, "milestone": None, "requirement": None, "url": url} | about


def test_submitted_returned_and_approved(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> None:
    one = data(ready, "milestones/1/", milestone=1)
    workflow.submit(ready.integration, 1, by=cast.manager)
    assert deliver_all() == 1
    check(receiver, "milestone.submitted", one | {"state": "submitted"})
    workflow.return_milestone(ready.integration, 1, by=cast.staff, reason=WRITTEN)
    assert deliver_all() == 1
    check(receiver, "milestone.returned", one | {"state": "in_progress"})
    workflow.submit(ready.integration, 1, by=cast.lead, answer=WRITTEN)
    workflow.approve(ready.integration, 1, by=cast.staff)
    assert deliver_all() == 2
    check(receiver, "milestone.approved", one | {"state": "approved"})
    assert_says_nothing_of_people(cast, receiver)


def assert_says_nothing_of_people(cast: Cast, receiver: Receiver) -> None:
    sent = "".join(one.body.decode() + str(one.headers) for one in receiver.messages)
    names = [part for person in cast.everybody().values() for part in (person.name, person.email)]
    assert not [word for word in (*names, WRITTEN, "99887766", "Fjordvik kommune", "Brev") if word in sent]


def test_a_requirement_that_is_no_longer_met(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> None:
    ready.pass_milestone(1)
    deliver_all()
    agreement = ready.integration.agreements.current().get()
    workflow.withdraw_agreement(ready.integration, agreement.pk, by=cast.contract, reason=WRITTEN)
    assert deliver_all() == 1
    check(receiver, "requirement.lapsed", data(ready, "agreement/", milestone=1, requirement="1.1", state="unmet"))
    assert_says_nothing_of_people(cast, receiver)


def test_an_item_of_the_integrations_own_is_named_by_its_key(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver
) -> None:
    item = workflow.add_item(
        ready.integration, by=cast.staff, milestone=1, title=WRITTEN, description="", required=True,
        stands_on=Role.PROJECT_MANAGER,
    )  # fmt: skip
    workflow.confirm(ready.integration, item.key, by=cast.manager, confirmed_on=today())
    ready.pass_milestone(1)
    deliver_all()
    workflow.unconfirm(ready.integration, item.key, by=cast.manager)
    assert deliver_all() == 1
    page = f"checklist/{item.key}/"
    check(receiver, "requirement.lapsed", data(ready, page, requirement=item.key, state="unmet"))
    assert_says_nothing_of_people(cast, receiver)


def test_production_that_is_opened(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> None:
    ready.pass_milestone(1)
    ready.milestone_2()
    ready.milestone_3()
    deliver_all()
    (told,) = [one for one in receiver.taken if one["type"] == "production.opened"]
    assert told["data"] == data(ready, "production/", milestone=3, requirement="3.3", state="open")
    assert_says_nothing_of_people(cast, receiver)


def test_a_notice(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> None:
    workflow.send_notice([ready.integration], by=cast.staff, kind="downtime", title=WRITTEN, body=WRITTEN)
    assert deliver_all() == 1
    check(receiver, "notice.sent", data(ready, "operations/", state="sent"))
    assert_says_nothing_of_people(cast, receiver)


def test_a_notice_whose_title_is_a_number_is_no_milestone(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver
) -> None:
    workflow.send_notice([ready.integration], by=cast.staff, kind="job", title="3", body=WRITTEN)
    deliver_all()
    assert last(receiver)["data"]["milestone"] is None
    page = cast.client(cast.manager).get(f"/i/{ready.integration.reference}/webhooks/")
    assert page.status_code == 200


def test_a_test(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> None:
    workflow.send_webhook_test(ready.integration, webhook.pk, by=cast.lead)
    assert deliver_all() == 1
    check(receiver, "webhook.test", data(ready, "webhooks/", state="test"))


def test_every_kind_is_told_of_or_tested() -> None:
    assert {*TELLS_OF.values(), WebhookKind.TEST} == set(WebhookKind)


# --- Once, and to whom


def test_each_webhook_is_told_once_of_an_event(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver
) -> None:
    workflow.add_webhook(ready.integration, by=cast.lead, webhook_address=f"{receiver.address}&another=1")
    workflow.submit(ready.integration, 1, by=cast.manager)
    event = Event.objects.get(kind=EventKind.MILESTONE_SUBMITTED)
    WebhookPost.objects.queue_event(event)
    assert deliver_all() == 2
    ids = {one.headers["webhook-id"] for one in receiver.messages}
    paths = {one.path for one in receiver.messages}
    assert (len(ids), len(paths)) == (2, 2)


def test_nothing_is_sent_of_what_was_undone(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> None:
    with transaction.atomic():
        workflow.submit(ready.integration, 1, by=cast.manager)
        assert WebhookPost.objects.count() == 1
        transaction.set_rollback(True)
    assert (deliver_all(), receiver.asked, outcomes()) == (0, [], [])


def test_an_integration_tells_of_itself_alone(cast: Cast, ready: Journey, webhook: Webhook) -> None:
    other = cast.journey("Et annet brev")
    other.milestone_1_facts()
    workflow.submit(other.integration, 1, by=cast.manager)
    assert outcomes() == []


def test_what_else_happens_is_not_told(cast: Cast, ready: Journey, webhook: Webhook) -> None:
    workflow.add_comment(ready.integration, "milestone-1", by=cast.staff, text="Bare for oss", internal=True)
    workflow.add_follow_up(ready.integration, by=cast.manager, title="Punkt", description="")
    workflow.submit(ready.integration, 1, by=cast.manager)
    workflow.withdraw(ready.integration, 1, by=cast.manager)
    assert [kind for kind, _state, _attempts in outcomes()] == [WebhookKind.SUBMITTED]


def test_what_happened_is_told_although_it_is_otherwise_by_now(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver
) -> None:
    """The receiver has a log of what happened; a channel in Teams is told what is so."""
    workflow.submit(ready.integration, 1, by=cast.manager)
    workflow.return_milestone(ready.integration, 1, by=cast.staff, reason=WRITTEN)
    assert deliver_all() == 2
    assert [one["type"] for one in receiver.taken] == ["milestone.submitted", "milestone.returned"]


@pytest.mark.parametrize("moment", ["2026-11-20T19:00:00+01:00", "2026-11-21T03:00:00+01:00"])
def test_machines_are_told_at_any_hour(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver, moment: str
) -> None:
    workflow.submit(ready.integration, 1, by=cast.manager)
    with time_machine.travel(datetime.datetime.fromisoformat(moment)):
        assert deliver_all() == 1
    assert last(receiver)["timestamp"].startswith(TEN)
