"""Finding an event in an integration's history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..event_words import Family
from .base import Form
from .portfolio import ANY

THE_SYSTEM = "system"
"""Chosen in place of a person, where nobody did it."""


class EventFilter(Form):
    """Which events a history shows; every field may be left out, and a value that makes no sense is ignored."""

    kind = forms.ChoiceField(label=_("About"), choices=[ANY, *Family.choices], required=False)
    who = forms.ChoiceField(label=_("Who"), required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        """`people` are those to choose from: primary keys with what they are called."""
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.choices = [ANY, *((str(pk), name) for pk, name in people), (THE_SYSTEM, _("The system"))]
