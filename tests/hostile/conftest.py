"""The scene of malformed posts: made once for the folder, and each post is undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from milestones.models import User
from tests.addresses.place import set_up
from tests.hostile.posting import Scene


@pytest.fixture(scope="package")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Tests come to it through `scene`, which asks for the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast, place = set_up()
        cast.neighbour().milestone_1_facts()
        User.objects.create_user("bekjent@fjordvik.example", "Gammel Bekjent")  # somebody who can be erased
        yield Scene(cast, place)
        transaction.set_rollback(True)


@pytest.fixture
def scene(db: None, made: Scene) -> Scene:
    return made
