"""What a machine found, and what would show a scenario better, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from ..evidence import oracles
from ..evidence.found import found_in_words
from ..evidence.signs import described
from ..gates import BasicScenarioFact
from ..process import Rung

register = template.Library()


@register.filter
def found(recorded: Mapping[str, Any]) -> str:
    """What came with a run, in a line."""
    return found_in_words(recorded)


@register.filter
def told(signs: Iterable[str]) -> str:
    """What Digipost said, in a line."""
    return described(signs)


@register.filter
def ways(asked: BasicScenarioFact) -> list[str]:
    """By which of Digipost's words a scenario is shown as well as the catalogue asks, a line each."""
    return oracles.ways(asked.oracle, Rung(asked.least_rung))
