"""Plain text as people's programs write it, and what they are told of one that misleads. Its bytes are kept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import charsets


def charset_of(content: bytes) -> str:
    """The charset in which these bytes are text, as browsers name it; empty if they are none.

    Raises ValidationError for a text that holds NUL, or a character that turns the direction of writing.
    """
    try:
        return charsets.read(content)[0]
    except charsets.Misleading as misleading:
        raise (_nul() if misleading.character == "\0" else _turning(misleading)) from misleading


def _nul() -> ValidationError:
    return ValidationError(
        _("The text holds NUL characters (U+0000). Save it as plain text in UTF-8, and choose that."), code="nul"
    )


def _turning(misleading: charsets.Misleading) -> ValidationError:
    told = _(
        "Line %(line)s of the text holds a character that turns the direction of writing (%(character)s), so that it "
        "may read otherwise than it is. Remove it, save the text, and choose it again."
    )
    return ValidationError(told % {"line": misleading.line, "character": str(misleading)}, code="turning")
