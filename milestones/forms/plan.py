"""Meetings, the solution description, the project plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import MeetingKind, Milestone
from ..process import DocumentType, Interface, MilestoneState
from .base import DateField, DocumentField, Form, RevisedForm, checkboxes, expected, radios, text


class MeetingForm(RevisedForm):
    kind = radios(_("Kind"), MeetingKind.choices)
    held_on = DateField(label=_("Date"), help_text=_("A meeting ahead can be entered now and completed afterwards."))
    sender_people = text(_("Present for the sender"), rows=2, required=False)
    digipost_people = text(_("Present for Digipost"), rows=2, required=False)
    minutes = text(_("Minutes"), rows=6, required=False)
    document = DocumentField(label=_("Minutes as a document"), required=False)


class SolutionForm(RevisedForm):
    recipient_identification = expected(text(_("How recipients are identified"), required=False))
    sending = expected(text(_("How documents are sent"), required=False))
    interface = expected(
        radios(_("Interface"), Interface.choices, required=False, help_text=_("Decides which test scenarios apply."))
    )
    internal_systems = expected(text(_("Internal systems that change"), required=False))
    document_types = expected(checkboxes(_("Document types"), DocumentType.choices, required=False))


class PlanForm(Form):
    """A target date for each milestone that is not approved, in order."""

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
