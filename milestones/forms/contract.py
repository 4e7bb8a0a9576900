"""Milestone 1: agreement, people, services, accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Integration, User
from ..models.accounts import account_id_digits
from ..process import MEMBER_ROLES, AgreementKind, Role, Service, ServiceChoice
from .base import (
    DocumentField,
    EmailField,
    Form,
    KeyField,
    PastDateField,
    RevisedForm,
    checkboxes,
    expected,
    line,
    person_name,
    radios,
)

ROLE_CHOICES = [(role.value, role.label) for role in MEMBER_ROLES]


class AgreementForm(Form):
    kind = radios(_("Which agreement"), AgreementKind.choices)
    signatory = person_name(_("Signed by"), help_text=_("The name of the person who signed for the sender."))
    signed_on = PastDateField(label=_("Signed on"))
    document = DocumentField(label=_("The signed document"))


class InviteForm(Form):
    name = person_name(_("Name"))
    email = EmailField(label=_("E-mail address"))
    roles = checkboxes(_("Roles"), ROLE_CHOICES, help_text=_("One person may hold several roles."))

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class RolesForm(RevisedForm):
    roles = checkboxes(_("Roles"), ROLE_CHOICES, required=False)

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class ContactForm(RevisedForm):
    contact = forms.ModelChoiceField(
        label=_("Onboarding contact"), queryset=User.objects.none(), required=False, empty_label=_("None yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = User.objects.staff()  # type: ignore[attr-defined]


class ServicesForm(RevisedForm):
    """A decision and a word on how, for each service. What is left open stays undecided."""

    def __init__(self, *args: Any, integration: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {row.service: row for row in integration.service_decisions.all()}
        for service in Service:
            row = stored.get(service.value)
            # Saved one by one, but 1.3 expects them all.
            self.fields[service.value] = expected(radios(service.label, ServiceChoice.choices, required=False))
            label = _("%(service)s: how, or when") % {"service": service.label}
            self.fields[f"{service.value}_note"] = expected(line(label, length=500, required=False))
            self.initial.setdefault(service.value, row.choice if row else None)
            self.initial.setdefault(f"{service.value}_note", row.note if row else "")
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "ds-input")

    @property
    def arguments(self) -> dict[str, Any]:
        decisions = {
            service.value: (ServiceChoice(choice), self.cleaned_data[f"{service.value}_note"])
            for service in Service
            if (choice := self.cleaned_data[service.value])
        }
        return {"decisions": decisions}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for service in Service:
            if cleaned.get(f"{service.value}_note") and not cleaned.get(service.value):
                self.add_error(service.value, _("Decide whether the service is used; the note alone is no decision."))
        return cleaned


class AccountsForm(RevisedForm):
    test_account_id = KeyField(
        label=_("Test account id"), max_length=20, required=False, validators=[account_id_digits]
    )
    production_account_id = KeyField(
        label=_("Production account id"), max_length=20, required=False, validators=[account_id_digits]
    )
