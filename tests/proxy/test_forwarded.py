"""What the app believes of who asks: what a named proxy says in `Forwarded`, and nothing else of anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from milestones.middleware.proxy import ProxyMiddleware

PROXY = "10.0.0.5"


@pytest.fixture
def seen(settings: Any) -> Any:
    """The request that a view sees, sent from an address with headers as WSGI has them."""
    settings.TRUSTED_PROXIES = [PROXY, "10.1.0.0/16"]

    def answer(address: str, **headers: str) -> HttpRequest:
        found: list[HttpRequest] = []

        def view(request: HttpRequest) -> HttpResponse:
            found.append(request)
            return HttpResponse()

        ProxyMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=address, **headers))  # type: ignore[arg-type]
        return found[0]

    return answer


@pytest.mark.parametrize(
    ("said", "address", "scheme"),
    [
        ("for=1.2.3.4;proto=https", "1.2.3.4", "https"),
        ("for=1.2.3.4;proto=http", "1.2.3.4", "http"),
        ("for=1.2.3.4", "1.2.3.4", "http"),
        ('For="[2001:db8::1]" ; Proto=HTTPS', "2001:db8::1", "https"),
        ("for=10.1.2.3;proto=https", "10.1.2.3", "https"),
        ("for=6.6.6.6;proto=http, for=1.2.3.4;proto=https, for=10.1.2.3;proto=http", "1.2.3.4", "https"),
        ('for=6.6.6.6, for="1.2.3.4:5678"', "1.2.3.4", "http"),
        ('for=6.6.6.6, for="[2001:db8::1]:443";proto=https, for="10.1.2.3:80"', "2001:db8::1", "https"),
    ],
)
def test_a_named_proxy_counts(seen: Any, said: str, address: str, scheme: str) -> None:
    found = seen(PROXY, HTTP_FORWARDED=said)
    assert (found.META["REMOTE_ADDR"], found.scheme) == (address, scheme)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "for=6.6.6.6, for=unknown;proto=https",
        "for=6.6.6.6, for=_hidden;proto=https",
        "for=6.6.6.6, proto=https",
        "for=6.6.6.6, for=1.2.3.4:5678:9;proto=https, for=10.1.2.3",
        "for=6.6.6.6, =;;;",
        "for=6.6.6.6, \x00<script>",
    ],
)
def test_what_stands_before_what_cannot_be_read_does_not_count(seen: Any, said: str) -> None:
    found = seen(PROXY, HTTP_FORWARDED=said)
    assert (found.META["REMOTE_ADDR"], found.scheme) == (PROXY, "http")


@pytest.mark.parametrize("address", ["1.2.3.4", "10.0.0.6", "::1", ""])
def test_anybody_else_does_not_count(seen: Any, address: str) -> None:
    found = seen(address, HTTP_FORWARDED="for=9.9.9.9;proto=https")
    assert (found.META["REMOTE_ADDR"], found.scheme) == (address, "http")
    assert "HTTP_FORWARDED" not in found.META


@pytest.mark.parametrize("address", [PROXY, "1.2.3.4"])
def test_a_name_that_others_fold_into_counts_from_nobody(seen: Any, address: str) -> None:
    """A client's X_Forwarded_For arrives as HTTP_X_FORWARDED_FOR too, in place of the proxy's own."""
    folded = {"HTTP_X_FORWARDED_FOR": "9.9.9.9", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "x"}
    found = seen(address, **folded)
    assert (found.META["REMOTE_ADDR"], found.scheme) == (address, "http")
    assert [name for name in found.META if "FORWARDED" in name] == []


def test_what_the_proxy_says_stands_beside_what_a_client_folded_in(seen: Any) -> None:
    found = seen(PROXY, HTTP_X_FORWARDED_FOR="9.9.9.9", HTTP_FORWARDED="for=1.2.3.4;proto=https")
    assert (found.META["REMOTE_ADDR"], found.is_secure()) == ("1.2.3.4", True)


def test_a_named_proxy_counts_on_a_socket_for_both_kinds_of_addresses(seen: Any) -> None:
    assert seen("::ffff:10.1.0.9", HTTP_FORWARDED="for=1.2.3.4;proto=https").META["REMOTE_ADDR"] == "1.2.3.4"
    assert seen("::ffff:10.2.0.9", HTTP_FORWARDED="for=1.2.3.4;proto=https").META["REMOTE_ADDR"] == "::ffff:10.2.0.9"
