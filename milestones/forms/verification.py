"""Digipost's approval of the tests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import Form, text


class VerificationForm(Form):
    note = text(_("Note"), required=False)
