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
    told = _("“%(title)s” is to be followed up before launch.")
    title = line(_("What is to be followed up"))
    description = text(_("Description"), required=False)
    deferred_to = person_name(_("If it can wait: who takes it on"), required=False)
    deferred_until = FutureDateField(label=_("Date"), required=False)


class CloseFollowUpForm(Form):
    told = _("The follow-up item is closed.")
    resolution = text(_("How it was settled"))


class DeferralForm(RevisedForm):
    told = _("%(deferred_to)s is to take it on. What the sender proposes counts when Digipost has accepted it.")
    deferred_to = person_name(_("Who takes it on"))
    deferred_until = FutureDateField(label=_("Date"))


class AcceptDeferralForm(Form):
    """Accepts the deferral that the page showed, and no other."""

    told = _("The deferral is accepted: %(deferred_to)s takes it on.")
    deferred_to = forms.CharField(widget=forms.HiddenInput())
    deferred_until = forms.DateField(widget=forms.HiddenInput())
