"""What people, integrations and organisations may be called.

Erasing searches texts for a person's name, so a name must not be one of our codes. And names appear in mail to people
who do not know who chose them, so a name must hold no link ("leads nowhere"). linkify-it, which knows the top-level
domains, tells whether mail programs would make a link of a text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS

_FILE_TYPES = ("application", "image", "text", "plain", "pdf", "png", "jpeg", "jpg", "txt", "html", "xml")
_BEGINS_AN_ADDRESS = re.compile(r"\w:/|//|\\\\|www\.|\b(?:tel|sms|mailto|callto|javascript|data|file):", re.IGNORECASE)
_LOOKALIKES = str.maketrans("。｡\u2044\u2215", "..//")
"""What browsers take for a dot, and mail programs for the end of a domain; NFKC leaves them."""


# --- Validators of forms and models: each raises ValidationError.


def require_name(value: str) -> None:
    """A person's name is no code, and leads nowhere."""
    if is_code(value):
        raise ValidationError(_("Write the person's name, as in Kari Nordmann. A number or a code is no name."))
    require_title(value)


def require_title(value: str) -> None:
    """An integration's name leads nowhere."""
    _refuse(leads_somewhere(value))


def require_company_name(value: str) -> None:
    """An organisation's name leads to no page."""
    _refuse(leads_to_a_page(value))


def _refuse(wrong: bool) -> None:
    if wrong:
        raise ValidationError(
            _("A name holds no address of a page or of mail. Write it without, and put a space after each dot.")
        )


def require_names(check: Callable[[str], None] = require_name, **names: str) -> None:
    """For workflow: raise ValidationError, by field, for what `check` refuses."""
    wrong = {}
    for field, name in names.items():
        try:
            check(name)
        except ValidationError as error:
            wrong[field] = error
    if wrong:
        raise ValidationError(wrong)


# --- Codes


def is_code(name: str) -> bool:
    """Whether a name holds no word, but numbers, references (BOFA-482), ids (T01, 2.1, item-3) and keys alone."""
    return not any(_is_word(part) for part in re.split(r"[\s/]+", name))


def _is_word(part: str) -> bool:
    if "_" in part or any(letter.isnumeric() for letter in part):
        return False
    letters = "".join(filter(str.isalpha, part)).casefold()
    return bool(letters) and letters not in _keys()


@cache
def _keys() -> frozenset[str]:
    """What columns with a fixed choice hold (passed, sender, api, …), and types of files."""
    fields = (field for model in apps.get_app_config("milestones").get_models() for field in model._meta.fields)
    choices = {str(value) for field in fields for value, _label in field.choices or ()}
    return frozenset({*choices, *_FILE_TYPES})


# --- Links


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


@cache
def _linkify() -> LinkifyIt:
    return LinkifyIt().tlds(TLDS, keep_old=True)  # of its own is .рф


def _plain(text: str) -> str:
    """As a browser would read it: compatible letters and dots are one, and what cannot be seen is gone."""
    shown = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", shown).translate(_LOOKALIKES)
