"""What people are told of a file that the parser refuses, and what they can do about it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def refusal(kind: str, code: str) -> ValidationError:
    image, pdf = _("The image cannot be read."), _("The PDF cannot be read.")
    told = {
        "locked": _("The PDF is locked with a password, so it cannot be examined."),
        "active": _("The PDF holds scripts, embedded files or actions that reach out of it. Save it without them."),
        "ambiguous": _("The PDF says the same thing twice, and viewers would show it differently. Save it anew."),
        "intricate": _("The PDF is too intricate to be examined.") if kind == "application/pdf" else image,
        "pixels": _("The image has too many pixels."),
        "unreadable": pdf if kind == "application/pdf" else image,
    }
    return ValidationError(told[code], code=code)
