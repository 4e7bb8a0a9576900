"""What somebody wants to be sent, and whose mail is asked about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Integration, Member, User
from ..process import Cadence
from .base import Form, radios


class MailChoiceForm(Form):
    digest = radios(_("How often do you want the digest of what waits for you?"), Cadence.choices)
    weekly_summary = forms.BooleanField(
        label=_("Send me the weekly summary: what moved, what is stuck, what comes"), required=False
    )


class WhyForm(Form):
    """Whom to ask about: a current member, or one of the staff."""

    person = forms.ChoiceField(label=_("Person"))

    def __init__(self, *args: Any, integration: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Member.objects.current().filter(integration=integration).select_related("user")
        people = [(str(member.user_id), member.name) for member in members]
        people += [(str(user.pk), f"{user.name} (Digipost)") for user in User.objects.staff()]
        self.fields["person"].choices = people  # type: ignore[attr-defined]
