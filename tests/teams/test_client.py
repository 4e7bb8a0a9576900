"""However a workflow, or whoever answers as one, misbehaves: nobody waits long, and what it means is told in words."""

from __future__ import annotations

import datetime
import socket
import time
from contextlib import suppress
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone

from milestones import channels
from milestones.channels import Answer, Later, Refused
from milestones.teams import client
from milestones.teams.client import deliver
from tests.loopback import Misbehave, breaks_off, drips, drips_headers, hangs, hangs_up, is_no_server
from tests.processes import HUNG
from tests.teams.channel import SECRET, Workflow, a_workflow

MESSAGE = {"type": "message", "attachments": []}


@pytest.mark.parametrize(("status", "body"), [(202, b""), (200, b"\x00<html>1"), (200, b"1"), (204, b"")])
def test_whatever_begins_with_two_means_that_it_was_taken(channel: Workflow, status: int, body: bytes) -> None:
    channel.status, channel.body = status, body
    deliver(channel.address, MESSAGE)
    assert channel.taken == [MESSAGE]


@pytest.mark.parametrize("misbehave", [drips, breaks_off])
def test_nothing_is_read_of_the_answer_but_how_it_begins(channel: Workflow, misbehave: Misbehave) -> None:
    channel.misbehave = misbehave
    began = time.monotonic()
    deliver(channel.address, MESSAGE)
    assert time.monotonic() - began < HUNG


@pytest.mark.parametrize("misbehave", [hangs, drips_headers, hangs_up, is_no_server])
def test_whoever_says_nothing_is_asked_another_time(
    channel: Workflow, misbehave: Misbehave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "SECONDS", 1.0)
    channel.misbehave = misbehave
    began = time.monotonic()
    with pytest.raises(Later) as refusal:
        deliver(channel.address, MESSAGE)
    assert time.monotonic() - began < HUNG
    assert_says_nothing_of_the_address(refusal, channel)


def assert_says_nothing_of_the_address(refusal: pytest.ExceptionInfo[Exception], channel: Workflow) -> None:
    """Also not by what caused it, which a log would have."""
    error: BaseException | None = refusal.value
    while error:
        assert SECRET not in str(error)
        assert "127.0.0.1" not in str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_nobody_there(channel: Workflow) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        with pytest.raises(Later) as refusal:
            deliver(f"http://127.0.0.1:{taken.getsockname()[1]}/?sig={SECRET}", MESSAGE)
    assert_says_nothing_of_the_address(refusal, channel)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_passes_is_tried_later(channel: Workflow, status: int) -> None:
    channel.status = status
    with pytest.raises(Later, match=f"status {status}"):
        deliver(channel.address, MESSAGE)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 413, 418])
def test_what_does_not_pass_is_refused(channel: Workflow, status: int) -> None:
    channel.status = status
    with pytest.raises(Refused, match=str(status)):
        deliver(channel.address, MESSAGE)
    assert len(channel.asked) == 1


def test_a_redirect_is_not_followed(channel: Workflow) -> None:
    channel.status, channel.headers = 307, {"Location": f"{channel.address}&elsewhere=1"}
    with pytest.raises(Refused):
        deliver(channel.address, MESSAGE)
    assert len(channel.asked) == 1


def test_a_redirect_whose_body_never_ends_holds_nobody_up(channel: Workflow) -> None:
    def endless(caller: socket.socket) -> None:
        with suppress(OSError):
            caller.sendall(b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 9999999\r\n\r\n")
            drips(caller)

    channel.misbehave = endless
    began = time.monotonic()
    with pytest.raises(Refused):
        deliver(channel.address, MESSAGE)
    assert time.monotonic() - began < channels.SECONDS


@pytest.mark.parametrize(
    ("asked", "waits"),
    [("30", 30), ("0", 0), ("86400", 3600), ("9" * 400, 3600), ("-5", 0), ("snart", 0), ("", 0), ("１２", 0),
     ("Sat, 32 Foo 2026 99:99:99 GMT", 0)],
)  # fmt: skip
def test_how_long_it_asks_us_to_wait(channel: Workflow, asked: str, waits: int) -> None:
    with pytest.raises(Later) as refusal:
        client._judge(Answer(429, asked))
    assert refusal.value.wait == datetime.timedelta(seconds=waits)


def test_a_moment_until_which_it_asks_us_to_wait() -> None:
    until = timezone.now() + datetime.timedelta(minutes=10)
    with pytest.raises(Later) as refusal:
        client._judge(Answer(503, format_datetime(until.astimezone(datetime.UTC), usegmt=True)))
    assert datetime.timedelta(minutes=9) < refusal.value.wait <= datetime.timedelta(minutes=10)


def test_the_header_counts(channel: Workflow) -> None:
    channel.status, channel.headers = 429, {"Retry-After": "120"}
    with pytest.raises(Later) as refusal:
        deliver(channel.address, MESSAGE)
    assert refusal.value.wait == datetime.timedelta(seconds=120)


@pytest.mark.parametrize("address", ["", "https://evil.example/", "http://10.0.0.1/a", "https://127.0.0.1/a"])
def test_an_address_that_is_none_any_more_is_not_asked(settings: Any, channel: Workflow, address: str) -> None:
    """As when TEAMS_HOSTS has become shorter since it was saved."""
    settings.TEAMS_ON_LOOPBACK = False
    for one in (address, channel.address):
        with pytest.raises(Refused):
            deliver(one, MESSAGE)
    assert channel.asked == []


def test_the_host_must_still_be_one_of_teams(settings: Any) -> None:
    settings.TEAMS_HOSTS = [".office.com"]
    with pytest.raises(Refused):
        deliver(a_workflow(), MESSAGE)
