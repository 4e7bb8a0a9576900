"""The workflow address of a channel in Microsoft Teams."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models.teams import LONGEST_ADDRESS, require_workflow_address
from .base import Form, KeyField


class TeamsForm(Form):
    """An address, which is shown to nobody once it is saved."""

    workflow_address = KeyField(
        label=_("Workflow address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("Begins with https://. Whoever has it can write in the channel: keep it to yourself."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        validators=[require_workflow_address],
    )

    told = _("The workflow address is saved. Send a test message to see that it works.")
