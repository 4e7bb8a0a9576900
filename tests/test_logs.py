"""Nothing personal and no key stands in the log, however much it says."""

from __future__ import annotations

import copy
import logging
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milestones import mails
from milestones.demo import a_pdf
from tests.cast import PASSWORD, Cast

SECRET_NAME = "Hemmelig Navnesen"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Any:
    """All that was logged, as it is written."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django_structlog")
    formatter = structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer(ensure_ascii=False))
    return lambda: "\n".join(formatter.format(copy.copy(record)) for record in caplog.records)


def test_nobody_and_no_key_stands_in_the_log(cast: Cast, logged: Any) -> None:
    journey = cast.journey()
    journey.roles()
    keys = [*signs_in(cast), *chooses_a_password(cast), *stops_a_mail(cast)]
    works(cast, f"/i/{journey.integration.reference}/")
    keys += Session.objects.values_list("session_key", flat=True)
    text = logged()
    people = [text for user in cast.everybody().values() for text in (user.name, user.email)]
    assert [
        one for one in [*people, *keys, SECRET_NAME, "ny@fjordvik.example", "Navnesen", PASSWORD] if one in text
    ] == []
    assert "POST /sign-in/" in text  # it does say something
    assert "/password/" in text
    assert "/mail/stop/" in text


def signs_in(cast: Cast) -> list[str]:
    """Rightly, wrongly, and without the form's token. Returns the tokens."""
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/sign-in/").content.decode()
    (token, *_others) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = {"username": cast.owner.email, "password": PASSWORD}
    assert browser.post("/sign-in/", form).status_code == 403
    assert browser.post("/sign-in/", form | {"csrfmiddlewaretoken": token, "password": "feil"}).status_code == 200
    assert browser.post("/sign-in/?next=/mail/", form | {"csrfmiddlewaretoken": token}).status_code == 302
    return [token, *[cookie.value for cookie in browser.cookies.values()]]


def chooses_a_password(cast: Cast) -> list[str]:
    browser = Client()
    browser.post("/password/", {"email": cast.contract.email})
    found = re.search(r"/password/[^/\s]+/([^/\s]+)/", str(mail.outbox[-1].body))
    assert found
    asked = browser.get(found[0])
    chosen = "Et-langt-passord-5"
    assert browser.post(asked["Location"], {"new_password1": chosen, "new_password2": chosen}).status_code == 302
    assert browser.get(found[0]).status_code == 200  # used
    return [found[1], chosen]


def stops_a_mail(cast: Cast) -> list[str]:
    address = urlsplit(mails.stop_address(cast.owner, "weekly")).path
    assert Client().post(address).status_code == 200
    return [address.split("/")[-2]]


def works(cast: Cast, home: str) -> None:
    """Invites, uploads what is taken and what is not, looks for somebody, and asks for what is not there."""
    manager = cast.client(cast.manager)
    someone = {"name": SECRET_NAME, "email": "ny@fjordvik.example", "roles": ["observer"]}
    assert manager.post(home + "people/", someone).status_code == 302
    assert manager.post(home + "people/", someone).status_code == 422
    for content, status in ((a_pdf(), 302), (b"MZ\0", 422)):
        upload = SimpleUploadedFile(f"{SECRET_NAME}.pdf", content)
        signed = {"kind": "terms", "signatory": SECRET_NAME, "signed_on": "2026-01-02", "document": upload}
        assert manager.post(home + "agreement/", signed).status_code == status
    assert manager.get("/integrations/", {"q": SECRET_NAME}).status_code == 200
    assert manager.get(home + "documents/99999/", {"q": SECRET_NAME}).status_code == 404
