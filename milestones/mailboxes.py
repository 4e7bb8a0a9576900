"""One mailbox, one address: the form in which an address is stored and compared, and which ones no mail reaches."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from typing import Any

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST, LONGEST_LOCAL = 254, 64
"""Characters of a whole address, and of what stands before the @ (RFC 5321, 4.5.3.1)."""
ONE_FORM = r"^[!#-?^-~]+@[a-z0-9.-]*[a-z0-9]\Z"
"""What every stored address looks like, for the database: printable ASCII, no capitals, no quotation marks."""
NOT_FOR_MAIL = {"alt", "arpa", "internal", "invalid", "local", "localdomain", "localhost", "onion", "test"}
"""Endings that no mail server answers for: RFC 2606, 6761, 6762, 7686, 9476. `.example` is the demo story's."""

Fault = Any
"""What is wrong, as a lazy text; None if nothing is."""

_ATEXT = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def normalised(address: str) -> str:
    """The one form of an address, which two spellings of a mailbox share; of anything else, the same every time.

    Compatibility characters are resolved (NFKC), invisible ones dropped, letters small, the domain as the DNS has it
    (IDNA 2008), quotation marks gone where none are needed. Plus-tags and dots stay: those are other mailboxes to us.
    """
    if len(address) > 4 * LONGEST:  # no mailbox; resolving it would only take time
        return address
    resolved = unicodedata.normalize("NFKC", address)
    visible = "".join(one for one in resolved if unicodedata.category(one) != "Cf").strip()
    local, at, domain = visible.rpartition("@")
    return f"{_unquoted(_small(local))}@{normalised_domain(domain)}" if at else _small(visible)


@lru_cache(maxsize=1024)
def normalised_domain(domain: str) -> str:
    """As the DNS has it: small ASCII letters, no dot at the end. What is no domain comes out in small letters."""
    named = re.sub(r"[\s.\u3002\uff0e\uff61]+\Z", "", domain).lstrip()
    for spelled in (named, _small(named)):  # small letters may make a name of what is none: “ß” becomes “ss”
        with suppress(UnicodeError):  # among them idna.IDNAError
            return idna.encode(spelled, uts46=True).decode()
    return _small(named)


def _small(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())


def _unquoted(local: str) -> str:
    if not (quoted := _QUOTED.fullmatch(local)):
        return local
    meant = re.sub(r"\\(.)", r"\1", quoted[1])
    return meant if _DOT_ATOM.fullmatch(meant) else '"' + re.sub(r'(["\\])', r"\\\1", meant) + '"'


def spellings(address: str) -> set[str]:
    """How people write an address (in its one form): with å in its domain too, where the DNS has xn--."""
    local, _at, domain = address.rpartition("@")
    try:
        return {address, f"{local}@{idna.decode(domain)}"}
    except UnicodeError:
        return {address}


def is_domain(domain: str) -> bool:
    """Whether it is a name of the DNS with a dot in it: letters, digits and hyphens, and no IP address."""
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(one) for one in labels):
        return False
    return not any(one.startswith("xn--") for one in labels) or _is_international(domain)


def _is_international(domain: str) -> bool:
    try:
        return bool(idna.encode(domain))
    except UnicodeError:
        return False


def require_deliverable(address: str) -> None:
    """Raises ValidationError, with what to do, for an address (in its one form) that no mail can reach."""
    local, _at, domain = address.rpartition("@")
    if fault := _fault(address, local, domain):
        raise ValidationError(fault, code="undeliverable")


def _fault(address: str, local: str, domain: str) -> Fault:
    if not local or not domain:
        return _("Write a whole e-mail address, such as kari@firma.no.")
    if len(address) > LONGEST:
        return _("The address is too long. It can have 254 characters at most.")
    if len(local) > LONGEST_LOCAL:
        return _("There is too much before the @. It can be 64 characters at most.")
    if not _DOT_ATOM.fullmatch(local):
        return _("Before the @, use the letters a to z, digits and marks such as . - _ and +, without spaces.")
    return _fault_of_domain(domain)


def _fault_of_domain(domain: str) -> Fault:
    if _is_ip(domain.strip("[]").removeprefix("ipv6:")):
        return _("Write a domain after the @, such as firma.no, and not an IP address.")
    if domain.rpartition(".")[2] in NOT_FOR_MAIL:
        return _("No mail reaches an address at %(domain)s. Write one at which mail is read.") % {"domain": domain}
    return None if is_domain(domain) else _("Write a domain with a dot after the @, such as firma.no.")


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_at_staff_domain(address: str) -> bool:
    """Whether an address (in its one form) is at one of STAFF_DOMAINS, or at a subdomain of one."""
    domain = address.rpartition("@")[2]
    return any(domain == one or domain.endswith(f".{one}") for one in settings.STAFF_DOMAINS)


def require_sender(address: str) -> None:
    """Raises ValidationError for an address at a staff domain: whoever has one cannot be a member."""
    if is_at_staff_domain(address):
        domain = address.rpartition("@")[2]
        told = _("Addresses at %(domain)s are Digipost's own. Write the address that they have at the sender.")
        raise ValidationError(told % {"domain": domain}, code="staff_domain")
