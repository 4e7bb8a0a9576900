"""A token of the API."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import clock
from ..models import Scope
from .base import Form, FutureDateField, line, radios

USUAL = datetime.timedelta(days=180)
"""Until when a token works that nobody chose another day for."""


class TokenForm(Form):
    """What it is called, what it may, and until when it works."""

    told = _("The token is made.")
    name = line(
        _("Where the token is used"),
        length=60,
        help_text=_("GitHub Actions or nightly build, say: so that you can tell the tokens apart."),
        left_out=_("Enter where it is used"),
    )
    scope = radios(_("What it may"), Scope.choices, left_out=_("Choose what it may"))
    expires_on = FutureDateField(
        label=_("Works to the end of"),
        help_text=_("At most a year ahead."),
        error_messages={"required": _("Choose the last day on which it works")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"scope": Scope.REPORT, "expires_on": clock.today() + USUAL}
        super().__init__(*args, **{"initial": initial, **kwargs})

    @property
    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "scope": Scope(self.cleaned_data["scope"])}
