"""The virus scanner: asked of every file, and nothing is taken without its clear answer."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from milestones.demo import a_pdf
from milestones.documents import examine
from milestones.models import Document
from tests.cast import Cast
from tests.processes import HUNG, LOOK_AGAIN, PATIENCE

PDF = a_pdf()


@pytest.fixture
def daemon(settings: Any) -> Iterator[None]:
    """What a ClamAV daemon answers: OK, but for what holds the word EICAR."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=_answer, args=(server,), daemon=True).start()
        yield


def _answer(server: socket.socket) -> None:
    while True:
        try:
            caller, _address = server.accept()
        except OSError:
            return
        with caller, caller.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!L", sent.read(4))[0]:
                content += sent.read(length)
            found = b"stream: Eicar-Signature FOUND\0" if b"EICAR" in content else b"stream: OK\0"
            caller.sendall(found)


def test_the_scanner_is_asked(daemon: None) -> None:
    assert examine(ContentFile(b"Referat", name="a.txt")).content_type == "text/plain"
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(b"X5O!P EICAR test", name="a.txt"))
    assert refused.value.code == "virus"


def hangs_up(caller: socket.socket) -> None:
    """As clamd does when it is restarted."""


def says_error(caller: socket.socket) -> None:
    caller.sendall(b"INSTREAM size limit exceeded. ERROR\0")


def says_half(caller: socket.socket) -> None:
    caller.sendall(b"stream: O")


def is_no_scanner(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK")


def drips(caller: socket.socket) -> None:
    """Never silent for long, and never done."""
    with contextlib.suppress(OSError):
        while True:
            caller.sendall(b".")
            time.sleep(LOOK_AGAIN)


def hangs(caller: socket.socket) -> None:
    """Until whoever asked has hung up."""
    caller.settimeout(PATIENCE)
    with contextlib.suppress(OSError):
        while caller.recv(65536):
            pass


@pytest.mark.parametrize("answer", [hangs_up, says_error, says_half, is_no_scanner, drips, hangs])
def test_without_a_clear_answer_nothing_is_taken(settings: Any, answer: Callable[[socket.socket], None]) -> None:
    settings.CLAMAV_TIMEOUT = 1
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=_take_and, args=(server, answer), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(ValidationError) as refused:
            examine(ContentFile(b"Referat", name="a.txt"))
    assert refused.value.code == "scanner"
    assert time.monotonic() - began < HUNG


def _take_and(server: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    caller, _address = server.accept()
    with caller:
        caller.recv(65536)
        answer(caller)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "no-such-host.invalid:3310"])
def test_without_the_scanner_nothing_is_stored(cast: Cast, settings: Any, address: str) -> None:
    settings.CLAMAV_ADDRESS = address
    journey = cast.journey()
    journey.roles()
    form = {"kind": "terms", "signatory": "K", "signed_on": journey.integration.created_at.date()}
    answer = cast.client(cast.contract).post(
        f"/i/{journey.integration.reference}/agreement/", form | {"document": SimpleUploadedFile("a.pdf", PDF)}
    )
    assert answer.status_code == 422
    assert "Virusskanneren svarer ikke" in answer.content.decode()
    assert not Document.objects.exists()
