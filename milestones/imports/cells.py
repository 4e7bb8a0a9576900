"""What one cell says. Each function reads a text that is not empty; its ValidationError says what to write.

Dates as Norwegians write them, and as Excel counts them; numbers with spaces in them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override
from stdnum.no import orgnr

from .. import clock, texts
from ..clock import EARLIEST_YEAR, LATEST_YEAR
from ..mailboxes import normalised, require_deliverable, require_sender
from ..models.accounts import account_id_digits
from ..names import require_company_name, require_name, require_title
from ..process import SenderKind
from ..searching import reference_of

LONGEST_NAME, LONGEST_TITLE = 150, 200
EXCEL_BEGINS = datetime.date(1899, 12, 30)
"""The day 0 of Excel's calendar, as its numbers since March 1900 count."""

_NUMBERS = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]?\s*(\d{4}|\d{2})\.?")
_BACKWARDS = re.compile(r"(\d{4})[.-](\d{1,2})[.-](\d{1,2})(?:[T ].*)?")
_WITH_MONTH = re.compile(r"(\d{1,2})\.?\s*([^\W\d_]+)\.?\s*(\d{4}|\d{2})")
_COUNTED = re.compile(r"\d{5}")
_MONTHS = ("jan", "feb", "mar", "apr", "ma[iy]", "jun", "jul", "aug", "sep", "o[kc]t", "nov", "de[sc]")


def date(text: str) -> datetime.date:
    """1.3.2024, 01.03.24, 1. mars 2024, 1/3-24, 2024-03-01, 45352."""
    try:
        found = _date(text.strip())
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is no date. Write it as in 24.12.2025.") % {"text": text}) from error
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValidationError(_("Is the year right? Write a date from 2000 on, as in 24.12.2025."))
    return found


def past_date(text: str) -> datetime.date:
    """A date on which something happened."""
    found = date(text)
    if found > clock.today():
        raise ValidationError(_("The date cannot lie in the future."))
    return found


def _date(text: str) -> datetime.date:
    """Raises ValueError for what is none."""
    if found := _BACKWARDS.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _NUMBERS.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _WITH_MONTH.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif _COUNTED.fullmatch(text):
        return EXCEL_BEGINS + datetime.timedelta(days=int(text))
    else:
        raise ValueError(text)
    return datetime.date(year + 2000 if year < 100 else year, month, day)


def _month(word: str) -> int:
    for number, name in enumerate(_MONTHS, 1):
        if re.match(name, word.casefold()):
            return number
    raise ValueError(word)


def organisation_number(text: str) -> str:
    number = re.sub(r"[\s.]", "", text.upper().removeprefix("NO").removesuffix("MVA"))
    if not orgnr.is_valid(number):
        raise ValidationError(_("Write an organisation number of nine digits, as in 984 661 185."))
    return number


def organisation_name(text: str) -> str:
    require_company_name(text)
    return _short_enough(text, LONGEST_TITLE)


def title(text: str) -> str:
    require_title(text)
    return _short_enough(text, LONGEST_TITLE)


def person_name(text: str) -> str:
    require_name(text)
    return _short_enough(text, LONGEST_NAME)


def email(text: str) -> str:
    """Of a member."""
    address = normalised(texts.one_line(text.removeprefix("mailto:")))
    require_deliverable(address)
    require_sender(address)
    return address


def staff_email(text: str) -> str:
    return normalised(texts.one_line(text))


def account_id(text: str) -> str:
    digits = re.sub(r"\s", "", text)
    account_id_digits(digits)
    return digits


def reference(text: str) -> str:
    found = reference_of(text)
    if not found:
        raise ValidationError(_("Write a reference as in BOFA-482, or leave the cell empty."))
    return found


def sender_kind(text: str) -> SenderKind:
    kind = _kinds().get(text.casefold())
    if kind is None:
        known = ", ".join(str(one.label) for one in SenderKind)
        raise ValidationError(_("Write one of these: %(known)s.") % {"known": known})
    return kind


def source(text: str) -> str:
    return _short_enough(text, LONGEST_TITLE)


def _short_enough(text: str, most: int) -> str:
    if len(text) > most:
        raise ValidationError(_("This is too long. It can have %(most)s characters.") % {"most": most})
    return text


def _kinds() -> Mapping[str, SenderKind]:
    """By their codes and by what they are called in each language."""
    found = {kind.value: kind for kind in SenderKind}
    for language, _label in settings.LANGUAGES:
        with override(language):
            found |= {str(kind.label).casefold(): kind for kind in SenderKind}
    return found
