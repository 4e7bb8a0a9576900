"""Account ids, and the details of production."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..models.accounts import account_id_digits
from .base import (
    KeyField,
    RevisedForm,
    text,
)


class AccountsForm(RevisedForm):
    test_account_id = KeyField(
        label=_("Test account id"), max_length=20, required=False, validators=[account_id_digits]
    )
    production_account_id = KeyField(
        label=_("Production account id"), max_length=20, required=False, validators=[account_id_digits]
    )


class DetailsForm(RevisedForm):
    details = text(
        _("Environment and account details"),
        rows=5,
        help_text=_("What the sender needs to send in production. Never keys or passwords."),
    )
