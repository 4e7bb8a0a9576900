"""Behind a proxy that is named, what it says of who asks counts; from anybody else it is dropped."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .. import request_ids

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Hop = dict[str, str]


class ProxyMiddleware:
    """First of all: nobody after it sees a forwarded header that a stranger may have written.

    Only `Forwarded` (RFC 7239) counts, and only from a trusted proxy. WSGI makes one name of X-Forwarded-For and
    X_Forwarded_For, and the server keeps whichever came last: whether the proxy wrote it cannot be seen here. Nothing
    else becomes HTTP_FORWARDED.

    REMOTE_ADDR becomes the address of the last hop that is not itself a trusted proxy, and the scheme what that hop
    asked by. What stands before a hop that is no address may be anybody's words: the proxy's own address stays.

    An id that a request brings with it counts by the same rule: see `request_id.py`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name in request.META if name.startswith("HTTP_X_FORWARDED_")]:
            del request.META[name]
        said = request.META.pop("HTTP_FORWARDED", "")
        if _is_trusted(request.META.get("REMOTE_ADDR", "")):
            _believe(request, _client_in(said))
        else:
            request.META.pop(request_ids.KEY, None)
        return self.get_response(request)


def _believe(request: HttpRequest, client: Hop) -> None:
    address = _address_of(client.get("for", ""))
    if _is_address(address):
        request.META["REMOTE_ADDR"] = address
        request.META["wsgi.url_scheme"] = "https" if client.get("proto", "").lower() == "https" else "http"


def _client_in(said: str) -> Hop:
    """The last hop that is not trusted; if all are, the first one: a client on a proxy's own machine."""
    hops = [_hop(element) for element in said.split(",")]
    return next((hop for hop in reversed(hops) if not _is_trusted(_address_of(hop.get("for", "")))), hops[0])


def _hop(element: str) -> Hop:
    """Its parameters: `for=192.0.2.1;proto=https`."""
    pairs = (pair.partition("=") for pair in element.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _equals, value in pairs}


def _address_of(node: str) -> str:
    """The address of a node, without the port that it may have: 192.0.2.1:443, [2001:db8::1]:443."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def _is_trusted(address: str) -> bool:
    if not _is_address(address):
        return False
    peer = ipaddress.ip_address(address)
    peer = getattr(peer, "ipv4_mapped", None) or peer  # a socket for both says ::ffff:192.0.2.1
    return any(peer in network for network in _trusted())


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _trusted() -> list[Network]:
    return [ipaddress.ip_network(one, strict=False) for one in settings.TRUSTED_PROXIES]
