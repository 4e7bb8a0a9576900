"""Checking off, own items, exceptions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..process import RESPONSIBLE_ROLES, Requirement, Role
from .base import DocumentField, Form, FutureDateField, PastDateField, line, radios, reason, text


class ConfirmForm(Form):
    """Checks off a requirement, whose statement stands above it word by word, or an own item."""

    told = _("It is checked off, in your name.")
    confirmed_on = PastDateField(label=_("Date"))
    note = text(_("Note"), required=False)
    document = DocumentField(label=_("Documentation"), required=False)

    def __init__(self, *args: Any, requirement: Requirement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if requirement is not None:
            self.fields["document"].required = requirement.needs_document


class ItemForm(Form):
    told = _("“%(title)s” is added to the list.")
    title = line(_("What is to be done"))
    description = text(_("Description"), required=False)
    required = radios(
        _("Is it required?"),
        [("yes", _("Required: the milestone cannot be submitted without it")), ("no", _("If needed"))],
    )
    stands_on = forms.ChoiceField(
        label=_("Who must do it"), choices=[(role.value, role.label) for role in RESPONSIBLE_ROLES]
    )

    def clean_required(self) -> bool:
        return bool(self.cleaned_data["required"] == "yes")

    def clean_stands_on(self) -> Role:
        return Role(self.cleaned_data["stands_on"])


class ExceptionForm(Form):
    told = _("The exception is granted. It stands wherever the requirement is shown.")
    reason = reason(help_text=_("Shown wherever the requirement is shown."))
    until = FutureDateField(label=_("Last day"), required=False, help_text=_("Leave empty if it has no end."))
