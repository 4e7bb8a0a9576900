"""What the browser tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, expect

from tests.conftest import NGINX
from tests.processes import PATIENCE
from tests.proxy.servers import nginx

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def browser(django_db_setup: None, browser: Browser) -> Iterator[Browser]:
    """Playwright's, which runs an event loop in the test's thread from now on.

    A database connection belongs to the loop it was opened under: closed here, or nothing could drop the database.
    """
    yield browser
    connections.close_all()


@pytest.fixture
def site(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The product's address: behind nginx, as it is for real, where nginx is installed."""
    if NGINX is None:
        yield live_server.url
        return
    settings.TRUSTED_PROXIES, settings.DOCUMENT_ACCEL = ["127.0.0.1"], "/_documents/"
    with nginx(tmp_path, live_server.thread.port, documents=Path(settings.MEDIA_ROOT)) as port:
        yield f"http://localhost:{port}"
