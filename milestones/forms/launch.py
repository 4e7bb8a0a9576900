"""The launch date, the first sending."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import (
    DateField,
    FutureDateField,
    PastDateField,
    RevisedForm,
    line,
    radios,
)


class LaunchDateForm(RevisedForm):
    told = _("The launch date is confirmed.")
    launch_on = DateField(label=_("Launch date"))


class LaunchDateProposalForm(LaunchDateForm):
    told = _("The launch date is proposed. A business owner must confirm it.")
    launch_on = FutureDateField(label=_("Launch date"))


class FirstSendingForm(RevisedForm):
    told = _("The first sending is recorded. Both sides must confirm that it works.")
    first_sending_on = PastDateField(label=_("Date of the first sending"))
    documents_sent = forms.IntegerField(label=_("Number of documents"), min_value=1, max_value=100_000_000)


class ManualApprovalForm(RevisedForm):
    told = _("The decision on mass sendings is saved.")
    manual_approval = radios(
        _("Are the first mass sendings approved by hand?"),
        [("yes", _("Yes, approved by hand")), ("no", _("No, sent automatically"))],
    )
    note = line(_("How"), length=500, required=False)

    def clean_manual_approval(self) -> bool:
        return bool(self.cleaned_data["manual_approval"] == "yes")
