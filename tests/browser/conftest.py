"""What the browser tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser(django_db_setup: None, browser: Browser) -> Iterator[Browser]:
    """Playwright's, which runs an event loop in the test's thread from now on.

    A database connection belongs to the loop it was opened under: closed here, or nothing could drop the database.
    """
    yield browser
    connections.close_all()
