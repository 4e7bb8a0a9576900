"""nginx as it is shipped, and granian as it runs for real: processes of their own, on free ports.

Not where nginx is missing, unless services are required: tests/conftest.py then says so before anything runs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import NGINX
from tests.processes import ROOT, free_port, running

CONFIGURATION = (ROOT / "deploy/nginx/nginx.conf.template").read_text(encoding="utf-8")
WAITS = re.compile(r"\b(client_header_timeout|client_body_timeout|send_timeout) (\d+);")
"""For how many seconds it waits for whoever sends or reads."""
NO_BALANCER = "255.255.255.255"

needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@contextmanager
def granian(folder: Path, *, threads: int = 2, **environment: str) -> Iterator[int]:
    """The app on the test's own database and documents, with few threads. Gives its port."""
    port = free_port()
    options = ["--workers", "1", "--blocking-threads", str(threads), "--log-level", "warning", "--port", str(port)]
    ours = {
        "DATABASE_URL": _database_url(),
        "REDIS_URL": "",  # attempts are counted in its own memory
        "BROKER_URL": "",
        "SECRET_KEY": settings.SECRET_KEY,
        "VAR_DIR": str(folder),
        "DOCUMENT_ROOT": str(folder / "documents"),
        "DEMO": "off",
        "LOG_LEVEL": "ERROR",
        "TRUSTED_PROXIES": "127.0.0.1",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", *options, "integrasjon.wsgi:application"]
    with running(command, port, **ours | environment):
        yield port


@contextmanager
def nginx(
    folder: Path, app_port: int, *, documents: Path | None = None, hurried: bool = False, **changes: str
) -> Iterator[int]:
    """The proxy before an app. Gives its port. `changes` are values of its variables other than the usual; `hurried`,
    whoever dawdles is let go of after a second.
    """
    state, port = folder / "proxy", free_port()
    state.mkdir(exist_ok=True)
    values = {
        "PROXY_LISTEN": f"127.0.0.1:{port}",
        "PROXY_APP": f"127.0.0.1:{app_port}",
        "PROXY_DOCUMENTS": str(documents or folder / "documents"),
        "PROXY_STATE": str(state),
        "PROXY_LOG": str(state / "refusals.log"),
        "PROXY_BALANCER": NO_BALANCER,
    }
    written = _filled_in(state, values | changes)
    if hurried:
        written.write_text(WAITS.sub(r"\1 1;", written.read_text(encoding="utf-8")), encoding="utf-8")
    with running([*_nginx(), "-c", str(written)], port):
        yield port


def _nginx() -> list[str]:
    """In the foreground, and able to read what the test has written."""
    directives = "daemon off;" if os.geteuid() else "daemon off; user root;"
    return [str(NGINX), "-g", directives, "-e", "stderr"]


def _filled_in(state: Path, values: dict[str, str]) -> Path:
    """The configuration with values for its variables, as envsubst fills it in."""
    text = CONFIGURATION
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    written = state / "nginx.conf"
    written.write_text(text, encoding="utf-8")
    return written


def _database_url() -> str:
    row = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{row['NAME']}"
    return f"postgres://{row['USER']}:{row['PASSWORD']}@{row['HOST']}:{row['PORT']}/{row['NAME']}"
