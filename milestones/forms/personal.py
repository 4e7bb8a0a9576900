"""Finding the person whose personal data it is about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import Form, line


class FindPersonForm(Form):
    q = line(_("Name or e-mail address"), required=False)
