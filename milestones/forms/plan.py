"""Meetings, the solution description, the project plan."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import MeetingKind, Milestone
from ..process import DocumentType, Interface, MilestoneState
from .base import DateField, DocumentField, Form, RevisedForm, checkboxes, expected, radios, text

SIDES = ("sender", "digipost")


class MeetingForm(Form):
    """Who was there is ticked, of `sender` and `digipost`: what people are called, by name; others are typed."""

    told = _("The meeting is recorded.")
    kind = radios(_("Kind"), MeetingKind.choices)
    held_on = DateField(label=_("Date"), help_text=_("A meeting ahead can be entered now and completed afterwards."))
    sender_present = expected(checkboxes(_("Present for the sender"), (), required=False))
    sender_people = expected(text(_("Others for the sender"), rows=1, required=False))
    digipost_present = expected(checkboxes(_("Present for Digipost"), (), required=False))
    digipost_people = expected(text(_("Others for Digipost"), rows=1, required=False))
    minutes = expected(text(_("Minutes"), rows=6, required=False))
    document = expected(DocumentField(label=_("Minutes as a document"), required=False))

    def __init__(self, *args: Any, sender: dict[str, str], digipost: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side, people in zip(SIDES, (sender, digipost), strict=True):
            if people:
                self.fields[f"{side}_present"].choices = list(people.items())  # type: ignore[attr-defined]
            else:
                del self.fields[f"{side}_present"]
                self.fields[f"{side}_people"].label = _PRESENT[side]

    @property
    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {f"{side}_people": self._said(given.pop(f"{side}_present", []), side) for side in SIDES}

    def _said(self, present: list[str], side: str) -> str:
        """Everybody in one text, as it is stored; the text that is stored already, if it names the same."""
        people = [*present, *_names(self.cleaned_data[f"{side}_people"])]
        before = str(self.initial.get(f"{side}_stored", ""))
        return before if sorted(_names(before)) == sorted(people) else ", ".join(people)


_PRESENT = {"sender": _("Present for the sender"), "digipost": _("Present for Digipost")}


def _names(said: str) -> list[str]:
    return [name for part in re.split(r"[,\n]", said) if (name := part.strip())]


class RecordedMeetingForm(MeetingForm, RevisedForm):
    """What is recorded of a meeting: whoever is on the integration and named in it is ticked."""

    def __init__(self, *args: Any, initial: dict[str, Any], **people: Any) -> None:
        for side in SIDES:
            stored = str(initial[f"{side}_people"])
            present = [name for name in _names(stored) if name in people[side]]
            others = ", ".join(name for name in _names(stored) if name not in people[side]) if present else stored
            initial |= {f"{side}_stored": stored, f"{side}_present": present, f"{side}_people": others}
        super().__init__(*args, initial=initial, **people)


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
