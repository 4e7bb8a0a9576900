"""Which addresses are taken for a workflow's: hosts of Microsoft's alone, over TLS, and nothing of our own network."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, transaction

from integrasjon.environment import host_endings
from milestones.models import Audience, TeamsAddress
from milestones.models.teams import LONGEST_ADDRESS, require_workflow_address
from tests.cast import Cast
from tests.teams.channel import a_workflow

TAKEN = [
    a_workflow(),
    a_workflow("prod-12.northeurope.logic.azure.com"),
    a_workflow("default0123.4a.environment.api.powerplatform.com:443"),
    "https://fjordvik.webhook.office.com/webhookb2/a@b/IncomingWebhook/c",
    a_workflow("PROD-12.northeurope.logic.azure.com"),
]
REFUSED = [
    *("", "x", "https://", "https:///workflows", "//prod.logic.azure.com/a", "prod.logic.azure.com/a", "https://["),
    *("http://prod.logic.azure.com/a", "ftp://prod.logic.azure.com/a", "javascript:alert(1)", "file:///etc/passwd"),
    *("https://a:b@prod.logic.azure.com/a", "https://prod.logic.azure.com@evil.example/a"),
    *("https://prod.logic.azure.com:8443/a", "https://prod.logic.azure.com:x/a", "https://prod.logic.azure.com:80/"),
    *("https://127.0.0.1/a", "https://10.0.0.1/a", "https://169.254.169.254/latest", "https://[::1]/a", "https://1/"),
    *("https://2130706433/a", "https://0x7f.1/a", "https://localhost/a", "https://a.localhost/a", "https://db.internal/"),
    *("https://evil.example/a", "https://logic.azure.com/a", "https://evil-logic.azure.com/a", "https://office.com/"),
    *("https://prod.logic.azure.com.evil.example/a", "https://evil.example/.logic.azure.com", "https://.office.com/a"),
    *("https://prod.logic.azure.com./a", "https://prod_1.logic.azure.com/a", "https://prød.logic.azure.com/a"),
    *("https://prod.logic.azure.com\\@evil.example/", "https://evil.example\\.logic.azure.com/", "https://a..office.com/"),
    *("https://prod.logic.azure.com/a b", "https://prod.logic.azure.com/a\nHost: evil", "https://prod.logic.azure.com/a#b"),
    *("http://127.0.0.1:8000/a", "https://prod.logic.azure.com/\x00", "https://prod.logic.azure.com/å"),
    f"https://prod.logic.azure.com/{'a' * LONGEST_ADDRESS}",
]  # fmt: skip


@pytest.mark.parametrize("address", TAKEN)
def test_what_teams_gives_is_taken(address: str) -> None:
    require_workflow_address(address)


@pytest.mark.parametrize("address", REFUSED)
def test_everything_else_is_refused_in_words(address: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        require_workflow_address(address)
    (told,) = refusal.value.messages
    assert told.endswith((".", "https://"))
    assert len(address) < 12 or address not in told


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/a", "https://[::1]/a", "https://localhost/a", "https://a.local/"]
)
def test_our_own_network_is_refused_whatever_the_setting_says(settings: Any, address: str) -> None:
    settings.TEAMS_HOSTS = [".0.1", ".1", "1", "localhost", ".local", "]"]
    with pytest.raises(ValidationError):
        require_workflow_address(address)


@pytest.mark.parametrize(
    ("address", "taken"),
    [("http://127.0.0.1:8000/a", True), ("http://localhost:8000/a", False), ("http://10.0.0.1/a", False),
     ("https://127.0.0.1/a", False), ("http://prod.logic.azure.com/a", False)],
)  # fmt: skip
def test_loopback_is_for_tests_and_for_nothing_else(settings: Any, address: str, taken: bool) -> None:
    settings.TEAMS_ON_LOOPBACK = True
    if taken:
        require_workflow_address(address)
    else:
        with pytest.raises(ValidationError):
            require_workflow_address(address)


def test_the_setting_names_endings() -> None:
    assert host_endings("TEAMS_HOSTS", [" .Logic.Azure.com ", "", ".office.com"]) == [
        ".logic.azure.com",
        ".office.com",
    ]
    for wrong in ("office.com", ".", ".com", ".1.2", "https://office.com", ".a b.com"):
        with pytest.raises(ImproperlyConfigured):
            host_endings("TEAMS_HOSTS", [wrong])


@pytest.mark.django_db
def test_the_database_has_one_address_for_a_channel(cast: Cast) -> None:
    integration = cast.journey().integration
    wrong = [(Audience.DIGIPOST, integration), (Audience.INTEGRATION, None)]
    for audience in Audience:
        owner = integration if audience == Audience.INTEGRATION else None
        TeamsAddress.objects.create(audience=audience, integration=owner, sealed="x", set_by=cast.staff)
        wrong.append((audience, owner))
    for audience, owner in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            TeamsAddress.objects.create(audience=audience, integration=owner, sealed="x", set_by=cast.staff)


@pytest.mark.django_db
def test_an_address_that_no_key_opens_is_no_address(cast: Cast) -> None:
    row = TeamsAddress(audience=Audience.DIGIPOST, sealed="ikke forseglet", set_by=cast.staff)
    assert (row.address, row.hint) == ("", "")
