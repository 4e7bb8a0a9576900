"""Malformed posts to every address that takes one, by who has the right: thousands by `make test-long`.

Each is refused in words, or taken whole.

Never an error of ours; what is refused stores nothing; what is said stands by the field or above the form; and what is
taken can be shown afterwards. The attacks are the same in every run: hypothesis is seeded with the address's name.
"""

from __future__ import annotations

import zlib

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.amounts import ALL_POSTS, POSTS_TO_EACH_ADDRESS
from tests.hostile.attacks import Attack, attacks
from tests.hostile.posting import Scene, send
from tests.hostile.targets import MAKERS


def test_in_full_that_is_enough() -> None:
    assert ALL_POSTS * len(MAKERS) >= 2000


@pytest.mark.parametrize("name", MAKERS)
def test_a_malformed_post_is_refused_in_words_or_taken_whole(scene: Scene, name: str) -> None:
    target, sent = MAKERS[name](scene.place, name), []

    @seed(zlib.crc32(name.encode()))
    @settings(
        max_examples=POSTS_TO_EACH_ADDRESS,
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
    assert len(sent) >= POSTS_TO_EACH_ADDRESS
