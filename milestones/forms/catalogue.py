"""The catalogue of basic scenarios."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ..evidence import oracles
from ..models import CatalogueScenario
from ..process import ChangeKind, Condition, Interface, Rung
from .base import Form, KeyField, checkboxes, line, radios, text

basic_id = RegexValidator(r"^T[0-9]{1,9}\Z", _("Use T and a number, as in T27."))


MOST_DAYS = 3650
"""Ten years."""


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
    least_rung = forms.ChoiceField(
        label=_("How it must be shown, at least"),
        choices=Rung.choices,
        initial=Rung.SAID,
        help_text=_("What is shown less well does not count. A set that is agreed keeps what was agreed."),
        error_messages={"required": _("Choose how it must be shown")},
    )
    max_age_days = forms.IntegerField(
        label=_("Days that a run counts"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("From the day it was run until the milestone is submitted. Empty: for as long as may be."),
    )
    oracle = text(
        _("What proves it"),
        required=False,
        length=2000,
        help_text=_("What Digipost must have answered: a line for each way to prove it, as in “delivery:DELIVERED”."),
    )
    touched_by = checkboxes(
        _("Retested after"),
        ChangeKind.choices,
        required=False,
        help_text=_("When a sender in operations declares a change of that kind, this scenario is run again in test."),
    )
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
                "least_rung": entry.least_rung,
                "max_age_days": entry.max_age_days,
                "oracle": entry.oracle,
                "touched_by": entry.touched_by,
                "expected_id": entry.pk,
            }

    def clean_oracle(self) -> str:
        """As it was typed, if it can be read."""
        typed = str(self.cleaned_data["oracle"])
        oracles.parse(typed)
        return typed

    def clean_title(self) -> str:
        return self._source("title")

    def clean_passes_when(self) -> str:
        return self._source("passes_when")

    def _source(self, name: str) -> str:
        """A text left as it was shown keeps its source, and with it its translations."""
        typed = str(self.cleaned_data[name])
        unchanged = self.entry and typed == getattr(self.entry, f"shown_{name}")
        return str(getattr(self.entry, name)) if unchanged else typed
