"""Two providers configured, and a browser that goes to one of them and comes back with its answer."""

from __future__ import annotations

import json
import re
from typing import Any

import requests
from django.test import Client

from integrasjon import environment
from milestones.models import User
from tests.entry.oidc.provider import SECRET
from tests.processes import PATIENCE

WORK, SENDERS = "arbeidskonto", "avsender"
US = "http://testserver"


def configure(settings: Any, *given: dict[str, Any]) -> None:
    """What the app's settings make of OIDC_PROVIDERS."""
    text = json.dumps([one | {"client_id": one["id"], "secret": SECRET} for one in given])
    settings.OIDC_PROVIDERS = environment.oidc_providers(text, over_tls=False)
    apps = environment.socialaccount_apps(settings.OIDC_PROVIDERS)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
    settings.BASE_URL = US


def trusting(settings: Any, provider: str, trusts_email: Any, **others: Any) -> None:
    """The senders' provider, trusted with addresses."""
    given = {"id": SENDERS, "name": "Innlogging", "issuer": provider, "trusts_email": trusts_email}
    configure(settings, given | others)


def asked(browser: Client, provider_id: str, **sent: str) -> str:
    """The address to which the browser is sent."""
    answer = browser.post(f"/sign-in/with/{provider_id}/", sent)
    assert answer.status_code == 200
    found = re.search(r'content="0;url=([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1].replace("&amp;", "&")


def answer_for(address: str, who: str) -> str:
    """Be `who` ("name address") at the provider, which sends the browser back; returns the path of its answer."""
    back = requests.get(address, headers={"X-Is": who}, allow_redirects=False, timeout=PATIENCE)
    assert back.status_code == 302, back.text
    return back.headers["Location"].removeprefix(US)


def come_in(browser: Client, provider_id: str, who: str, **sent: str) -> Any:
    return browser.get(answer_for(asked(browser, provider_id, **sent), who))


def without_password(user: User) -> User:
    """Who has a password is asked for it before an account is connected."""
    user.set_unusable_password()
    user.save()
    return user
