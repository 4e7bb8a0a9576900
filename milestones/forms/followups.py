"""What is to be settled before launch."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import (
    Form,
    FutureDateField,
    RevisedForm,
    line,
    person_name,
    text,
)


class FollowUpForm(Form):
    title = line(_("What is to be followed up"))
    description = text(_("Description"), required=False)


class CloseFollowUpForm(Form):
    resolution = text(_("How it was settled"))


class DeferralForm(RevisedForm):
    deferred_to = person_name(_("Who takes it on"))
    deferred_until = FutureDateField(label=_("Date"))


class AcceptDeferralForm(Form):
    """Accepts the deferral that the page showed, and no other."""

    deferred_to = forms.CharField(widget=forms.HiddenInput())
    deferred_until = forms.DateField(widget=forms.HiddenInput())
