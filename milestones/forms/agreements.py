"""Agreements, and the decision on each service."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import Integration
from ..process import AgreementKind, Service, ServiceChoice
from .base import (
    DocumentField,
    Form,
    PastDateField,
    RevisedForm,
    expected,
    line,
    person_name,
    radios,
)


class AgreementForm(Form):
    told = _("The agreement is recorded. Digipost verifies it next.")
    kind = radios(_("Which agreement"), AgreementKind.choices)
    signatory = person_name(
        _("Signed by"),
        help_text=_("The name of the person who signed for the sender."),
        left_out=_("Enter who signed"),
    )
    signed_on = PastDateField(label=_("Signed on"), error_messages={"required": _("Choose the date of signature")})
    document = DocumentField(label=_("The signed document"))


class ServicesForm(RevisedForm):
    """A decision and a word on how, for each service. What is left open stays undecided."""

    told = _("The decisions on the services are saved.")

    def __init__(self, *args: Any, integration: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {row.service: row for row in integration.service_decisions.all()}
        for service in Service:
            row = stored.get(service.value)
            # Saved one by one, but 1.3 expects them all.
            self.fields[service.value] = expected(radios(service.label, ServiceChoice.choices, required=False))
            label = _("%(service)s: how or when?") % {"service": service.label}
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
