"""What is too large is refused before it is taken in, with the app's own page."""

from __future__ import annotations

import re

import pytest

from milestones.documents import MAX_BYTES
from milestones.middleware.admission import ROOM_FOR_THE_FORM
from tests.processes import PATIENCE
from tests.proxy.clients import ask, dawdling
from tests.proxy.conftest import Site
from tests.proxy.servers import CONFIGURATION, needs_nginx

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024
OURS = b"<main"
FORM = "application/x-www-form-urlencoded"


def test_the_proxy_takes_in_what_the_app_does() -> None:
    """Raise `client_max_body_size` in deploy/nginx/nginx.conf.template together with examining.MAX_BYTES."""
    (size,) = re.findall(r"client_max_body_size (\d+)m;", CONFIGURATION)
    assert int(size) * MEGABYTE == MAX_BYTES + ROOM_FOR_THE_FORM


@needs_nginx
def test_what_is_announced_as_too_large_is_refused_before_it_comes(site: Site) -> None:
    lines = ("POST /sign-in/ HTTP/1.1", "Host: localhost", f"Content-Length: {22 * MEGABYTE}")
    with dawdling(site.port, 1, *lines) as (asking,):
        asking.settimeout(PATIENCE)
        assert asking.recv(4096).startswith(b"HTTP/1.1 413")


@needs_nginx
@pytest.mark.parametrize("size", [21 * MEGABYTE + 1, 60 * MEGABYTE])
def test_it_is_told_with_a_page_of_ours(site: Site, size: int) -> None:
    answer = ask(site.port, "/sign-in/", "POST", b"x" * size, Host="localhost")
    assert (answer.status, OURS in answer.body) == (413, True)


@needs_nginx
def test_what_announces_no_length_is_counted_as_it_comes(site: Site) -> None:
    pieces = (b"x" * MEGABYTE for _number in range(23))
    answer = ask(site.port, "/sign-in/", "POST", pieces, Host="localhost")
    assert (answer.status, OURS in answer.body) == (413, True)


@needs_nginx
@pytest.mark.parametrize("announced", [True, False])
def test_what_fits_reaches_the_app_whole(site: Site, announced: bool) -> None:
    """Also without a length, which the app could not read by itself. It is refused for want of a token alone."""
    body = b"login=kari%40fjordvik.example&password=" + b"x" * (900 * 1024)
    headers = {"Host": "localhost", "Content-Type": FORM, "Cookie": f"csrftoken={'x' * 32}"}
    answer = ask(site.port, "/sign-in/", "POST", body if announced else iter([body]), **headers)
    assert answer.status == 403
    assert b"kari@fjordvik.example" in answer.body
