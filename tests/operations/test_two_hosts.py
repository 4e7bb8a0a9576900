"""Two hosts on one database, one broker and one store: whoever is signed in on one acts on the other.

The database stands behind PgBouncer, which hands connections out by the transaction, and the broker is RabbitMQ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from django.conf import settings

from milestones.demo.journey import a_pdf
from milestones.models import Integration, Mail, SendState
from tests.cast import Cast, build_cast
from tests.conftest import PGBOUNCER, RABBITMQ
from tests.entry.conftest import code_in
from tests.operations.servers import celery, pooler, rabbitmq
from tests.own_database import instead, made
from tests.processes import PATIENCE, wait_until
from tests.proxy.servers import granian

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_postgresql"),
    pytest.mark.skipif(not (PGBOUNCER and Path(RABBITMQ).exists()), reason="PgBouncer or RabbitMQ is not installed"),
]
DONE = (SendState.SENT, SendState.DROPPED)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Hosts(NamedTuple):
    """Where each host's web answers, who is there, and the folder into which workers put mails."""

    first: str
    second: str
    cast: Cast
    integration: Integration
    mails: Path
    documents: Path

    def mailed_to(self, address: str) -> list[str]:
        """The texts of all mails to somebody."""
        texts = [path.read_text(encoding="utf-8") for path in sorted(self.mails.glob("*"))]
        whole = "".join(texts).split("-" * 79)
        return [one for one in whole if re.search(rf"^To: .*{re.escape(address)}", one, re.MULTILINE)]


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[Hosts]:
    """Each with a folder of its own, a web and a worker; the first has beat."""
    folder = tmp_path_factory.mktemp("hosts")
    mails = folder / "mails"
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        name = stack.enter_context(made("hosts", folder, migrated=True))
        stack.enter_context(instead(name))
        cast = build_cast()
        journey = cast.journey()
        journey.roles()
        Mail.objects.update(state=SendState.DROPPED)
        shared = {
            "DATABASE_URL": stack.enter_context(pooler(folder, name)),
            "DATABASE_POOLED": "on",
            "PGOPTIONS": "",  # what makes other tests fast; the pooler lets no such options through
            "BROKER_URL": stack.enter_context(rabbitmq(folder)),
            "REDIS_URL": settings.REDIS_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "DOCUMENT_ROOT": str(folder / "documents"),
            "EMAIL_URL": f"filemail:///{mails}",
            "TICK_SECONDS": "1",
            "SECURE": "off",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DEMO": "off",
            "LOG_LEVEL": "ERROR",
        }
        ports = []
        for number in ("first", "second"):
            ours = shared | {"VAR_DIR": str(folder / number)}
            ports.append(stack.enter_context(granian(folder / number, **ours)))
            stack.enter_context(celery("worker", "--pool", "solo", "--hostname", number, **ours))
        stack.enter_context(celery("beat", "--pidfile=", **shared, VAR_DIR=str(folder / "first")))
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            wait_until(lambda address=address: requests.get(f"{address}/readyz", timeout=PATIENCE).ok, "not ready")
        yield Hosts(*addresses, cast, journey.integration, mails, folder / "documents")


class Somebody:
    """A browser that goes where the load balancer sends it, with its cookies."""

    def __init__(self) -> None:
        self.session, self.token = requests.Session(), ""

    def reads(self, url: str) -> requests.Response:
        page = self.session.get(url, timeout=PATIENCE)
        if found := TOKEN.search(page.text):
            self.token = found[1]
        return page

    def sends(self, url: str, data: dict[str, str], **files: Any) -> requests.Response:
        """Sends a form of the page that was read last; the page to which that leads."""
        return self.session.post(
            url, data=data | {"csrfmiddlewaretoken": self.token}, files=files or None, timeout=PATIENCE
        )

    def signs_in(self, hosts: Hosts, email: str) -> Somebody:
        """Asks one host for a code, and gives it to the other."""
        self.reads(f"{hosts.first}/sign-in/")
        before = len(hosts.mailed_to(email))
        self.sends(f"{hosts.first}/sign-in/code/", {"email": email})
        mailed = wait_until(lambda: hosts.mailed_to(email)[before:], "no code came")
        self.reads(f"{hosts.second}/sign-in/code/enter/")
        self.sends(f"{hosts.second}/sign-in/code/enter/", {"code": code_in(mailed[0])})
        return self


def test_who_signed_in_across_both_records_on_one_and_reads_on_the_other(hosts: Hosts) -> None:
    contract = Somebody().signs_in(hosts, hosts.cast.contract.email)
    home = f"/i/{hosts.integration.reference}/"
    page = contract.reads(f"{hosts.first}{home}agreement/")
    assert (page.status_code, page.url) == (200, f"{hosts.first}{home}agreement/")
    form = {"kind": "terms", "signatory": "Kirsten Kontrakt", "signed_on": "2026-01-15"}
    files = {"document": ("avtale.pdf", a_pdf(), "application/pdf")}
    sent = contract.sends(page.url, form, **files)
    assert sent.ok, sent.text
    document = hosts.integration.documents.get()
    there = contract.reads(f"{hosts.second}{home}documents/{document.pk}/")
    assert (there.status_code, there.content) == (200, (hosts.documents / document.file.name).read_bytes())


def test_who_signs_out_of_one_is_out_of_both(hosts: Hosts) -> None:
    manager = Somebody().signs_in(hosts, hosts.cast.manager.email)
    assert manager.reads(f"{hosts.first}/").url == f"{hosts.first}/"
    manager.sends(f"{hosts.second}/sign-out/", {})
    assert manager.reads(f"{hosts.first}/").url.startswith(f"{hosts.first}/sign-in/")


def test_whichever_worker_sends_a_mail_it_is_sent_once(hosts: Hosts) -> None:
    manager = Somebody().signs_in(hosts, hosts.cast.manager.email)
    home = f"/i/{hosts.integration.reference}/"
    invited = [f"ny{number}@fjordvik.example" for number in range(6)]
    for number, email in enumerate(invited):
        page = manager.reads(f"{(hosts.first, hosts.second)[number % 2]}{home}people/")
        sent = manager.sends(page.url, {"name": "Ny Person", "email": email, "roles": "observer"})
        assert sent.ok, sent.text
    wait_until(lambda: all(hosts.mailed_to(email) for email in invited), "not all are sent")
    wait_until(lambda: not Mail.objects.exclude(state__in=DONE).exists(), "mail still waits")
    assert [len(hosts.mailed_to(email)) for email in invited] == [1] * 6


def test_what_is_streamed_comes_whole_through_the_pooler(hosts: Hosts) -> None:
    lead = Somebody().signs_in(hosts, hosts.cast.lead.email)
    home = f"/i/{hosts.integration.reference}/"
    first, second = (lead.reads(f"{one}{home}history/export/csv/") for one in (hosts.first, hosts.second))
    assert first.status_code == 200
    assert first.content == second.content
    assert len(first.text.splitlines()) == hosts.integration.events.count() + 1
