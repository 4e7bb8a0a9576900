"""Agreements, and the decision on each service."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..documents import Examined
from ..models import Integration
from ..models.document import Signature
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
        help_text=_(
            "The name of the person who signed for the sender. If the PDF is signed electronically, leave it and the "
            "date empty to have them proposed."
        ),
        left_out=_("Enter who signed"),
    )
    signed_on = PastDateField(label=_("Signed on"), error_messages={"required": _("Choose the date of signature")})
    document = DocumentField(label=_("The signed document"))

    def clean(self) -> dict[str, Any]:
        """Fill in what was left empty and the PDF says: who signed it, and when. It is checked, and sent again."""
        cleaned = super().clean() or self.cleaned_data
        said = _said_by(cleaned.get("document"))
        empty = [name for name in said if not self.data.get(self.add_prefix(name))]
        if empty:
            sent = cast(QueryDict, self.data).copy()
            for name in empty:
                sent[self.add_prefix(name)] = said[name]
                self.errors.pop(name, None)
                self.add_error(name, _("Filled in from the PDF's signature. Check it, and choose the file again."))
            self.data = sent
        return cleaned


def _said_by(document: Examined | None) -> dict[str, str]:
    """What the first signature of a PDF that says so proposes, by field."""
    found = [Signature(**one) for one in document.signatures] if document else []
    first = next((one for one in found if one.signer and one.intact), None)
    if first is None:
        return {}
    return {"signatory": first.signer} | ({"signed_on": first.signed_on.isoformat()} if first.signed_on else {})


class ServicesForm(RevisedForm):
    """A decision and a word on how, for each service. What is left open stays undecided, unless the rest is used."""

    told = _("The decisions on the services are saved.")

    def __init__(self, *args: Any, integration: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {row.service: row for row in integration.service_decisions.all()}
        self.undecided = [service.value for service in Service if service.value not in stored]
        if self.undecided:
            rest_used = forms.BooleanField(label=_("Each service that is not marked: use"), required=False)
            self.fields["rest_used"] = rest_used
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
        if cleaned.pop("rest_used", False):
            self._use_the_rest(cleaned)
        for service in Service:
            if cleaned.get(f"{service.value}_note") and not cleaned.get(service.value):
                self.add_error(service.value, _("Decide whether the service is used; the note alone is no decision."))
        return cleaned

    def _use_the_rest(self, cleaned: dict[str, Any]) -> None:
        """As if each that is undecided had been marked, also on a page that is shown again."""
        sent = cast(QueryDict, self.data).copy()
        for service in self.undecided:
            if not cleaned.get(service):
                cleaned[service] = sent[service] = ServiceChoice.USE.value
        self.data = sent
