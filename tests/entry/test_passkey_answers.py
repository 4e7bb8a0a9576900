"""What is posted in place of a passkey: whatever it is, an ordinary refusal in words, and nothing stored."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client
from fido2 import cbor

from milestones.json_objects import json_object
from milestones.models import AccountEvent, AccountEventKind, Way
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import signed_in_as
from tests.entry.factors import by_password


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def credential(**response: Any) -> str:
    said = {"id": b64(b"i" * 16), "rawId": b64(b"i" * 16), "type": "public-key", "clientExtensionResults": {}}
    return json.dumps(said | {"response": {"userHandle": b64(b"1")} | response})


CLIENT_DATA = b64(json.dumps({"type": "webauthn.get", "challenge": b64(b"c"), "origin": "http://testserver"}).encode())
ANSWERS = {
    "deep lists": "[" * 100_000,
    "deep objects": '{"a":' * 100_000,
    "deep and whole": "[" * 5_000 + "]" * 5_000,
    "deep within": '{"id": ' + "[" * 5_000 + "]" * 5_000 + "}",
    "just too deep": '{"id": ' + "[" * 30 + "]" * 30 + "}",
    "a huge number": '{"id": ' + "9" * 100_000 + "}",
    "a number without end": '{"id": 1e999}',
    "no number": '{"id": NaN}',
    "infinity": '{"id": -Infinity}',
    "NUL": '{"id": "\\u0000", "type": "public-key"}',
    "half a character": '{"id": "\\ud800", "type": "public-key"}',
    "a list": "[]",
    "a text": '"x"',
    "null": "null",
    "nothing": "",
    "an empty object": "{}",
    "broken": '{"id":',
    "long": '{"id": "' + "x" * 200_000 + '"}',
    "a list in place of the response": '{"id": "x", "rawId": "x", "type": "public-key", "response": []}',
    "an object in place of the id": json.dumps({"id": {}, "rawId": {}, "type": {}, "response": {"userHandle": {}}}),
    "a number in place of the user": credential(userHandle=7),
    "a user that is none": credential(userHandle=b64(b"\xff\xfe")),
    "a user beyond all": credential(userHandle=b64(b"z" * 13)),
    "no base64": credential(clientDataJSON="å", authenticatorData="å", signature="å", attestationObject="å"),
    "no CBOR": credential(clientDataJSON=CLIENT_DATA, attestationObject=b64(b"\xff" * 9)),
    "deep CBOR": credential(clientDataJSON=CLIENT_DATA, attestationObject=b64(b"\x81" * 30_000)),
    "CBOR of a list": credential(clientDataJSON=CLIENT_DATA, attestationObject=b64(cbor.encode([1]))),
    "short data": credential(clientDataJSON=CLIENT_DATA, authenticatorData=b64(b"x"), signature=b64(b"")),
    "deep client data": credential(clientDataJSON=b64(b"[" * 20_000), authenticatorData="", signature=""),
}


@pytest.fixture(params=ANSWERS)
def answer(request: pytest.FixtureRequest) -> str:
    return ANSWERS[request.param]


def refused(browser: Client, path: str, answer: str, **more: str) -> None:
    got = browser.post(path, {"credential": answer, **more})
    assert got.status_code == 422
    assert "The passkey could not be confirmed." in got.content.decode()


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def test_to_sign_in(cast: Cast, answer: str) -> None:
    browser = Client()
    browser.get("/sign-in/passkey/", headers={"x-requested-with": "XMLHttpRequest"})
    refused(browser, "/sign-in/passkey/", answer)
    refused(Client(), "/sign-in/passkey/", answer)  # who never asked
    assert signed_in_as(browser) is None


def test_to_add_one(cast: Cast, answer: str) -> None:
    type(cast.lead).objects.update(language="en")
    browser = by_password(cast.lead.email)
    browser.post("/me/security/confirm/password/", {"password": PASSWORD})
    browser.get("/me/security/passkeys/add/")
    refused(browser, "/me/security/passkeys/add/", answer, name="Min")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "answer", ["deep lists", "a huge number", "deep CBOR", "an empty object", "nothing"], indirect=True
)
def test_to_show_once_more_who_one_is(cast: Cast, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    Authenticator.objects.create(user=cast.lead, type=Authenticator.Type.WEBAUTHN, data={"name": "Min"})
    browser = cast.client(cast.lead)
    type(cast.lead).objects.update(language="en")
    refused(browser, "/me/security/confirm/passkey/", answer)
    failed = AccountEvent.objects.filter(user=cast.lead, kind=AccountEventKind.ATTEMPT_FAILED)
    assert [one.ways for one in failed] == [Way.PASSKEY]


def test_an_attempt_on_an_account_is_noted(cast: Cast) -> None:
    for handle in (user_pk_to_url_str(cast.lead), "zzzz"):
        said = credential(userHandle=b64(handle.encode()))
        assert Client().post("/sign-in/passkey/", {"credential": said}).status_code == 422
    assert [(one.user, one.ways) for one in AccountEvent.objects.all()] == [(cast.lead, Way.PASSKEY)]


def test_what_can_be_worked_with_is_taken() -> None:
    said = {"id": "å", "deep": [[[{"a": [1, 2.5, -3, None, True]}]]]}
    assert json_object(json.dumps(said)) == json_object(json.dumps(said).encode()) == said


@pytest.mark.parametrize(
    "text", ["[1]", "1e999", '{"a": Infinity}', '{"a": "\\udfff"}', b"\xff\xfe{", '{"\\u0000": 1}']
)
def test_what_cannot_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_object(text)
