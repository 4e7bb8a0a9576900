"""Structured environment variables, parsed and validated at start: an error names the variable."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from milestones.mailboxes import is_domain, normalised_domain


class Field(NamedTuple):
    """One name of a provider in OIDC_PROVIDERS. Without a default it must be given."""

    holds: Callable[[Any], bool]
    wanted: str
    default: Any = None


def _is_text(said: Any) -> bool:
    return isinstance(said, str) and bool(said.strip())


def _is_switch(said: Any) -> bool:
    """JSON's own true or false: the text "false" would otherwise count as true."""
    return isinstance(said, bool)


def _is_id(said: Any) -> bool:
    """It becomes part of an address. The one name refused is what allauth calls all of them together."""
    return isinstance(said, str) and bool(re.fullmatch(r"[A-Za-z0-9_-]{1,40}", said)) and said != "openid_connect"


def _is_web_address(said: Any) -> bool:
    try:
        return isinstance(said, str) and bool(re.match(r"https?://", said)) and bool(urlsplit(said).hostname)
    except ValueError:
        return False


def _is_trust(said: Any) -> bool:
    """A text is refused: "digipost.example" would otherwise be a list of letters."""
    return _is_switch(said) or (isinstance(said, list) and all(_is_text(one) and _is_domain(one) for one in said))


def _is_domain(said: str) -> bool:
    return is_domain(normalised_domain(said))


def _is_scope(said: Any) -> bool:
    return isinstance(said, list) and all(_is_text(one) for one in said) and "openid" in said


FIELDS = {
    "id": Field(_is_id, "1 to 40 of a-z, A-Z, 0-9, - and _, and not openid_connect"),
    "name": Field(_is_text, "a text"),
    "issuer": Field(_is_web_address, "an https address"),
    "client_id": Field(_is_text, "a text"),
    "secret": Field(lambda said: isinstance(said, str), "a text", ""),
    "staff": Field(_is_switch, "true or false, without quotation marks", False),
    "trusts_email": Field(_is_trust, 'true, false, or a list of domains such as ["digipost.example"]', False),
    "scope": Field(_is_scope, 'a list of texts with "openid" among them', ["openid", "email", "profile"]),
    "userinfo": Field(_is_switch, "true or false, without quotation marks", True),
}


def oidc_providers(text: str, *, over_tls: bool) -> list[dict[str, Any]]:
    """Parse OIDC_PROVIDERS and add defaults. `over_tls` requires https issuers. Raises ImproperlyConfigured."""
    try:
        given = json.loads(text or "[]")
    except ValueError as error:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS is not JSON: {error}") from error
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ImproperlyConfigured("OIDC_PROVIDERS must be a JSON list of objects, one for each provider.")
    providers = [_provider(one, f"OIDC_PROVIDERS, provider {number}", over_tls) for number, one in enumerate(given, 1)]
    ids = [one["id"] for one in providers]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ImproperlyConfigured(f"OIDC_PROVIDERS names more than one provider with the id {', '.join(twice)}.")
    return providers


def _provider(given: dict[str, Any], where: str, over_tls: bool) -> dict[str, Any]:
    """What is wrong is told without what was given: it may stand in the wrong place, and be the secret."""
    where = f"{where} ({given['id']})" if _is_id(given.get("id")) else where
    if unknown := set(given) - set(FIELDS):
        raise ImproperlyConfigured(f"{where}: knows nothing of {', '.join(sorted(unknown))}.")
    if missing := [name for name, field in FIELDS.items() if field.default is None and given.get(name) in (None, "")]:
        raise ImproperlyConfigured(f"{where}: lacks {', '.join(missing)}.")
    provider = {name: field.default for name, field in FIELDS.items()} | given
    for name, field in FIELDS.items():
        if not field.holds(provider[name]):
            raise ImproperlyConfigured(f"{where}: {name} must be {field.wanted}.")
    if over_tls and not provider["issuer"].startswith("https://"):
        raise ImproperlyConfigured(f"{where}: the issuer is not served over TLS. Outside debug it must be.")
    return provider | {"trusts_email": _trusted(provider["trusts_email"])}


def _trusted(said: bool | list[str]) -> bool | list[str]:
    """Domains as they are compared."""
    return said if isinstance(said, bool) else [normalised_domain(one) for one in said]


def socialaccount_apps(providers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same for allauth, which is told nothing of `trusts_email`: entry/oidc.py decides whose an address is."""
    return [
        {
            "provider_id": one["id"],
            "name": one["name"],
            "client_id": one["client_id"],
            "secret": one["secret"],
            "settings": {"server_url": one["issuer"], "scope": one["scope"], "fetch_userinfo": one["userinfo"]},
        }
        for one in providers
    ]


def origin(variable: str, given: str, *, over_tls: bool) -> str:
    """A scheme and a host, with or without a port; empty where nothing is given. Raises ImproperlyConfigured."""
    said = given.strip().rstrip("/")
    if not said:
        return ""
    scheme, separator, host = said.partition("://")
    if not _is_web_address(said) or not separator or not re.fullmatch(r"[\w.:\[\]-]+", host):
        raise ImproperlyConfigured(f"{variable} is no scheme and host, for example https://data.brreg.no.")
    if over_tls and scheme != "https":
        raise ImproperlyConfigured(f"{variable} does not begin with https://. Outside debug it must.")
    return said


def domains(variable: str, given: list[str]) -> list[str]:
    """Domains as they are compared, without the space that may stand after a comma."""
    found = [normalised_domain(one) for one in given if one.strip()]
    if wrong := [one for one in found if not is_domain(one)]:
        raise ImproperlyConfigured(f"{variable}: {wrong[0]} is no domain such as digipost.example.")
    return found


def host_endings(variable: str, given: list[str]) -> list[str]:
    """What hosts end with, each a domain after a full stop. Raises ImproperlyConfigured."""
    found = [one.strip().lower() for one in given if one.strip()]
    if wrong := [one for one in found if not one.startswith(".") or not is_domain(one[1:])]:
        raise ImproperlyConfigured(f"{variable}: {wrong[0]} is no ending such as .logic.azure.com.")
    return found


def networks(variable: str, given: list[str]) -> list[str]:
    """Addresses or networks, without the space that may stand after a comma."""
    found = []
    for one in filter(None, (one.strip() for one in given)):
        try:
            found.append(str(ipaddress.ip_network(one, strict=False)))
        except ValueError as error:
            raise ImproperlyConfigured(f"{variable}: {one} is neither an address nor a network.") from error
    return found


def token(variable: str, said: str) -> str:
    """A key that a machine sends: empty, or long enough that nobody guesses it, and without what no header holds."""
    if said and not re.fullmatch(r"[!-~]{20,}", said):
        raise ImproperlyConfigured(f"{variable} must be 20 or more printable characters without spaces.")
    return said
