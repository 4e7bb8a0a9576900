"""The page of an approved milestone points forward: to the next one, and to what is next for who reads it."""

from __future__ import annotations

import pytest
from lxml import html

from milestones.demo import Journey
from tests.cast import Cast, add_observer
from tests.made_once import made_once


@made_once
def journey(cast: Cast) -> Journey:
    """Milestone 1 is approved."""
    journey = cast.journey()
    journey.milestone_1()
    add_observer(journey, cast.observer)
    return journey


@pytest.mark.parametrize(
    ("who", "told"),
    [("manager", "meetings/#"), ("lead", "checklist/2.1/"), ("staff", ""), ("observer", "")],
)
def test_it_says_what_is_next_for_who_reads_it(cast: Cast, journey: Journey, who: str, told: str) -> None:
    home = f"/i/{journey.integration.reference}/"
    page = cast.client(getattr(cast, who)).get(f"{home}milestones/1/").content.decode()
    assert f'href="{home}milestones/2/"' in page
    cards = html.fromstring(page).find_class("turn")
    assert len(cards) == bool(told)
    for card in cards:
        first = card.xpath(".//a/@href")[0]
        assert first.startswith(f"{home}{told}")
