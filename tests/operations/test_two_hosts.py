"""Two hosts on one database, one broker and one store: whoever is signed in on one acts on the other.

The database stands behind PgBouncer, which hands connections out by the transaction, and the broker is RabbitMQ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from django.conf import settings

from milestones.demo.journey import a_pdf
from milestones.models import Integration, Mail, SendState
from tests.cast import Cast, build_cast
from tests.conftest import PGBOUNCER, RABBITMQ
from tests.operations.servers import RabbitMQ, Server, celery, pooler, redis
from tests.own_database import instead, made, on_server
from tests.processes import PATIENCE, wait_until
from tests.proxy.servers import granian

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_postgresql"),
    pytest.mark.skipif(not (PGBOUNCER and Path(RABBITMQ).exists()), reason="PgBouncer or RabbitMQ is not installed"),
]
DONE = (SendState.SENT, SendState.DROPPED)
CODE = re.compile(r"^([A-Z0-9-]{6,12})$", re.MULTILINE)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Hosts(NamedTuple):
    """Where each host's web answers, who is there, and the folder into which workers put mails."""

    first: str
    second: str
    cast: Cast
    integration: Integration
    mails: Path
    documents: Path
    broker: RabbitMQ
    memory: Server
    database: str

    @property
    def addresses(self) -> tuple[str, str]:
        return self.first, self.second

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
        broker, memory = RabbitMQ(folder), redis()
        for server in (broker, memory):
            server.start()
            stack.callback(server.stop)
        shared = {
            "DATABASE_URL": stack.enter_context(pooler(folder, name)),
            "DATABASE_POOLED": "on",
            "PGOPTIONS": "",  # what makes other tests fast; the pooler lets no such options through
            "BROKER_URL": broker.url,
            "REDIS_URL": f"redis://127.0.0.1:{memory.port}/0",
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
            ports.append(stack.enter_context(granian(folder / number, threads=2, **ours)))
            stack.enter_context(celery("worker", "--pool", "solo", "--hostname", number, **ours))
        stack.enter_context(celery("beat", "--pidfile=", **shared, VAR_DIR=str(folder / "first")))
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            wait_until_ready(address)
        first, second = addresses
        yield Hosts(first, second, cast, journey.integration, mails, folder / "documents", broker, memory, name)


def wait_until_ready(address: str) -> None:
    wait_until(lambda: requests.get(f"{address}/readyz", timeout=PATIENCE).ok, "not ready")


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

    def invites(self, home: str, email: str) -> None:
        page = self.reads(f"{home}people/")
        sent = self.sends(page.url, {"name": "Ny Person", "email": email, "roles": "observer"})
        assert sent.ok, sent.text

    def signs_in(self, hosts: Hosts, email: str) -> Somebody:
        """Asks one host for a code, and gives it to the other."""
        self.reads(f"{hosts.first}/sign-in/")
        self.sends(f"{hosts.first}/sign-in/code/", {"email": email})
        codes = wait_until(lambda: CODE.findall("".join(hosts.mailed_to(email))), "no code came")
        self.reads(f"{hosts.second}/sign-in/code/enter/")
        self.sends(f"{hosts.second}/sign-in/code/enter/", {"code": codes[-1]})
        return self


@pytest.fixture(scope="module")
def manager(hosts: Hosts) -> Somebody:
    """The project manager, who signs in once for all tests: codes are rationed."""
    return Somebody().signs_in(hosts, hosts.cast.manager.email)


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
    assert (there.status_code, there.content) == (200, (hosts.documents / str(document.file.name)).read_bytes())


def test_who_signs_out_of_one_is_out_of_both(hosts: Hosts) -> None:
    owner = Somebody().signs_in(hosts, hosts.cast.owner.email)
    assert owner.reads(f"{hosts.first}/").url == f"{hosts.first}/"
    owner.sends(f"{hosts.second}/sign-out/", {})
    assert owner.reads(f"{hosts.first}/").url.startswith(f"{hosts.first}/sign-in/")


def test_whichever_worker_sends_a_mail_it_is_sent_once(hosts: Hosts, manager: Somebody) -> None:
    home = f"/i/{hosts.integration.reference}/"
    invited = [f"ny{number}@fjordvik.example" for number in range(6)]
    for number, email in enumerate(invited):
        manager.invites(hosts.addresses[number % 2] + home, email)
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


def test_while_the_broker_is_gone_all_is_recorded_and_when_it_is_back_all_is_sent(
    hosts: Hosts, manager: Somebody
) -> None:
    email = "mens-den-var-borte@fjordvik.example"
    with hosts.broker.gone():
        manager.invites(f"{hosts.first}/i/{hosts.integration.reference}/", email)
    wait_until(lambda: hosts.mailed_to(email), "nothing is sent, though the broker is back")


def test_while_redis_is_gone_who_is_in_works_on(hosts: Hosts, manager: Somebody) -> None:
    email = "uten-redis@fjordvik.example"
    with hosts.memory.gone():
        manager.invites(f"{hosts.second}/i/{hosts.integration.reference}/", email)
    wait_until(lambda: hosts.mailed_to(email), "the mail is not sent")
    assert manager.reads(f"{hosts.first}/").url == f"{hosts.first}/"


def test_when_the_database_was_gone_all_go_on(hosts: Hosts, manager: Somebody) -> None:
    """Restarted in the middle of work: whoever is connected is cut off, and nobody comes in for a while. What pages
    say meanwhile: tests/test_refusals.py.
    """
    home = f"{hosts.second}/i/{hosts.integration.reference}/"
    with nobody_comes_in(hosts.database):
        assert not manager.reads(home).ok
        assert requests.get(f"{hosts.second}/healthz", timeout=PATIENCE).ok
        assert not requests.get(f"{hosts.second}/readyz", timeout=PATIENCE).ok
    wait_until(lambda: manager.reads(home).ok, "no page, though the database is back")
    manager.invites(home, "etter-avbruddet@fjordvik.example")
    wait_until(lambda: hosts.mailed_to("etter-avbruddet@fjordvik.example"), "no worker goes on")
    for address in hosts.addresses:
        wait_until_ready(address)


@contextmanager
def nobody_comes_in(database: str) -> Iterator[None]:
    on_server(
        f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false',
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",  # noqa: S608  # ours
    )
    try:
        yield
    finally:
        on_server(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')
