"""The catalogue of basic scenarios."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ..models import CatalogueScenario
from ..process import Condition, Interface
from .base import Form, KeyField, line, radios

basic_id = RegexValidator(r"^T[0-9]{1,9}\Z", _("Use T and a number, as in T27."))


class CatalogueForm(Form):
    code = KeyField(label=_("Id"), max_length=10, validators=[basic_id])
    title = line(_("Scenario"))
    interface = radios(_("Interface"), Interface.choices, help_text=_("“API and batch” means either."))
    condition = forms.ChoiceField(
        label=_("Applies when"),
        choices=Condition.choices,
        error_messages={"required": _("Choose when it applies")},
    )
    passes_when = line(_("Passes when"), length=500, left_out=_("Enter when it passes"))
    expected_id = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, entry: CatalogueScenario | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        if entry:  # the id is what sets and runs refer to: it is part of the address, not of the form
            del self.fields["code"]
            self.initial = {
                "title": entry.shown_title,
                "passes_when": entry.shown_passes_when,
                "interface": entry.interface,
                "condition": entry.condition,
                "expected_id": entry.pk,
            }

    def clean_title(self) -> str:
        return self._source("title")

    def clean_passes_when(self) -> str:
        return self._source("passes_when")

    def _source(self, name: str) -> str:
        """A text left as it was shown keeps its source, and with it its translations."""
        typed = str(self.cleaned_data[name])
        unchanged = self.entry and typed == getattr(self.entry, f"shown_{name}")
        return str(getattr(self.entry, name)) if unchanged else typed
