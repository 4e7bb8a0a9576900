"""The state of a finite state machine, as django-fsm has it; in migrations it is the plain column that it is.

Each FSMField, in each model that a migration puts together, listens to every model made from then on: with four of
them a fresh database took twice as long to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_fsm import FSMField


class StateField(FSMField):
    """Changed by transitions alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, protected=True, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        del kwargs["protected"]
        return name, "django.db.models.CharField", args, kwargs
