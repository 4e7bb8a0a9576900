"""Taking in an integration."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.no import orgnr

from .. import entity_register
from ..entity_register import Answer
from ..models import User
from ..process import SenderKind
from .base import EmailField, Form, KeyField, line, person_name, radios


class OrganisationNumberField(KeyField):
    """Nine digits with a check digit, spaces allowed; comes out as bare digits."""

    default_error_messages = {"required": _("Enter the organisation number")}

    def to_python(self, value: Any) -> str:
        number = super().to_python(value)
        if not number:
            return number
        try:
            return str(orgnr.validate(number))
        except NumberError as error:
            raise ValidationError(
                _("This is no organisation number: it has nine digits, and the last one checks the others.")
            ) from error


ROUTES = [
    ("direct", _("Directly, from our own system or partner solution to Digipost")),
    ("partner", _("Through a partner that is already integrated with Digipost")),
]


class KnownNumberForm(Form):
    """Staff: is the organisation here already?"""

    number = OrganisationNumberField(label=_("Look up an organisation number"), max_length=20)


class IntakeForm(Form):
    """A new integration. Staff name the project manager; others become it themselves."""

    route = radios(_("How will the documents reach Digipost?"), ROUTES)
    number = OrganisationNumberField(
        label=_("Organisation number"), max_length=20, help_text=_("Nine digits, for example 984 661 185.")
    )
    organisation = line(_("The organisation's name"))
    sender_kind = radios(
        _("The organisation is"),
        [
            (SenderKind.SENDER.value, _("A sender: sends its own documents")),
            (SenderKind.PARTNER.value, _("A partner: sends on behalf of others")),
        ],
        left_out=_("Choose whether the organisation is a sender or a partner"),
    )
    name = line(
        _("What shall we call the integration?"),
        help_text=_("An organisation may have several: name what this one sends, or the system it sends from."),
        left_out=_("Enter a name for the integration"),
    )
    manager_name = person_name(_("The project manager's name"))
    manager_email = EmailField(label=_("The project manager's e-mail address"))
    filled_in = line("", required=False)
    filled_in.widget = forms.HiddenInput()

    def __init__(self, *args: Any, by: User, entity: Answer | None = None, **kwargs: Any) -> None:
        """`entity` is what the register of entities says of the number, where somebody has asked."""
        super().__init__(*args, **kwargs)
        self.entity = entity
        if entity_register.is_on():
            self.fields["number"].beside = "_partials/look_up.html"  # type: ignore[attr-defined]
        if not by.is_staff:
            del self.fields["manager_name"], self.fields["manager_email"]
        # Whoever sends through a partner needs no integration: answer that before asking for anything else.
        if self.data.get("route") == "partner" and not self.looks_up:
            for name in list(self.fields):
                if name != "route":
                    del self.fields[name]

    @property
    def looks_up(self) -> bool:
        """Whether all that was pressed is the button that asks the register of entities about the number."""
        return entity_register.is_on() and "look_up" in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.looks_up:  # the rest is not sent yet
            for name in [name for name in self.errors if name != "number"]:
                del self.errors[name]
        by_hand = bool(self._typed("organisation")) and not self._typed("filled_in")
        if cleaned.get("number") and entity_register.is_on() and (self.looks_up or not by_hand):
            self.entity = entity_register.look_up(cleaned["number"])
            if self.entity.name or self.looks_up:
                self._fill_in(self.entity.name)
        return cleaned

    def _typed(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    def _fill_in(self, name: str) -> None:
        """The name by which the register knows it, or none; what somebody typed themselves stays."""
        if self._typed("organisation") not in ("", self._typed("filled_in")):
            return
        sent = cast(QueryDict, self.data).copy()
        sent["organisation"] = sent["filled_in"] = self.cleaned_data["organisation"] = name
        self.data = sent
        self.errors.pop("organisation", None)
