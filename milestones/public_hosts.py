"""Where a webhook may go: over HTTPS, to a host of which every address is one of the public internet.

People choose the addresses, and through us nobody is to reach our own network (server-side request forgery, CWE-918).
A name may lead elsewhere a moment later, so what is asked is the very address that was judged: see `Pinned`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

from . import outside

LONGEST_ADDRESS = 2000
SECONDS = 4.0
"""Within which a name must have been looked up while somebody waits for a page."""
_PRINTED = re.compile(r"[!-~]+")
_HOST = re.compile(r"([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL = [
    ipaddress.ip_network(one)
    for one in (
        *("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4"),  # CGNAT, IETF, 6to4's relays, reserved
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),  # Teredo and other tunnels, examples, 6to4
    )
]
"""Addresses that Python calls global, or did in one of its versions, and that lead to no host of the public internet,
or to one whose IPv4 address is wrapped in them."""


class NotPublic(Exception):
    """The host is none that may be asked, or none at all: which of the two is told to nobody."""


def require_https_address(address: str) -> SplitResult:
    """The parts of an address as a webhook may have it. Raises ValidationError, in words; looks nothing up."""
    try:
        split = urlsplit(address)
        port = split.port
    except ValueError:
        split, port = urlsplit(""), None
    if split.scheme != "https" or not split.hostname or not _PRINTED.fullmatch(address) or "\\" in address:
        raise ValidationError(_("Enter the whole address. It begins with https://"))
    if len(address) > LONGEST_ADDRESS:
        raise ValidationError(_("The address has more than %(most)s characters.") % {"most": LONGEST_ADDRESS})
    if "@" in split.netloc or "#" in address:
        raise ValidationError(_("Enter the address without a name or password, and without #."))
    if not _HOST.fullmatch(split.netloc):
        raise ValidationError(_("Enter the whole address. It begins with https://"))
    if port not in (None, 443) and not 1024 <= port <= 65535:
        raise ValidationError(_("The port must be 443, or one from 1024 to 65535."))
    return split


def require_public_address(address: str) -> None:
    """Raise ValidationError, in words, for what is no address of a public host. Looks its name up, within SECONDS."""
    split = require_https_address(address)
    try:
        outside.within(SECONDS, lambda _ends: addresses_of(split), "lookup")
    except (NotPublic, outside.TooSlow):
        told = _("No webhook can be sent to %(host)s: it must be a host that everybody on the internet can reach.")
        raise ValidationError(told % {"host": split.hostname}) from None


def addresses_of(split: SplitResult) -> list[str]:
    """The IP addresses of a host, all of which may be asked. Raises NotPublic where one may not, or there is none."""
    try:
        found = socket.getaddrinfo(split.hostname, split.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotPublic from None
    addresses = [str(where[0]) for *_kind, where in found]
    if not addresses or not all(map(_may_be_asked, addresses)):
        raise NotPublic
    return addresses


def _may_be_asked(address: str) -> bool:
    ours = map(ipaddress.ip_network, settings.WEBHOOKS_TO_PRIVATE)
    return is_public(address) or any(ipaddress.ip_address(address) in network for network in ours)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and wraps no other."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and ip not in _GLOBAL_UNICAST:  # with IPv4-mapped, NAT64, unique-local, link-local, multicast
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)


class Pinned(HTTPAdapter):
    """Connects to one IP address, whatever the name means by then; TLS is verified for the name.

    A proxy on the way is asked for that address too, and looks up no name for us.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        where, how = super().build_connection_pool_key_attributes(request, verify, cert)
        name = str(where["host"]).strip("[]")
        pinned = {"server_hostname": name, "assert_hostname": name}
        return {**where, "host": self._address}, {**how, **pinned}
