"""Scenario sets, runs, the scope of production tests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ..process import Outcome, ScopeMode
from .base import DocumentField, Form, KeyField, PastDateField, RevisedForm, expected, line, radios, text

scenario_id = RegexValidator(
    r"^[A-Z][A-Z0-9]{1,9}\Z", _("Use a capital letter and then capitals or digits, as in E01.")
)


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
