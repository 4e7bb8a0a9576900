"""docs/webhooks.md: its Python verifies what is sent, its example and its table are how it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Webhook, WebhookKind
from milestones.webhooks.telling import STATES
from tests.cast import Cast
from tests.loopback import Asked, Receiver
from tests.processes import ROOT
from tests.webhooks.receiver import deliver_all

Verify = Callable[[str, dict[str, str], bytes], bool]


@pytest.fixture
def documented() -> str:
    return (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def is_genuine(documented: str) -> Verify:
    """What the page shows."""
    (snippet,) = re.findall(r"^```python\n(.*?)^```", documented, re.DOTALL | re.MULTILINE)
    shown: dict[str, Verify] = {}
    exec(snippet, shown)  # noqa: S102
    return shown["is_genuine"]


@pytest.fixture
def message(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> Asked:
    """One that was sent."""
    workflow.submit(ready.integration, 1, by=cast.manager)
    deliver_all()
    return receiver.messages[0]


def test_the_documented_code_takes_what_is_sent(is_genuine: Verify, webhook: Webhook, message: Asked) -> None:
    assert is_genuine(webhook.made_secret, message.headers, message.body)


def test_it_goes_on_while_the_secret_changes(
    cast: Cast, ready: Journey, is_genuine: Verify, webhook: Webhook, receiver: Receiver
) -> None:
    second = workflow.rotate_webhook_secret(ready.integration, webhook.pk, by=cast.lead)
    workflow.send_webhook_test(ready.integration, webhook.pk, by=cast.manager)
    deliver_all()
    (message,) = receiver.messages
    for one in (webhook, second):
        assert is_genuine(one.made_secret, message.headers, message.body)


def test_it_takes_nothing_else(
    is_genuine: Verify, webhook: Webhook, message: Asked, friday: time_machine.Traveller
) -> None:
    secret, headers, body = webhook.made_secret, message.headers, message.body
    signed, a_second_later = headers["webhook-signature"], str(int(headers["webhook-timestamp"]) + 1)
    other = {"webhook-id": "msg_x", "webhook-timestamp": a_second_later, "webhook-signature": "v1,AAAA"}
    for name, value in [*other.items(), ("webhook-timestamp", "snart"), ("webhook-signature", signed[:-2])]:
        assert not is_genuine(secret, headers | {name: value}, body)
    assert not is_genuine(secret, headers, body.replace(b'"milestone":1', b'"milestone":2'))
    assert not is_genuine("whsec_" + "A" * 44, headers, body)
    friday.shift(301)
    assert not is_genuine(secret, headers, body)


def test_the_table_has_every_type_with_its_state(documented: str) -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z]+)` \|.*\| `([a-z_]+)` \|$", documented, re.MULTILINE)
    assert dict(rows) == STATES
    assert set(STATES) == set(WebhookKind.values)


def test_the_example_is_what_is_sent(documented: str, ready: Journey, message: Asked) -> None:
    (shown,) = re.findall(r"^    (\{\"type\".*?\}\})$", documented, re.DOTALL | re.MULTILINE)
    shown = re.sub(r"\s+", "", shown).replace("BOFA-482", ready.integration.reference)
    shown = re.sub(r'"https://[^/"]+', '"http://localhost:8000', shown)
    assert re.sub(r"\d{4}-.*?Z", "", shown) == re.sub(r"\d{4}-.*?Z", "", message.body.decode())
