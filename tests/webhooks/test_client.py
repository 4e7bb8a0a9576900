"""However a receiver, or whoever answers as one, misbehaves: nobody waits long, and nobody else is asked."""

from __future__ import annotations

import datetime
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from urllib3.util import connection

from milestones import channels
from milestones.channels import Later
from milestones.webhooks.client import Gone, deliver
from tests.loopback import (
    Misbehave,
    Receiver,
    breaks_off,
    drips,
    drips_headers,
    hangs,
    hangs_up,
    is_no_server,
    listening,
)
from tests.processes import HUNG
from tests.webhooks.receiver import HERE, HOST, TOKEN, Names, Tls, serving, tls_of

BODY = b'{"type":"webhook.test"}'
HEADERS = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}


@pytest.mark.parametrize(("status", "body"), [(202, b""), (200, b"\x00<html>1"), (204, b""), (299, b"x")])
def test_whatever_begins_with_two_means_that_it_was_taken(receiver: Receiver, status: int, body: bytes) -> None:
    receiver.status, receiver.body = status, body
    deliver(receiver.address, HEADERS, BODY)
    (message,) = receiver.messages
    assert (message.body, message.path) == (BODY, f"/digipost?token={TOKEN}")
    assert message.headers["Host"] == receiver.address.split("/")[2]
    assert HEADERS.items() <= message.headers.items()


@pytest.mark.parametrize("misbehave", [drips, breaks_off])
def test_nothing_is_read_of_the_answer_but_how_it_begins(receiver: Receiver, misbehave: Misbehave) -> None:
    receiver.misbehave = misbehave
    began = time.monotonic()
    deliver(receiver.address, HEADERS, BODY)
    assert time.monotonic() - began < HUNG


@pytest.mark.parametrize("misbehave", [hangs, drips_headers, hangs_up, is_no_server])
def test_whoever_says_nothing_is_asked_another_time(
    receiver: Receiver, misbehave: Misbehave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "SECONDS", 1.0)
    receiver.misbehave = misbehave
    began = time.monotonic()
    assert_told_without_the_address(receiver)
    assert time.monotonic() - began < HUNG


def assert_told_without_the_address(receiver: Receiver) -> None:
    """It is to be tried later; and the address stands neither there, nor in what caused it, which a log would have."""
    with pytest.raises(Later) as refusal:
        deliver(receiver.address, HEADERS, BODY)
    error: BaseException | None = refusal.value
    assert str(error)
    while error:
        assert not any(one in str(error) for one in (TOKEN, HOST, HERE))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 413, 418, 425, 429, 500, 502, 503, 504])
def test_what_is_not_taken_is_tried_later(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(Later, match=f"{status}"):
        deliver(receiver.address, HEADERS, BODY)
    assert len(receiver.asked) == 1


def test_how_long_it_asks_us_to_wait(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "120"}
    with pytest.raises(Later) as refusal:
        deliver(receiver.address, HEADERS, BODY)
    assert refusal.value.wait == datetime.timedelta(seconds=120)


def test_who_is_gone_says_so(receiver: Receiver) -> None:
    receiver.status = 410
    with pytest.raises(Gone, match="410"):
        deliver(receiver.address, HEADERS, BODY)


# --- Where it does not go


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("elsewhere", ["here", "http://127.0.0.1:80/", "https://[::1]/", "https://169.254.169.254/"])
def test_no_redirect_is_followed(receiver: Receiver, names: Names, status: int, elsewhere: str) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.address if elsewhere == "here" else elsewhere}
    with pytest.raises(Later, match=str(status)):
        deliver(receiver.address, HEADERS, BODY)
    assert (len(receiver.asked), names.asked) == (1, [HOST])


