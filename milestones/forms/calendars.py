"""A private address for a calendar program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..models import Integration, User
from ..process import Status
from .base import Form, expected, line


class CalendarForm(Form):
    """Of which integration, or of all; `asked` is the reference of one that is offered to staff beside their own."""

    told = _("The address is made.")
    integration = expected(
        forms.ModelChoiceField(
            label=_("Which dates"),
            queryset=Integration.objects.none(),
            to_field_name="reference",
            required=False,
            empty_label=_("All integrations that I am on"),
        )
    )
    name = line(
        _("Where it is used"),
        length=60,
        required=False,
        help_text=_("Outlook or phone, say: so that you can tell your addresses apart."),
    )

    def __init__(self, *args: Any, user: User, asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["integration"]
        offered = Integration.objects.visible_to(user).exclude(status=Status.CLOSED)
        if user.is_staff:
            offered = offered.filter(Q(onboarding_contact=user) | Q(reference=asked))
            field.empty_label = _("All integrations whose contact I am")  # type: ignore[attr-defined]
        field.queryset = offered.order_by("reference")  # type: ignore[attr-defined]
