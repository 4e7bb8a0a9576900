"""The heartbeat of the sender's monitoring: how often it is expected, and how late it may be."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import RevisedForm

LONGEST = 24 * 60
"""Minutes."""


def _minutes(label: object, help_text: object) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=1, max_value=LONGEST)  # type: ignore[arg-type]


class HeartbeatForm(RevisedForm):
    told = _("A beat is expected every %(period)s minutes, and may be %(grace)s minutes late.")
    period = _minutes(_("Minutes between beats"), _("From 1 to 1440, which is 24 hours."))
    grace = _minutes(_("Minutes that a beat may be late"), _("From 1 to 1440. After that the monitoring is silent."))
