"""Behind a proxy that is named, what it forwards counts; from anybody else it is dropped."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ProxyMiddleware:
    """First of all: nobody after it sees a forwarded header that a stranger wrote.

    From a trusted proxy, REMOTE_ADDR becomes the last address of X-Forwarded-For that is not itself a trusted proxy.
    What stands before a hop that is no address may be anybody's words: the proxy's own address stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = _client_of(request)
        else:
            for name in [name for name in request.META if name.startswith("HTTP_X_FORWARDED_")] + ["HTTP_FORWARDED"]:
                request.META.pop(name, None)
        return self.get_response(request)


def _client_of(request: HttpRequest) -> str:
    hops = [_address_of(hop) for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    client = next((hop for hop in reversed(hops) if not _is_trusted(hop)), "")
    return client if _is_address(client) else str(request.META["REMOTE_ADDR"])


def _address_of(hop: str) -> str:
    """The address of a hop, without the port that some proxies add: 192.0.2.1:443, [2001:db8::1]:443."""
    hop = hop.strip()
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_trusted(address: str) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in network for network in _trusted())


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _trusted() -> list[Network]:
    return [ipaddress.ip_network(one, strict=False) for one in settings.TRUSTED_PROXIES]