def test_a_redirect_whose_body_never_ends_holds_nobody_up(receiver: Receiver) -> None:
    def endless(caller: socket.socket) -> None:
        with suppress(OSError):
            caller.sendall(b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 9999999\r\n\r\n")
            drips(caller)

    receiver.misbehave = endless
    began = time.monotonic()
    with pytest.raises(Later):
        deliver(receiver.address, HEADERS, BODY)
    assert time.monotonic() - began < channels.SECONDS


def test_nobody_is_asked_who_has_become_private_since(receiver: Receiver, settings: Any) -> None:
    """The name leads to this machine, which is allowed no more."""
    settings.WEBHOOKS_TO_PRIVATE = []
    assert_told_without_the_address(receiver)
    assert receiver.asked == []


@pytest.mark.parametrize("address", ["", "http://hooks.fjordvik.example/", "https://a:b@hooks.fjordvik.example/"])
def test_what_is_no_address_is_not_asked(receiver: Receiver, names: Names, address: str) -> None:
    with pytest.raises(Later):
        deliver(address, HEADERS, BODY)
    assert names.asked == []


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(
    receiver: Receiver, names: Names, tls: Tls, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second answer is a machine of ours, with the same name, port and certificate."""
    asked: list[str] = []
    connect = connection.create_connection

    def noting(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        asked.append(address[0])
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(connection, "create_connection", noting)
    inside, port = Receiver(), int(receiver.address.split(":")[2].partition("/")[0])
    with serving(inside, tls, ("127.0.0.2", port)):
        names.lead(HOST, [HERE], ["127.0.0.2"])
        deliver(receiver.address, HEADERS, BODY)
        assert (len(receiver.messages), inside.asked, asked) == (1, [], [HERE])
        with pytest.raises(Later):  # and the next time it is judged again
            deliver(receiver.address, HEADERS, BODY)
        assert (inside.asked, asked) == ([], [HERE])
        settings.WEBHOOKS_TO_PRIVATE = ["127.0.0.0/8"]
        deliver(receiver.address, HEADERS, BODY)
        assert len(inside.messages) == 1  # the other machine does answer, where it may be asked


def test_a_proxy_is_asked_for_the_address_that_was_judged(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    heard: list[bytes] = []

    with socket.create_server((HERE, 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{HERE}:{proxy.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setattr(channels, "SECONDS", 2.0)
        proxy.settimeout(HUNG)

        def once() -> None:
            caller, _where = proxy.accept()
            with caller:
                heard.append(caller.recv(1000))

        with ThreadPoolExecutor(1) as threads:
            threads.submit(once)
            with pytest.raises(Later):
                deliver(receiver.address, HEADERS, BODY)
    assert heard[0].startswith(f"CONNECT {HERE}:".encode())
    assert HOST.encode() not in heard[0]


# --- TLS, which is verified for the name


def test_whoever_has_no_certificate_for_the_name_gets_nothing(
    receiver: Receiver, names: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tls_of("evil.example", tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other.trusted))
    impostor = Receiver()
    with serving(impostor, other):
        assert_told_without_the_address(impostor)
    assert impostor.asked == []


def test_whoever_nobody_vouches_for_gets_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert_told_without_the_address(receiver)
    assert receiver.asked == []


def test_the_server_is_told_by_which_name_it_is_asked(receiver: Receiver, tls: Tls) -> None:
    said: list[str | None] = []
    tls.context.sni_callback = lambda _socket, name, _context: said.append(name)
    try:
        deliver(receiver.address, HEADERS, BODY)
    finally:
        tls.context.sni_callback = None
    assert said == [HOST]


def test_who_speaks_no_tls_gets_nothing(receiver: Receiver) -> None:
    plain = Receiver()
    with listening(plain.answer) as port:
        plain.address = f"https://{HOST}:{port}/"
        assert_told_without_the_address(plain)
    assert plain.asked == []


def test_nobody_there(receiver: Receiver) -> None:
    with socket.socket() as taken:
        taken.bind((HERE, 0))  # and does not listen
        nobody = Receiver()
        nobody.address = f"https://{HOST}:{taken.getsockname()[1]}/"
        assert_told_without_the_address(nobody)
