"""Members, their roles, the onboarding contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import User
from ..process import MEMBER_ROLES, Role
from .base import (
    EmailField,
    Form,
    RevisedForm,
    checkboxes,
    expected,
    person_name,
)

ROLE_CHOICES = [(role.value, role.label) for role in MEMBER_ROLES]


class InviteForm(Form):
    told = _("Invitation sent to %(name)s.")
    name = person_name(_("Name"))
    email = EmailField(label=_("E-mail address"))
    roles = checkboxes(
        _("Roles"),
        ROLE_CHOICES,
        help_text=_("One person may hold several roles."),
        left_out=_("Choose at least one role"),
    )

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class RolesForm(RevisedForm):
    roles = expected(checkboxes(_("Roles"), ROLE_CHOICES, required=False))

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class ContactForm(RevisedForm):
    contact = forms.ModelChoiceField(
        label=_("Onboarding contact"), queryset=User.objects.none(), required=False, empty_label=_("None yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = User.objects.staff()  # type: ignore[attr-defined]

    @property
    def done(self) -> str:
        contact = self.cleaned_data["contact"]
        if contact is None:
            return str(_("The integration has no contact at Digipost now. Any of the staff can step in."))
        return str(_("%(contact)s is the contact at Digipost now.") % {"contact": contact.name})
