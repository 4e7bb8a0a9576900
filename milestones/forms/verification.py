"""Digipost's approval of the tests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import Form, text


class VerificationForm(Form):
    told = _("The tests are approved. Production can be opened.")
    note = text(_("Note"), required=False)
