"""How a letter is written: subject, text, HTML and headers of one row, in the language in force."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from ..addresses import absolute
from ..calendars.inviting import Invite
from ..models import Mail
from ..reminders.decide import Line
from .kind import Kind
from .question_links import without_question_links
from .stop_links import stop_address
from .words import one_line


@dataclass(frozen=True)
class Letter:
    """What is sent. `kept` is the text without its foot and its secret: who reads it later must not hold a way in."""

    to: str
    subject: str
    text: str
    html: str
    kept: str
    headers: dict[str, str]
    reply_to: list[str] = field(default_factory=list)
    lines: tuple[Line, ...] = ()
    invite: Invite | None = None


@dataclass(frozen=True)
class NotDue:
    """Why a mail is not sent after all. `because` is shown to staff, in the product's default language."""

    because: str


@dataclass(frozen=True)
class Unwritable:
    """Why a mail cannot be written: an error of ours, which must not keep the others back."""

    because: str


def write(mail: Kind) -> Letter:
    """The letter of a mail that is due."""
    row, context = mail.row, _context(mail)
    subject = one_line(render_to_string(f"emails/{row.kind}_subject.txt", context))
    body = render_to_string(f"emails/{row.kind}.txt", context).strip()
    return Letter(
        to=row.to,
        subject=subject,
        text=_with_foot(body, mail, context),
        html=_html(mail, context, subject, body),
        kept=_without(mail.secret(), body),
        headers=_headers(row, context["stop_url"]),
        reply_to=[one_line(one) for one in mail.reply_to()],
        lines=mail.lines(),
        invite=mail.invite(),
    )


def _context(mail: Kind) -> dict[str, Any]:
    person = mail.person
    return mail.context() | {
        "person": person,
        "url": absolute(mail.path()),
        "stop_url": stop_address(person, mail.stopped_by) if mail.stopped_by and person else "",
        "mine_url": absolute(reverse("my_mail")),
        "work_url": absolute(reverse("my_work")),
    }


def _with_foot(body: str, mail: Kind, context: dict[str, Any]) -> str:
    foot = render_to_string("emails/_foot.txt", context | {"stop": mail.stopped_by}).strip()
    return "\n\n".join(part for part in (body, foot) if part) + "\n"


def _html(mail: Kind, context: dict[str, Any], subject: str, body: str) -> str:
    paragraphs = [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]
    return render_to_string(mail.layout, context | {"subject": subject, "paragraphs": paragraphs})


def _without(secret: str, body: str) -> str:
    return without_question_links(body.replace(secret, "…") if secret else body)


def _headers(row: Mail, stop_url: str) -> dict[str, str]:
    headers = {"Message-ID": message_id(row), "Auto-Submitted": "auto-generated"}
    if stop_url:
        headers |= {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def message_id(row: Mail) -> str:
    """The same at every attempt: whoever gets a mail twice, because a worker died, can tell."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(row.key.encode()).hexdigest()[:40]}@{host}>"
