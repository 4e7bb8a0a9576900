"""Signatures by Standard Webhooks: its own example, openssl's opinion, and what rotation adds."""

from __future__ import annotations

import base64
import datetime
import subprocess

import pytest
import time_machine
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Webhook
from milestones.models.webhooks import new_message_id, new_secret
from milestones.webhooks import signatures
from tests.cast import Cast
from tests.loopback import Asked, Receiver
from tests.webhooks.receiver import deliver_all

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example that the libraries of the scheme share


def by_openssl(secret: str, message: Asked) -> str:
    """The signature as another program computes it."""
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    signed = f"{message.headers['webhook-id']}.{message.headers['webhook-timestamp']}.".encode() + message.body
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
    digest = subprocess.run(command, input=signed, capture_output=True, check=True).stdout
    return f"v1,{base64.b64encode(digest).decode()}"


def given(message: Asked) -> list[str]:
    return message.headers["webhook-signature"].split(" ")


def test_the_example_of_the_scheme() -> None:
    signed = signatures.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_and_ids_are_of_the_scheme_and_each_is_another() -> None:
    secrets, ids = {new_secret() for _ in range(50)}, {new_message_id() for _ in range(50)}
    assert (len(secrets), len(ids)) == (50, 50)
    assert all(one.startswith("whsec_") and 24 <= len(base64.b64decode(one[6:])) <= 64 for one in secrets)
    assert not any("." in one for one in ids)


def test_a_message_is_signed_over_what_is_sent(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver
) -> None:
    workflow.submit(ready.integration, 1, by=cast.manager)
    assert deliver_all() == 1
    (message,) = receiver.messages
    assert given(message) == [by_openssl(webhook.made_secret, message)]
    assert 0 <= timezone.now().timestamp() - int(message.headers["webhook-timestamp"]) < 60
    assert message.headers["Content-Type"] == "application/json"


def test_both_secrets_sign_for_a_day(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver, friday: time_machine.Traveller
) -> None:
    first, second = webhook, workflow.rotate_webhook_secret(ready.integration, webhook.pk, by=cast.lead)
    assert second.made_secret != first.made_secret
    for hours, signing_secrets in ((0, [second, first]), (23, [second, first]), (2, [second])):
        friday.shift(datetime.timedelta(hours=hours))
        workflow.send_webhook_test(ready.integration, webhook.pk, by=cast.manager)
        assert deliver_all() == 1
        message = receiver.messages[-1]
        assert given(message) == [by_openssl(one.made_secret, message) for one in signing_secrets]


def test_a_third_secret_ends_the_first(
    cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver, friday: time_machine.Traveller
) -> None:
    made = [webhook]
    for _time in range(2):
        made.append(workflow.rotate_webhook_secret(ready.integration, webhook.pk, by=cast.lead))
        friday.shift(datetime.timedelta(minutes=1))
    workflow.send_webhook_test(ready.integration, webhook.pk, by=cast.manager)
    deliver_all()
    (message,) = receiver.messages
    assert given(message) == [by_openssl(one.made_secret, message) for one in (made[2], made[1])]


@pytest.mark.parametrize("moment", [-1, 0, 1])
def test_the_old_secret_ends_to_the_second(webhook: Webhook, moment: int) -> None:
    webhook.old_secret, webhook.old_until = webhook.secret, timezone.now()
    found = webhook.secrets_at(webhook.old_until + datetime.timedelta(seconds=moment))
    assert len(found) == (2 if moment < 0 else 1)
