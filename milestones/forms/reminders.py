"""The rules of reminders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import ReminderRules
from .base import RevisedForm, checkboxes, line

WEEKDAYS = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
]


MOST_DAYS = 60


def _days(label: Any, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=MOST_DAYS)


def _hour(label: Any, left_out: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages={"required": left_out})


class RulesForm(RevisedForm):
    lead_days = _days(_("How many working days before the due date is somebody told?"))
    approval_days = _days(_("Within how many working days does Digipost promise to answer a submission?"))
    manager_after = _days(_("After how many working days overdue is the project manager told too?"), 1)
    owner_after = _days(
        _("After how many working days overdue are the business owner and the onboarding contact told too?"), 1
    )
    certificate_days = line(
        _("How many days before a certificate expires is somebody told?"),
        length=60,
        help_text=_("Numbers with commas between, for example 60, 30, 7."),
    )
    weekdays = checkboxes(_("On which weekdays does the digest go out?"), WEEKDAYS)
    opens_at = _hour(_("Mail goes out from"), _("Choose the time from which mail goes out"))
    closes_at = _hour(_("until"), _("Choose the time until which mail goes out"))

    def clean_certificate_days(self) -> list[int]:
        parts = [part.strip() for part in self.cleaned_data["certificate_days"].split(",") if part.strip()]
        if not parts or not all(part.isdecimal() and len(part) <= 3 and 0 < int(part) <= 365 for part in parts):
            raise forms.ValidationError(_("Give numbers from 1 to 365, with commas between."))
        return sorted({int(part) for part in parts}, reverse=True)

    def clean_weekdays(self) -> list[int]:
        return [int(day) for day in self.cleaned_data["weekdays"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("The window must close after it opens."))
        manager, owner = cleaned.get("manager_after"), cleaned.get("owner_after")
        if manager and owner and owner < manager:
            self.add_error("owner_after", _("The business owner is not told before the project manager."))
        return cleaned

    @classmethod
    def initial_of(cls, row: ReminderRules) -> dict[str, Any]:
        """What the form shows for the rules in force."""
        names = ("lead_days", "approval_days", "manager_after", "owner_after", "opens_at", "closes_at")
        shown = {name: getattr(row, name) for name in names}
        return shown | {
            "certificate_days": ", ".join(map(str, row.certificate_days)),
            "weekdays": [str(day) for day in row.weekdays],
        }
