"""What a name may hold. A name stands in mail to people who do not know who wrote it, so it leads nowhere.

Whether mail programs make a link of a text is asked of linkify-it, which knows the top-level domains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS

_BEGINS_AN_ADDRESS = re.compile(r"\w:/|//|www\.", re.IGNORECASE)
_DOTS = str.maketrans("。｡", "..")  # what browsers take for one, and NFKC leaves


@cache
def _linkify() -> LinkifyIt:
    return LinkifyIt().tlds(TLDS)


def _plain(text: str) -> str:
    """As a browser would read it: compatible letters and dots are one, and what cannot be seen is gone."""
    shown = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", shown).translate(_DOTS)


def require_name(**names: str) -> None:
    """Raise ValidationError, by field, for the name of a person or an integration that leads somewhere."""
    _require(leads_somewhere, names)


def require_company_name(**names: str) -> None:
    """Raise ValidationError, by field, for an organisation's name that leads to a page."""
    _require(leads_to_a_page, names)


def _require(refused: Callable[[str], bool], names: dict[str, str]) -> None:
    if wrong := [field for field, name in names.items() if refused(name)]:
        told = _("A name holds no address of a page or of mail. Write it without, and put a space after each dot.")
        raise ValidationError(dict.fromkeys(wrong, told))


def leads_somewhere(text: str) -> bool:
    """Whether a mail program would make a link of it, or of a part."""
    plain = _plain(text)
    return bool(_BEGINS_AN_ADDRESS.search(plain) or _linkify().test(plain))


def leads_to_a_page(text: str) -> bool:
    """As `leads_somewhere`, but a bare domain, as in Finn.no AS, is a company's name and no page of it."""
    plain = _plain(text)
    if _BEGINS_AN_ADDRESS.search(plain):
        return True
    return any(found.schema or not re.fullmatch(r"[\w.-]+", found.raw) for found in _linkify().match(plain) or ())
