"""The address of a webhook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..public_hosts import LONGEST_ADDRESS, require_public_address
from .base import Form, KeyField


class WebhookForm(Form):
    """An address, which is shown to nobody once it is saved."""

    webhook_address = KeyField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("Begins with https://. The host must be one that everybody on the internet can reach."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        validators=[require_public_address],
    )

    told = _("The address is saved. Send a test message to see that it works.")
