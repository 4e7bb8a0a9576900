"""A change that is declared in operations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..clock import today
from ..process import DEFAULT_RETEST_DAYS, ChangeKind
from ..workdays import add_working_days
from .base import Form, FutureDateField, radios, text


class ChangeForm(Form):
    told = _("The change is declared.")
    kind = radios(_("Kind of change"), ChangeKind.choices, left_out=_("Choose what changes"))
    description = text(
        _("What is changed, and when?"),
        help_text=_("No keys or passwords, and no personal data of recipients."),
        left_out=_("Say briefly what is changed"),
    )
    retest_by = FutureDateField(label=_("Retested by"), error_messages={"required": _("Choose a date for the retest")})

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        """`kind` is what is chosen to begin with, if it is one."""
        super().__init__(*args, **kwargs)
        self.fields["retest_by"].is_told = True  # type: ignore[attr-defined]  # what is confirmed says it
        self.initial.setdefault("retest_by", add_working_days(today(), DEFAULT_RETEST_DAYS))
        if kind in ChangeKind.values:
            self.initial.setdefault("kind", kind)

    @property
    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"kind": ChangeKind(self.cleaned_data["kind"])}
