"""Which addresses are taken: over HTTPS, to hosts of the public internet alone; whatever form a private one has."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.urls import reverse

from integrasjon.environment import networks
from milestones import public_hosts
from milestones.demo import Journey
from milestones.models import Webhook
from milestones.public_hosts import LONGEST_ADDRESS, is_public, require_https_address, require_public_address
from tests.cast import Cast
from tests.processes import HUNG
from tests.webhooks.receiver import A_WEBHOOK, HOST, Names

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:400f:80d::200e"]
PRIVATE = [
    *("127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "0.0.0.1", "0.1.2.3"),
    *("169.254.169.254", "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::7f00:1", "64:ff9b::7f00:1"),
    *("64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::1", "2001:10::1"),
    *("3fff::1", "5f00::1", "fe80::1%1"),
]
NO_ADDRESS = [
    *("", "x", "https://", "https:///a", "//hooks.fjordvik.example/a", "hooks.fjordvik.example/a", "https://["),
    *("http://hooks.fjordvik.example/a", "ftp://hooks.fjordvik.example/a", "javascript:alert(1)", "file:///etc/passwd"),
    *("https://a:b@hooks.fjordvik.example/a", "https://hooks.fjordvik.example@evil.example/a", "https://@a.example/"),
    *("https://hooks.fjordvik.example:22/", "https://hooks.fjordvik.example:0/", "https://hooks.fjordvik.example:x/"),
    *("https://hooks.fjordvik.example:80/", "https://hooks.fjordvik.example:65536/", "https://a.example:/"),
    *("https://hooks.fjordvik.example/a#b", "https://hooks.fjordvik.example/a b", "https://hooks.fjordvik.example/å"),
    *("https://hooks.fjordvik.example/a\nHost: evil", "https://hooks.fjordvik.example\\@evil.example/", "https://å.no/"),
    *("https://hooks.fjordvik.example./a", "https://a..example/", "https://%31%32%37.0.0.1/", "https://[::1%25lo]/"),
    *("https://hooks.fjordvik.example/\x00", f"https://hooks.fjordvik.example/{'a' * LONGEST_ADDRESS}"),
]  # fmt: skip


def told_of(address: str) -> str:
    """What whoever types it is told."""
    with pytest.raises(ValidationError) as refusal:
        require_public_address(address)
    (told,) = refusal.value.messages
    return str(told)


@pytest.mark.parametrize("address", [A_WEBHOOK, "https://a.example", "https://A.Example:8443/x?y=z", "https://hooks/"])
def test_what_is_an_address(address: str) -> None:
    require_https_address(address)


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_none_is_refused_in_words(address: str, names: Names) -> None:
    told = told_of(address)
    assert told.endswith((".", "https://", "65535.", "#."))
    assert names.asked == []


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address: str, names: Names) -> None:
    assert is_public(address)
    names.lead(HOST, [address])
    require_public_address(A_WEBHOOK)


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_refused_by_name_and_by_number(address: str, names: Names) -> None:
    assert not is_public(address)
    names.lead(HOST, [address])
    assert HOST in told_of(A_WEBHOOK)
    if "%" not in address:
        assert told_of(f"https://[{address}]/" if ":" in address else f"https://{address}/")


@pytest.mark.parametrize("number", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost"])
def test_a_number_in_another_spelling_is_the_same_number(number: str) -> None:
    """They mean what the operating system takes them for, which is asked."""
    assert told_of(f"https://{number}/a")


@pytest.mark.parametrize("private", [["10.0.0.1"], ["fe80::1"]])
@pytest.mark.parametrize("first", [True, False])
def test_one_private_address_among_public_ones_is_enough(names: Names, private: list[str], first: bool) -> None:
    names.lead(HOST, [*private, *PUBLIC] if first else [*PUBLIC, *private])
    assert told_of(A_WEBHOOK)


def test_nobody_learns_which_names_our_own_network_has(names: Names) -> None:
    names.lead(HOST, ["10.0.0.1"])
    inside = told_of(A_WEBHOOK)
    names.lead(HOST, [])
    assert told_of(A_WEBHOOK) == inside


@pytest.mark.parametrize("long", ["a" * 64 + ".example", ".".join(["a" * 60] * 6) + ".example"])
def test_a_name_that_is_none_is_refused(long: str) -> None:
    assert told_of(f"https://{long}/")


def test_a_look_up_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socketpair()[0] as silent:
        monkeypatch.setattr(public_hosts, "SECONDS", 0.5)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: silent.recv(1))
        began = time.monotonic()
        assert told_of(A_WEBHOOK)
        assert time.monotonic() - began < HUNG


def test_a_network_of_ours_may_be_allowed_and_no_other(names: Names, settings: Any) -> None:
    settings.WEBHOOKS_TO_PRIVATE = networks("WEBHOOKS_TO_PRIVATE", ["10.20.0.0/16", " fd00:1::/32 "])
    for address in ("10.20.3.4", "fd00:1::5", *PUBLIC):
        names.lead(HOST, [address])
        require_public_address(A_WEBHOOK)
    for address in ("10.21.0.1", "127.0.0.1", "169.254.169.254", "::ffff:10.20.3.4", "fd00:2::1"):
        names.lead(HOST, [address])
        assert told_of(A_WEBHOOK)
    assert told_of("http://hooks.fjordvik.example/")


def test_the_setting_names_networks() -> None:
    with pytest.raises(ImproperlyConfigured):
        networks("WEBHOOKS_TO_PRIVATE", ["on"])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1"])
def test_the_form_refuses_it_by_its_field(cast: Cast, team: Journey, names: Names, address: str) -> None:
    names.lead(HOST, [address])
    answer = cast.client(cast.manager).post(
        reverse("webhooks", args=[team.integration.reference]), {"webhook_address": A_WEBHOOK}
    )
    assert answer.status_code == 422
    assert 'href="#form-webhook_address"' in answer.content.decode()
    assert not Webhook.objects.exists()
