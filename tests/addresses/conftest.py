"""The scene of the tests that go through all addresses: made once, and left by every test as it was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.addresses.place import Place, Scene, set_up
from tests.cast import Cast


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Made once for the folder; tests come to it through `cast` and `place`, which ask for the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield set_up()
        transaction.set_rollback(True)


@pytest.fixture
def cast(db: None, scene: Scene) -> Cast:
    return scene.cast


@pytest.fixture
def place(db: None, scene: Scene) -> Place:
    return scene.place
