"""Meetings: planned ahead, and recorded as they were held."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..clock import today
from ..models import Meeting, MeetingKind
from .base import (
    DateField,
    DocumentField,
    Form,
    FutureDateField,
    RevisedForm,
    checkboxes,
    expected,
    line,
    radios,
    text,
)

SIDES = ("sender", "digipost")


class MeetingForm(Form):
    """Who was there is ticked, of `sender` and `digipost`: what people are called, by name; others are typed.

    Where several are listed, `everybody` ticks them all, if they are those whom the page showed.
    """

    told = _("The meeting is recorded.")
    kind = radios(_("Kind"), MeetingKind.choices)
    held_on = DateField(label=_("Date"), help_text=_("A meeting ahead can be entered now and completed afterwards."))
    everybody = forms.BooleanField(label=_("Everybody who is listed below was there"), required=False)
    sender_present = expected(checkboxes(_("Present for the sender"), (), required=False))
    sender_people = expected(text(_("Others for the sender"), rows=1, required=False))
    digipost_present = expected(checkboxes(_("Present for Digipost"), (), required=False))
    digipost_people = expected(text(_("Others for Digipost"), rows=1, required=False))
    minutes = expected(text(_("Minutes"), rows=6, required=False))
    document = expected(DocumentField(label=_("Minutes as a document"), required=False))
    shown_people = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, sender: dict[str, str], digipost: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = {"sender": list(sender), "digipost": list(digipost)}
        self.initial["shown_people"] = json.dumps(self.listed)
        if len(sender) + len(digipost) < 2:
            del self.fields["everybody"]
        for side, people in zip(SIDES, (sender, digipost), strict=True):
            if people:
                self.fields[f"{side}_present"].choices = list(people.items())  # type: ignore[attr-defined]
            else:
                del self.fields[f"{side}_present"]
                self.fields[f"{side}_people"].label = _PRESENT[side]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("everybody"):
            ticked = {side: cleaned.get(f"{side}_present") or [] for side in SIDES}
            if any(ticked.values()) and ticked != self.listed:
                self.add_error("everybody", _("Some are ticked below. Tick everybody, or only those who were there."))
            if cleaned.get("shown_people") != self.initial["shown_people"]:
                self._show_the_list_anew()
            if (held_on := cleaned.get("held_on")) and held_on > today():
                self.add_error("everybody", _("The meeting is ahead: nobody has been there yet."))
        return cleaned

    def _show_the_list_anew(self) -> None:
        sent = cast(QueryDict, self.data).copy()
        sent["shown_people"] = self.initial["shown_people"]
        self.data = sent
        told = _("Somebody has come or gone since you opened the page. Look at the list below, and send it again.")
        self.add_error("everybody", told)

    @property
    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        present = {side: given.pop(f"{side}_present", []) for side in SIDES}
        del given["shown_people"]
        if given.pop("everybody", False):
            present = self.listed
        return given | {f"{side}_people": self._said(present[side], side) for side in SIDES}

    def _said(self, present: list[str], side: str) -> str:
        """Everybody in one text, as it is stored; the text that is stored already, if it names the same."""
        people = list(dict.fromkeys([*present, *_names(self.cleaned_data[f"{side}_people"])]))
        before = str(self.initial.get(f"{side}_stored", ""))
        return before if sorted(_names(before)) == sorted(people) else ", ".join(people)


_PRESENT = {"sender": _("Present for the sender"), "digipost": _("Present for Digipost")}


def _names(said: str) -> list[str]:
    return [name for part in re.split(r"[,\n]", said) if (name := part.strip())]


class RecordedMeetingForm(MeetingForm, RevisedForm):
    """What is recorded of a meeting: whoever is on the integration and named in it is ticked."""

    def __init__(self, *args: Any, initial: dict[str, Any], is_planned: bool = False, **people: Any) -> None:
        """`is_planned` where the meeting has been planned: then it is entered when it has been held."""
        for side in SIDES:
            stored = str(initial[f"{side}_people"])
            present = [name for name in _names(stored) if name in people[side]]
            others = ", ".join(name for name in _names(stored) if name not in people[side]) if present else stored
            initial |= {f"{side}_stored": stored, f"{side}_present": present, f"{side}_people": others}
        super().__init__(*args, initial=initial, **people)
        if is_planned:
            self.fields["held_on"].help_text = ""


def _hour(label: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=False)


class PlanMeetingForm(Form):
    """A meeting ahead; whoever is invited is ticked, of `people`: what they are called, by user."""

    told = _("The meeting is planned. Those who are invited are told by e-mail.")
    kind = radios(_("Kind"), MeetingKind.choices)
    held_on = FutureDateField(label=_("Date"))
    starts_at = _hour(_("From"))
    ends_at = _hour(_("Until"))
    place = line(_("Place or link"), length=300, required=False)
    agenda = text(_("Agenda"), required=False)
    invited = checkboxes(
        _("Who is invited?"),
        (),
        required=False,
        help_text=_("They get an invitation for their calendar by e-mail, and another one when something changes."),
    )

    def __init__(self, *args: Any, people: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invited"].choices = [(str(pk), name) for pk, name in people.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if (starts_at is None) != (ends_at is None) and not {"starts_at", "ends_at"} & set(self.errors):
            missing = "starts_at" if starts_at is None else "ends_at"
            self.add_error(missing, _("Say from when until when, or neither."))
        elif starts_at and ends_at and starts_at >= ends_at:
            self.add_error("ends_at", _("The meeting must end after it starts."))
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"invited": [int(pk) for pk in self.cleaned_data["invited"]]}


class ReplanMeetingForm(PlanMeetingForm, RevisedForm):
    """The plan of a meeting, to be changed."""

    told = _("The plan is changed. Those who are invited are told by e-mail.")

    @classmethod
    def initial_of(cls, meeting: Meeting, invited: list[int]) -> dict[str, Any]:
        """What the form shows of it."""
        names = ("kind", "held_on", "starts_at", "ends_at", "place", "agenda")
        return {name: getattr(meeting, name) for name in names} | {"invited": [str(pk) for pk in invited]}
