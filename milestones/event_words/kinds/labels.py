"""What recorded keys are called."""

from __future__ import annotations

from typing import Any

from ..formatters import Labels


def labels_of(*choices: Any) -> Labels:
    """What the values of these choices are called."""
    return {value: label for one in choices for value, label in one.choices}


def labels_of_fields(model: Any, *names: str) -> Labels:
    """What these fields of a model are called."""
    return {name: model._meta.get_field(name).verbose_name for name in names}
