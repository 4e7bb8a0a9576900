"""The answer to a reminder, from the link in its mail."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .base import Form, FutureDateField, line


class ReminderAnswerForm(Form):
    """A date, or a word, or both."""

    on = FutureDateField(label=_("When will it be done?"), required=False)
    word = line(_("A word about it"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("on") and not cleaned.get("word"):
            raise ValidationError(gettext("Give a date, or write a word."))
        return cleaned
