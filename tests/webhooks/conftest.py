"""What tests about webhooks share: a receiver on this machine, to which an integration is connected."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail, Webhook
from tests.cast import Cast
from tests.loopback import Receiver
from tests.webhooks.receiver import HERE, HOST, Names, Tls, serving, tls_of


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return tls_of(HOST, tmp_path_factory.mktemp("tls"))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """What names lead to; without more, HOST leads to this machine."""
    names = Names(socket.getaddrinfo)
    names.lead(HOST, [HERE])
    monkeypatch.setattr(socket, "getaddrinfo", names.lookup)
    return names


@pytest.fixture
def receiver(settings: Any, monkeypatch: pytest.MonkeyPatch, tls: Tls, names: Names) -> Iterator[Receiver]:
    """A receiver that takes what it is sent, on a network of ours that webhooks may reach."""
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls.trusted))
    settings.WEBHOOKS_TO_PRIVATE = [f"{HERE}/32"]
    one = Receiver()
    with serving(one, tls):
        yield one


@pytest.fixture
def ready(cast: Cast, friday: object, journey: Journey) -> Journey:
    """All that milestone 1 asks is in place, on a Friday at ten, and no mail waits."""
    journey.milestone_1_facts()
    Mail.objects.all().delete()
    return journey


@pytest.fixture
def webhook(cast: Cast, ready: Journey, receiver: Receiver) -> Webhook:
    """A webhook of that integration to the receiver."""
    return workflow.add_webhook(ready.integration, by=cast.manager, webhook_address=receiver.address)
