"""Erasing somebody while others act, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from milestones import workflow
from milestones.models import User
from milestones.process import Role
from tests.cast import build_cast
from tests.personal.common import erase


@pytest.mark.django_db(transaction=True)
def test_nobody_is_erased_while_they_become_a_member(on_postgresql: None) -> None:
    """Whoever is first, the person is afterwards a member, or erased and their address somebody else's: never both."""
    cast = build_cast()
    journey = cast.journey()
    ready = threading.Barrier(2)

    def race(do: Callable[[], object]) -> str:
        ready.wait()
        try:
            do()
        except (ValidationError, workflow.Stale) as refused:
            return type(refused).__name__
        finally:
            connection.close()
        return "done"

    invited = partial(
        workflow.invite, journey.integration, by=cast.manager, name=cast.stranger.name, email=cast.stranger.email,
        roles=[Role.OBSERVER],
    )  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(race, [invited, partial(erase, cast.stranger, cast.staff)]))
    erased = User.objects.get(pk=cast.stranger.pk)
    assert told[0] == "done"
    assert (told[1] == "done") == bool(erased.erased_at)
    assert journey.integration.members.filter(user=erased).exists() == (not erased.erased_at)
