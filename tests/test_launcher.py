"""`make run`'s launcher: it starts what it says, stops all of it, and says which child died."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.processes import PATIENCE, ROOT, free_port, wait_until

pytestmark = pytest.mark.embedded_default


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first start of a newcomer leaves, the next begins with: its migrations take half a minute."""
    return tmp_path_factory.mktemp("started")


def start(tmp_path: Path, port: int) -> subprocess.Popen[str]:
    named = ("DATABASE_URL", "REDIS_URL", "BROKER_URL")
    environment = {name: value for name, value in os.environ.items() if name not in named}
    environment |= {"VAR_DIR": str(tmp_path), "PORT": str(port), "DEBUG": "on"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "start"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for_page(port: int) -> str:
    def page() -> str:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/") as answer:
            return str(answer.read().decode())
        return ""

    return wait_until(page, "no page")


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def wait_for_children(pid: int) -> list[int]:
    """Web, worker and beat, once all three are there."""
    wait_until(lambda: len(children_of(pid)) >= 3, "a child is missing")
    return children_of(pid)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pids: list[int]) -> None:
    wait_until(lambda: not any(alive(pid) for pid in pids), "a process was left")


def test_it_shows_a_page_and_leaves_no_process(folder: Path, port: int) -> None:
    launcher = start(folder, port)
    try:
        assert "<h1" in wait_for_page(port)
        children = wait_for_children(launcher.pid)
        everything = children + [grandchild for child in children for grandchild in children_of(child)]
        launcher.send_signal(signal.SIGINT)
        output, _ = launcher.communicate(timeout=PATIENCE)
        assert launcher.returncode == 0
        assert f"http://localhost:{port}/" in output
        assert "onboarding@digipost.example" in output
        wait_until_gone(everything)
    finally:
        launcher.kill()


def test_when_a_child_dies_it_says_which_and_stops_the_rest(folder: Path, port: int) -> None:
    launcher = start(folder, port)
    try:
        wait_for_page(port)
        children = wait_for_children(launcher.pid)
        (beat,) = [pid for pid in children if b"beat" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(beat, signal.SIGKILL)
        output, _ = launcher.communicate(timeout=PATIENCE)
        assert launcher.returncode == 1
        assert "beat ended by itself" in output
        wait_until_gone(children)
    finally:
        launcher.kill()


def test_what_may_end_by_itself_stops_nothing(port: int) -> None:
    children = {
        "web": [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        "story": ["true"],
        "beat": [sys.executable, "-c", "raise SystemExit(3)"],  # slower to end than the story
    }
    run = f"from integrasjon import launcher; exit(launcher.run({children}, '127.0.0.1', {port}, ending=['story']))"
    answer = subprocess.run(
        [sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert answer.returncode == 1
    assert "beat ended by itself with status 3" in answer.stdout
    assert "story" not in answer.stdout


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        launcher = start(tmp_path, port)
        output, _ = launcher.communicate(timeout=PATIENCE)
    assert launcher.returncode == 1
    assert f"Port {port}" in output
    assert not list(tmp_path.glob("db.sqlite3"))


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_outside_debug_it_does_not_start_without_its_secrets(tmp_path: Path, missing: str) -> None:
    environment = {"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "localhost", "VAR_DIR": str(tmp_path)}
    del environment[missing]
    command = [sys.executable, "manage.py", "check"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert missing in answer.stderr


def test_a_lease_that_no_mail_could_be_sent_in_is_refused(tmp_path: Path) -> None:
    environment = {"DEBUG": "on", "VAR_DIR": str(tmp_path), "EMAIL_TIMEOUT": "75"}
    command = [sys.executable, "manage.py", "check"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert "MAIL_LEASE" in answer.stderr
