"""The app behind the proxy, once for each file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.proxy.servers import granian, nginx


class Site(NamedTuple):
    """Ports: the proxy's, and the app's that stands behind it."""

    port: int
    app_port: int
    folder: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Site]:
    """As it is shipped, with documents handed over by the proxy."""
    folder = tmp_path_factory.mktemp("site")
    with granian(folder, DOCUMENT_ACCEL="/_documents/") as app_port, nginx(folder, app_port) as port:
        yield Site(port, app_port, folder)
