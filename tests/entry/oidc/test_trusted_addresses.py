"""An address counts only from a provider that is trusted with it, for its own domains; staff only from staff's."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from milestones.entry import oidc
from tests.cast import Cast
from tests.entry.conftest import signed_in_as
from tests.entry.oidc.asking import SENDERS, come_in, trusting


def test_an_address_counts_only_from_a_provider_that_is_trusted_with_it(cast: Cast, provider: str) -> None:
    browser = Client()
    come_in(browser, SENDERS, f"kari {cast.manager.email}")
    assert signed_in_as(browser) is None


def test_a_provider_names_people_of_its_own_domains_alone(cast: Cast, provider: str, settings: Any) -> None:
    """It says itself that the address is verified: that is worth as much as the provider."""
    trusting(settings, provider, ["fjordvik.example"])
    for who in (cast.stranger, cast.staff):
        browser = Client()
        come_in(browser, SENDERS, f"mallory-of-{who.email} {who.email}")
        assert signed_in_as(browser) is None, who.email
    browser = Client()
    come_in(browser, SENDERS, f"KARI {cast.manager.email.upper()}")
    assert signed_in_as(browser) == str(cast.manager.pk)


@pytest.mark.parametrize("trusts_email", [True, ["digipost.example"]])
def test_only_a_staff_provider_names_staff(cast: Cast, provider: str, settings: Any, trusts_email: Any) -> None:
    trusting(settings, provider, trusts_email)
    browser = Client()
    come_in(browser, SENDERS, f"mallory {cast.staff.email}")
    assert signed_in_as(browser) is None
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("claims", "trusts_email", "counts"),
    [
        ({}, ["fjordvik.example"], True),
        ({}, True, True),
        ({}, False, False),
        ({}, [], False),
        ({"email_verified": True}, ["fjordvik.example"], True),
        ({"email_verified": "true"}, True, True),
        ({"email_verified": True}, False, False),
        ({"email_verified": False}, True, False),
        ({"email_verified": False}, ["fjordvik.example"], False),
        ({"email_verified": "false"}, True, False),
        ({"email_verified": "False"}, ["fjordvik.example"], False),
        ({"email_verified": 0}, True, False),
        ({"email": "kari@FJORDVIK.example"}, ["Fjordvik.Example"], True),
        ({"email": "kari@sub.fjordvik.example"}, ["fjordvik.example"], False),
        ({"email": "kari@notfjordvik.example"}, ["fjordvik.example"], False),
        ({"email": "kari@fjordvik.example.evil.example"}, ["fjordvik.example"], False),
    ],
)
def test_when_an_address_counts(settings: Any, claims: dict[str, Any], trusts_email: Any, counts: bool) -> None:
    trusting(settings, "https://login.example", trusts_email)
    email = claims.get("email", "kari@fjordvik.example")
    for said in ({"id_token": claims}, {"id_token": {}, "userinfo": claims}, {"id_token": claims, "userinfo": {}}):
        assert oidc._counts(SENDERS, email, said) is counts
    assert not oidc._counts("another", email, {"id_token": claims})


def test_a_claim_that_says_no_is_heard(
    cast: Cast, provider: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(settings, provider, True)
    fetched = oidc.Adapter._fetch_user_info
    monkeypatch.setattr(oidc.Adapter, "_fetch_user_info", lambda *args: fetched(*args) | {"email_verified": False})
    browser = Client()
    come_in(browser, SENDERS, f"kari-unsure {cast.manager.email}")
    assert signed_in_as(browser) is None
