"""Links to documentation at the requirements."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..models.guidance import require_https
from ..process import REQUIREMENTS
from .base import Form, line


class LinkForm(Form):
    """A link, and the requirement at which it is shown."""

    requirement = forms.ChoiceField(
        label=_("Requirement"),
        choices=[
            ("", _("Choose a requirement")),
            *((one.code, format_lazy("{} {}", one.code, one.title)) for one in REQUIREMENTS.values()),
        ],
        error_messages={"required": _("Choose a requirement"), "invalid_choice": _("Choose a requirement")},
    )
    title = line(_("Title"), help_text=_("What the page is about: the link's words."), left_out=_("Enter a title"))
    url = line(
        _("Address"),
        length=500,
        help_text=_("Begins with https://"),
        left_out=_("Enter the address"),
        validators=[require_https],
    )

    told = _("The link is added.")
