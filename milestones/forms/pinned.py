"""The certificates by which Digipost signs its answers."""

from __future__ import annotations

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..documents import require_no_private_key
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

    def clean_pem(self) -> str:
        """Refused and forgotten where it holds a private key: the page does not show it again either."""
        typed = str(self.cleaned_data["pem"])
        try:
            require_no_private_key(typed.encode())
        except ValidationError:
            sent = cast(QueryDict, self.data).copy()
            sent["pem"] = ""
            self.data = sent
            raise
        return typed
