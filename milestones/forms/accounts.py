"""Account ids, and the details of production."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models.accounts import account_id_digits
from .base import (
    KeyField,
    RevisedForm,
    expected,
    text,
)


def _account_id(label: Any) -> Field:
    return expected(KeyField(label=label, max_length=20, required=False, validators=[account_id_digits]))


class AccountsForm(RevisedForm):
    told = _("The account ids are saved.")
    test_account_id = _account_id(_("Test account id"))
    production_account_id = _account_id(_("Production account id"))


def _details(*, required: bool) -> Field:
    return text(
        _("Environment and account details"),
        rows=5,
        required=required,
        help_text=_("What the sender needs to send in production. Never keys or passwords."),
    )


class DetailsForm(RevisedForm):
    told = _("The details are passed on. The technical lead is asked to say that they have them.")
    details = _details(required=True)


class OpeningForm(RevisedForm):
    """Opens production; the details can go along, or be passed on afterwards."""

    details = expected(_details(required=False))

    def clean_details(self) -> str:
        details = str(self.cleaned_data["details"])
        if self.initial.get("details") and not details:
            raise ValidationError(_("The sender has details already. Change them, or leave them as they are."))
        return details

    @property
    def done(self) -> str:
        """Whether details went along."""
        if self.cleaned_data["details"] in ("", self.initial.get("details")):
            return gettext("Production sending is open. The sender is told.")
        return gettext("Production sending is open, and the details are passed on. The sender is told.")
