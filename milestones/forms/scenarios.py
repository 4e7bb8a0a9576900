"""Milestones 3 and 4: scenario sets, runs, scope, approval, production; the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ..models import CatalogueScenario
from ..process import Condition, Interface, Outcome, ScopeMode
from .base import DocumentField, Form, KeyField, PastDateField, RevisedForm, expected, line, radios, text

scenario_id = RegexValidator(
    r"^[A-Z][A-Z0-9]{1,9}\Z", _("Use a capital letter and then capitals or digits, as in E01.")
)
basic_id = RegexValidator(r"^T[0-9]{1,9}\Z", _("Use T and a number, as in T27."))


class ScenarioForm(Form):
    code = KeyField(label=_("Id"), max_length=10, validators=[scenario_id], help_text=_("For example E01."))
    title = line(_("Scenario"))
    passes_when = line(_("Passes when"), length=500)
    required = forms.BooleanField(label=_("Required"), required=False, initial=True)


class ProductionScenarioForm(ScenarioForm):
    print_trial = forms.BooleanField(label=_("This is the trial of print"), required=False)


class RunForm(Form):
    outcome = radios(_("Outcome"), Outcome.choices)
    ran_on = PastDateField(label=_("Date"))
    note = text(_("Note"), required=False, help_text=_("No personal data of recipients."))
    document = DocumentField(label=_("Documentation"), required=False)


class ScopeForm(RevisedForm):
    mode = radios(_("Are tests run in production?"), ScopeMode.choices)
    reason = expected(text(_("If not: why they are not needed"), required=False, rows=2))
    no_print_trial_reason = expected(
        text(_("If print is used but not tried: why there is no trial of print"), required=False, rows=2)
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("mode") == ScopeMode.NOT_NEEDED and not cleaned.get("reason"):
            self.add_error("reason", _("Say why production tests are not needed."))
        return cleaned


class VerificationForm(Form):
    note = text(_("Note"), required=False)


class DetailsForm(RevisedForm):
    details = text(
        _("Environment and account details"),
        rows=5,
        help_text=_("What the sender needs to send in production. Never keys or passwords."),
    )


class CatalogueForm(Form):
    code = KeyField(label=_("Id"), max_length=10, validators=[basic_id])
    title = line(_("Scenario"))
    interface = radios(_("Interface"), Interface.choices, help_text=_("“API and batch” means either."))
    condition = forms.ChoiceField(label=_("Applies when"), choices=Condition.choices)
    passes_when = line(_("Passes when"), length=500)
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
