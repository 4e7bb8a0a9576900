"""Those who neither go on nor hang up: bare granian stops, the proxy waits for them in its stead."""

from __future__ import annotations

import select
import socket
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from milestones.models import Document
from tests.cast import Cast
from tests.processes import PATIENCE
from tests.proxy.clients import ask, dawdling
from tests.proxy.conftest import Site
from tests.proxy.servers import CONFIGURATION, WAITS, granian, needs_nginx, nginx

pytestmark = [needs_nginx, pytest.mark.django_db(transaction=True)]

BODY = (
    *("POST /sign-in/ HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded"),
    f"Cookie: csrftoken={'x' * 32}",  # with it, the form is read for its twin
)
ANNOUNCED = (*BODY, "Content-Length: 1000")
LARGE = b"Referat: vi ble enige.\n" * 400_000


@pytest.fixture
def download(cast: Cast, settings: Any, site: Site) -> tuple[str, ...]:
    """The request for a document of some megabytes, by somebody who may have it."""
    return _download_of(cast, settings, site.folder)


def _download_of(cast: Cast, settings: Any, folder: Path) -> tuple[str, ...]:
    settings.MEDIA_ROOT = str(folder / "documents")
    integration = cast.journey().integration
    document = Document.objects.create(
        integration=integration,
        file=ContentFile(LARGE, name="referat.txt"),
        name="referat.txt",
        content_type="text/plain",
        size=len(LARGE),
        uploaded_by=cast.staff,
    )
    cookies = "; ".join(f"{one.key}={one.value}" for one in cast.client(cast.manager).cookies.values())
    path = f"/i/{integration.reference}/documents/{document.pk}/"
    return f"GET {path} HTTP/1.1", "Host: localhost", f"Cookie: {cookies}"


def stands_still(app_port: int) -> bool:
    """Whether others who dawdle come to hold every thread: a request that came after them is left without an answer.

    Which of the first requests a thread takes up is chance, so it is asked until that is so.
    """
    return any(not _is_answered(app_port) for _number in range(50))


def _is_answered(port: int) -> bool:
    with dawdling(port, 1, "GET /sign-in/ HTTP/1.1", "Host: localhost") as (asking,):
        return bool(select.select([asking], [], [], 5)[0])


def keeps_answering(port: int) -> bool:
    return {ask(port, "/sign-in/", Host="localhost").status for _number in range(10)} == {200}


def test_sixteen_idle_bodies_stop_bare_granian(site: Site) -> None:
    """Why there is a proxy. When they leave it goes on."""
    with dawdling(site.app_port, 16, *ANNOUNCED):
        assert stands_still(site.app_port)
    assert ask(site.app_port, "/sign-in/").status == 200


def test_sixteen_unread_downloads_stop_bare_granian(cast: Cast, settings: Any, tmp_path: Path) -> None:
    with granian(tmp_path) as app_port:
        with dawdling(app_port, 16, *_download_of(cast, settings, tmp_path)):
            assert stands_still(app_port)
        assert ask(app_port, "/sign-in/").status == 200


@pytest.mark.parametrize(
    ("lines", "ended"),
    [
        (ANNOUNCED, True),
        ((*BODY, "Content-Length: 20000000", "Expect: 100-continue"), True),
        ((*BODY, "Transfer-Encoding: chunked", "", "5", "login"), False),
        (BODY, False),
    ],
    ids=["announced", "large", "in pieces", "no end of headers"],
)
def test_two_hundred_idle_bodies_change_nothing_behind_the_proxy(
    site: Site, lines: tuple[str, ...], ended: bool
) -> None:
    with dawdling(site.port, 200, *lines, ended=ended):
        assert keeps_answering(site.port)


def test_forty_unread_downloads_change_nothing_behind_the_proxy(site: Site, download: tuple[str, ...]) -> None:
    with dawdling(site.port, 40, *download):
        assert keeps_answering(site.port)


def test_nor_do_they_where_the_app_streams_documents(cast: Cast, settings: Any, tmp_path: Path) -> None:
    asked = _download_of(cast, settings, tmp_path)
    with granian(tmp_path) as app_port, nginx(tmp_path, app_port) as port, dawdling(port, 40, *asked):
        assert keeps_answering(port)


def test_the_proxy_waits_for_nobody_for_long() -> None:
    waits = {name: int(seconds) for name, seconds in WAITS.findall(CONFIGURATION)}
    assert set(waits) == {"client_header_timeout", "client_body_timeout", "send_timeout"}
    assert max(waits.values()) <= 30
    assert "reset_timedout_connection on;" in CONFIGURATION


@pytest.mark.parametrize("ended", [False, True], ids=["header", "body"])
def test_who_does_not_go_on_is_let_go_of(site: Site, tmp_path: Path, ended: bool) -> None:
    with nginx(tmp_path, site.app_port, hurried=True) as port, dawdling(port, 1, *ANNOUNCED, ended=ended) as (slow,):
        assert is_let_go_of(slow)


def test_who_does_not_read_on_is_let_go_of(site: Site, tmp_path: Path, download: tuple[str, ...]) -> None:
    documents = site.folder / "documents"
    with (
        nginx(tmp_path, site.app_port, documents=documents, hurried=True) as port,
        dawdling(port, 1, *download) as (slow,),
    ):
        assert is_let_go_of(slow)
        assert ask(port, "/sign-in/", Host="localhost").status == 200


def is_let_go_of(slow: socket.socket) -> bool:
    """Whether the other side hangs up, with all that it may have sent left unread."""
    waiting = select.poll()
    waiting.register(slow, select.POLLRDHUP)
    return bool(waiting.poll(PATIENCE * 1000))


def test_one_address_does_not_hold_all_connections(site: Site) -> None:
    # A hundred more than it may have: nginx hangs up on the first ones while a slow machine opens the last.
    with dawdling(site.port, 500, *ANNOUNCED):
        assert any(ask(site.port, "/sign-in/", Host="localhost").status == 429 for _number in range(200))
    assert keeps_answering(site.port)
