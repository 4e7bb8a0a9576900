"""The certificates by which Digipost signs its answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import Form, text


class PinForm(Form):
    told = _("The certificate counts from now on.")
    pem = text(
        _("Certificate (PEM)"),
        rows=6,
        length=20000,
        help_text=_("The whole certificate file, with its first and last line. Never a private key."),
        left_out=_("Paste the certificate"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput())
