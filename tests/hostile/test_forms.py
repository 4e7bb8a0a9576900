"""Thousands of malformed posts to every address that takes one, by who has the right.

Each is refused in words, or taken whole.

Never an error of ours; what is refused stores nothing; what is said stands by the field or above the form; and what is
taken can be shown afterwards. The attacks are the same in every run: hypothesis is seeded with the address's name.
"""

from __future__ import annotations

import zlib

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.hostile.attacks import Attack, attacks
from tests.hostile.posting import Scene, send
from tests.hostile.targets import MAKERS

EACH = 28 if connection.vendor == "sqlite" else 8
"""Posts to each address; on PostgreSQL fewer, for what its columns alone refuse."""


@pytest.mark.embedded_default
def test_that_is_enough() -> None:
    assert EACH * len(MAKERS) >= 2000


@pytest.mark.parametrize("name", MAKERS)
def test_a_malformed_post_is_refused_in_words_or_taken_whole(scene: Scene, name: str) -> None:
    target, sent = MAKERS[name](scene.place, name), []

    @seed(zlib.crc32(name.encode()))
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(attacks)
    def attacked(attack: Attack) -> None:
        send(scene, target, attack)
        sent.append(attack)

    attacked()
    assert len(sent) >= EACH
