"""What people are told of a file that the parser refuses, and what they can do about it."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .private_keys import holds_private_key
from .refusals_of_pdfs import of_a_pdf

log = structlog.get_logger(__name__)


def refusal(kind: str, code: str, about: Mapping[str, object]) -> ValidationError:
    """The error to show by the field. `about` holds what the sentence names: a limit, and what was found."""
    if code == "private_key":
        return _private_key()
    if kind == "application/pdf":
        return of_a_pdf(code, about)
    return ValidationError(_of_an_image(code, about), code=code)


def require_no_private_key(content: bytes) -> None:
    """Every upload passes here, before anything else is done with it. Raises ValidationError for a private key."""
    if holds_private_key(content):
        raise _private_key()


def _private_key() -> ValidationError:
    told = _(
        "This file holds a private key. Nothing of it is kept here, but a key that was sent is a secret no more: have "
        "its certificate revoked, and order a new one. Keep private keys to yourselves."
    )
    return ValidationError(told, code="private_key")


def not_stored(error: OSError) -> ValidationError:
    """For what the machine could not do: the disk is full, a folder is gone. Operators read which in the log."""
    log.error("a document could not be stored", error=error.strerror, errno=error.errno)
    return ValidationError(
        _(
            "The document could not be stored just now, and nothing was changed. Try again later. If it fails again, "
            "tell your contact at Digipost."
        ),
        code="not_stored",
    )


def _of_an_image(code: str, about: Mapping[str, object]) -> str:
    if code == "pixels":
        return _(
            "The image has %(width)s × %(height)s pixels. At most %(millions)s million in all are accepted. Make it "
            "smaller in a picture program, or save it as a PDF."
        ) % {"width": about["width"], "height": about["height"], "millions": int(str(about["most"])) // 1_000_000}
    if code == "intricate":
        return _("The image takes too long to be examined. Make it smaller, or save it as a PDF.")
    return _("The image cannot be read. Open it in a picture program, save it again as PNG or JPEG, and choose that.")
