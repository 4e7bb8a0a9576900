"""What is wrong with the shape of a request, in our own words and languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..process import Text

SAID: dict[str, Text] = {
    "missing": gettext_lazy("“%(field)s” is missing."),
    "enum": gettext_lazy("“%(field)s” is one of: %(expected)s."),
    "literal_error": gettext_lazy("“%(field)s” is one of: %(expected)s."),
    "string_type": gettext_lazy("“%(field)s” is a text."),
    "string_too_long": gettext_lazy("“%(field)s” has at most %(max_length)s characters."),
    "string_too_short": gettext_lazy("“%(field)s” cannot be empty."),
    "extra_forbidden": gettext_lazy("“%(field)s” is not known here."),
    "date_type": gettext_lazy("“%(field)s” is a date, as in 2027-03-01."),
    "date_parsing": gettext_lazy("“%(field)s” is a date, as in 2027-03-01."),
    "date_from_datetime_parsing": gettext_lazy("“%(field)s” is a date, as in 2027-03-01."),
    "date_from_datetime_inexact": gettext_lazy("“%(field)s” is a date, as in 2027-03-01."),
    "string_pattern_mismatch": gettext_lazy("“%(field)s” is not written as it should be."),
}
"""By the library's name for the fault."""


def said_of(fault: Mapping[str, Any]) -> str:
    """A fault that the library found, as a sentence."""
    field = str(fault["loc"][-1])
    known = SAID.get(fault["type"])
    return str(known) % {"field": field, **fault.get("ctx", {})} if known else _("“%s” cannot be read.") % field
