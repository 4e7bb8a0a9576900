"""Nothing personal and no key stands in the log, however much it says."""

from __future__ import annotations

import copy
import json
import logging
import re
import smtplib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milestones import clock, workflow
from milestones.demo import a_pdf
from milestones.mails import sending
from milestones.mails.stop_links import stop_address
from milestones.models import Integration, Mail, MailKind, Scope, SendState
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import ask_for_code, code_in, link_in
from tests.processes import in_production

SECRET_NAME = "Hemmelig Navnesen"
SOMEWHERE = "203.0.113.7"


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
    keys = [*signs_in(cast), *comes_in_by_code_and_by_link(cast, journey.integration), *stops_a_mail(cast)]
    keys.append(reads_a_calendar(cast))
    keys += calls_the_api(cast, journey.integration)
    works(cast, f"/i/{journey.integration.reference}/")
    keys += Session.objects.values_list("session_key", flat=True)
    cannot_be_delivered(cast)
    text = logged()
    people = [text for user in cast.everybody().values() for text in (user.name, user.email)]
    others = ["ny@fjordvik.example", "Navnesen", "ABCD-EFGH", SECRET_NAME, SOMEWHERE, PASSWORD]
    assert [one for one in [*people, *keys, *others] if one in text] == []
    assert "POST /sign-in/" in text  # it does say something
    assert "/invitation/" in text
    assert "/mail/stop/" in text
    assert "/calendar/" in text
    assert "/api/v1/" in text


def signs_in(cast: Cast) -> list[str]:
    """Rightly, wrongly, and without the form's token. Returns the tokens."""
    browser = Client(enforce_csrf_checks=True, REMOTE_ADDR=SOMEWHERE)
    page = browser.get("/sign-in/").content.decode()
    (token, *_others) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = {"login": cast.owner.email, "password": PASSWORD}
    assert browser.post("/sign-in/", form).status_code == 403
    assert browser.post("/sign-in/", form | {"csrfmiddlewaretoken": token, "password": "feil"}).status_code == 422
    assert browser.post("/sign-in/?next=/mail/", form | {"csrfmiddlewaretoken": token}).status_code == 302
    return [token, *[cookie.value for cookie in browser.cookies.values()]]


def comes_in_by_code_and_by_link(cast: Cast, integration: Integration) -> list[str]:
    browser = Client()
    ask_for_code(browser, cast.contract.email)
    code = code_in(str(sent_to(cast.contract.email)))
    assert browser.post("/sign-in/code/enter/", {"code": "FEIL-KODE"}).status_code == 422
    assert browser.post("/sign-in/code/enter/", {"code": code}).status_code == 302
    new = "invitert@fjordvik.example"
    workflow.invite(integration, by=cast.manager, name="Navnesen Ny", email=new, roles=[])
    link = link_in(sent_to(new))
    assert Client().get(link).status_code == 200
    assert Client().post(link).status_code == 302
    assert Client().get(link).status_code == 410
    return [code, new, link.split("/")[2]]


def reads_a_calendar(cast: Cast) -> str:
    token = workflow.make_feed(by=cast.lead, integration=None, name="").token
    for key in (token, token.swapcase()):
        Client().get(f"/calendar/{key}.ics")
    return token


def calls_the_api(cast: Cast, integration: Integration) -> list[str]:
    """Rightly and wrongly. Returns the tokens."""
    made = workflow.make_token(integration, by=cast.lead, name="Bygg", scope=Scope.REPORT, expires_on=clock.today())
    for key in (made.token, made.token.swapcase()):
        build = Client(headers={"authorization": f"Bearer {key}"})
        build.get(f"/api/v1/integrations/{integration.reference}")
        build.post(f"/api/v1/integrations/{integration.reference}/runs", "{", content_type="application/json")
    return [made.token, made.token.swapcase(), made.token_hash]


def sent_to(email: str) -> str:
    while sending.send_batch():
        pass
    return str([letter for letter in mail.outbox if letter.to == [email]][-1].body)


def stops_a_mail(cast: Cast) -> list[str]:
    address = urlsplit(stop_address(cast.owner, "weekly")).path
    assert Client().post(address).status_code == 200
    return [address.split("/")[-2]]


def cannot_be_delivered(cast: Cast) -> None:
    """Once for a reason that nobody thought of, and once because the server refuses the recipient, by name."""

    def fail(_self: Any, messages: Any) -> int:
        raise RuntimeError(f"No way to {messages[0].to}")

    def refuse(_self: Any, messages: Any) -> int:
        (to,) = messages[0].to
        raise smtplib.SMTPRecipientsRefused({to: (550, f"<{to}> is unknown".encode())})

    for sends, state in ((fail, SendState.WAITING), (refuse, SendState.FAILED)):
        sending.queue_code(cast.lead, "ABCD-EFGH")
        code = Mail.objects.filter(recipient=cast.lead, kind=MailKind.CODE).latest("pk")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", sends)
            assert sending.send_batch().claimed > 0
        code = Mail.objects.get(pk=code.pk)
        assert (code.state, cast.lead.email in code.error) == (state, True)


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


RAISES = """
import logging, sys, django, structlog
sys.stderr = sys.stdout
django.setup()
try:
    try:
        raise ValueError("Key (email)=(kari@fjordvik.example) already exists")
    except ValueError as error:
        raise RuntimeError("Failing row contains (Kari)") from error
except RuntimeError as error:
    structlog.get_logger("ours").exception("ours", mail=1)
    logging.getLogger("django.request").exception("Internal Server Error: %s", "/")
    trace = logging.getLogger("celery.app.trace")
    trace.error("Task %(name)s: %(exc)s", {"name": "tick", "exc": repr(error)}, exc_info=True)
"""


def test_outside_debug_an_exception_is_logged_without_its_words(tmp_path: Path) -> None:
    """A database quotes the row that it refuses."""
    logged = in_production(RAISES, VAR_DIR=str(tmp_path))
    lines = [json.loads(line) for line in logged.splitlines()]
    assert [line["event"] for line in lines] == ["ours", "Internal Server Error: /", "Task tick: RuntimeError"]
    assert [re.findall("[A-Z][a-z]+Error", line["exception"]) for line in lines] == [
        ["ValueError", "RuntimeError"]
    ] * 3
    assert "<string>:7 <module>" in lines[0]["exception"]  # where it was raised
    assert [word for word in ("kari@", "Kari") if word in logged] == []
