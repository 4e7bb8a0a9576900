"""Claimed rows become letters; a row that no longer holds (withdrawn meanwhile, done, left, paused) says why not."""

from __future__ import annotations

import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..models import Mail, MailKind
from . import kinds
from .letter import Letter, NotDue, Unwritable, write
from .today import Today, today_for

Composed = Letter | NotDue | Unwritable
"""What becomes of a row."""


def compose(rows: list[Mail], day: datetime.date) -> dict[int, Composed]:
    """The letter of each row, or why there is none, by primary key, as it is to be sent on `day`."""
    today = today_for([row.recipient for row in rows if row.recipient and row.kind == MailKind.DIGEST], day)
    return {row.pk: _composed(row, today) for row in rows}


def _composed(row: Mail, today: Today) -> Composed:
    try:
        return _letter_or_reason(row, today)
    except DatabaseError:
        raise
    except Exception as error:
        structlog.get_logger(__name__).exception("a mail cannot be written", mail=row.pk)
        return Unwritable(f"{type(error).__name__}: {error}")


def _letter_or_reason(row: Mail, today: Today) -> Letter | NotDue:
    with override(settings.LANGUAGE_CODE):
        if because := _nobody_to_tell(row):
            return NotDue(because)
        mail = kinds.of(row, today)
        if because := mail.refusal():
            return NotDue(because)
    with override(row.recipient.language if row.recipient else settings.LANGUAGE_CODE):
        return write(mail)


def _nobody_to_tell(row: Mail) -> str | None:
    """Why a mail of whatever kind reaches nobody."""
    if row.recipient is not None and not row.recipient.is_active:
        return _("The recipient can no longer sign in.")
    return None if row.to else _("The recipient has no e-mail address.")
