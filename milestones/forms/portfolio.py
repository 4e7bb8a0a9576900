"""Finding an integration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import User
from ..portfolio import SORTS, STAFFS_OWN, Shape, View
from ..process import Party, Phase
from .base import Form, line

ANY = ("", _("All"))
UNSAID = {"view": View.ALL.value, "sort": next(iter(SORTS)), "as": Shape.TABLE.value}
"""What is shown where nothing else is asked for."""


def _hidden(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, required=False, widget=forms.HiddenInput())


class PortfolioFilter(Form):
    """What the portfolio shows to `user`; every field may be left out, and what makes no sense is ignored.

    `view`, `sort` and `as` are chosen by links, and kept when the rest is changed.
    """

    view = _hidden(View.choices)
    sort = _hidden([(sign + key, one.label) for key, one in SORTS.items() for sign in ("", "-")])
    q = line(_("Organisation or integration"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), choices=[ANY, *Phase.choices], required=False)
    waits_on = forms.ChoiceField(
        label=_("Waits on"),
        choices=[ANY, *Party.choices, ("nobody", _("Nobody"))],
        required=False,
    )
    contact = forms.ModelChoiceField(
        label=_("Contact"), queryset=User.objects.none(), required=False, empty_label=ANY[1]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as"] = _hidden(Shape.choices)  # no name that Python lets a class have
        if user.is_staff:
            self.fields["contact"].queryset = User.objects.staff()  # type: ignore[attr-defined]
        else:
            del self.fields["contact"]
            self.fields["view"] = _hidden([choice for choice in View.choices if choice[0] not in STAFFS_OWN])

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for and makes sense, as an address says it; what goes without saying is left out."""
        self.is_valid()
        asked = {name: str(getattr(value, "pk", value)) for name, value in self.cleaned_data.items() if value}
        return {name: value for name, value in asked.items() if UNSAID.get(name) != value}


class SaveViewForm(Form):
    """What to call the part of the portfolio that is shown."""

    name = line(_("Name of the view"), length=60)
    told = _("The view is saved.")


class QuickFind(Form):
    """What is looked for, in one field."""

    q = line(_("Reference, name or organisation"), required=False)

    def __init__(self, *args: Any, with_people: bool, **kwargs: Any) -> None:
        """`with_people` where people are found too."""
        super().__init__(*args, **kwargs)
        if with_people:
            self.fields["q"].label = _("Reference, name, organisation or person")
