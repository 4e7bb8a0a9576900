"""The solution description, the project plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Milestone
from ..process import DocumentType, Interface, MilestoneState
from .base import DateField, Form, RevisedForm, checkboxes, expected, radios, text


class SolutionForm(RevisedForm):
    told = _("The solution description is saved.")
    recipient_identification = expected(text(_("How recipients are identified"), required=False))
    sending = expected(text(_("How documents are sent"), required=False))
    interface = expected(
        radios(_("Interface"), Interface.choices, required=False, help_text=_("Decides which test scenarios apply."))
    )
    internal_systems = expected(text(_("Internal systems that change"), required=False))
    document_types = expected(checkboxes(_("Document types"), DocumentType.choices, required=False))


class PlanForm(Form):
    """A target date for each milestone that is not approved, in order."""

    told = _("The dates are proposed.")
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, milestones: list[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestones = milestones
        for milestone in milestones:
            if milestone.state != MilestoneState.APPROVED:
                name = f"milestone_{milestone.number}"
                self.fields[name] = expected(DateField(label=str(milestone), required=False))
                self.fields[name].widget.attrs["class"] = "ds-input"

    @property
    def arguments(self) -> dict[str, Any]:
        dates = {
            milestone.number: self.cleaned_data[f"milestone_{milestone.number}"]
            for milestone in self.milestones
            if f"milestone_{milestone.number}" in self.fields
        }
        return {"dates": dates, "version": self.cleaned_data["version"]}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        latest = None
        for milestone in self.milestones:
            name = f"milestone_{milestone.number}"
            date = cleaned.get(name)  # what is approved is past, whatever its date was
            if date and latest and date < latest:
                self.add_error(name, _("This milestone cannot be due before the one ahead of it."))
            latest = date or latest
        return cleaned
