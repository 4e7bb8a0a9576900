"""What people may be called. Whoever is erased is searched for by their name: it must not be one of our codes."""

from __future__ import annotations

import re
from functools import cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_FILE_TYPES = ("application", "image", "text", "plain", "pdf", "png", "jpeg", "jpg", "txt", "html", "xml")


def require_name(value: str) -> None:
    """Raise ValidationError for what is nobody's name: the validator of forms and models."""
    if is_code(value):
        raise ValidationError(_("Write the person's name, as in Kari Nordmann. A number or a code is no name."))


def require_names(**names: str) -> None:
    """The same for workflow: raise ValidationError, by field, for what is nobody's name."""
    wrong = {}
    for field, name in names.items():
        try:
            require_name(name)
        except ValidationError as error:
            wrong[field] = error
    if wrong:
        raise ValidationError(wrong)


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
