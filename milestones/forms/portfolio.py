"""Finding an integration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..portfolio import SORTS
from ..process import Party, Phase, Status
from .base import Form, line

ANY = ("", _("All"))


class PortfolioFilter(Form):
    """What the portfolio shows; every field may be left out, and a value that makes no sense is ignored."""

    q = line(_("Search"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), choices=[ANY, *Phase.choices], required=False)
    status = forms.ChoiceField(label=_("Status"), choices=[ANY, *Status.choices], required=False)
    waits_on = forms.ChoiceField(
        label=_("Waits on"),
        choices=[ANY, *Party.choices, ("nobody", _("Nobody"))],
        required=False,
    )
    overdue = forms.BooleanField(label=_("Only overdue"), required=False)
    sort = forms.ChoiceField(
        label=_("Sort by"), choices=[(key, one.label) for key, one in SORTS.items()], required=False
    )


class QuickFind(Form):
    """What is looked for, in one field."""

    q = line(_("Reference, name or organisation"), required=False)

    def __init__(self, *args: Any, with_people: bool, **kwargs: Any) -> None:
        """`with_people` where people are found too."""
        super().__init__(*args, **kwargs)
        if with_people:
            self.fields["q"].label = _("Reference, name, organisation or person")
