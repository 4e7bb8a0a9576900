"""Mails are sent at most once, but where a worker dies in the act.

`send_batch` claims a few rows, decides again what each says, sends them over one connection and records each as soon
as the server has accepted it. What claims, waits and leases are, `outbox.py` says.
"""

from __future__ import annotations

import datetime
import smtplib
import uuid
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from .. import clock, outbox
from ..calendars.inviting import Invite
from ..models import Mail, MailKind, MailLine, SendState, User, mail_key
from . import composing, kinds
from .letter import Letter, NotDue, Unwritable

log = structlog.get_logger(__name__)

BATCH = 50
ROUND_TRIPS = 8
"""How often one mail waits for the server, each time up to EMAIL_TIMEOUT: from connecting to the final dot."""


class GivenUp(Exception):
    """The server refuses this mail for good."""


class NotNow(Exception):
    """The server refuses this mail for now."""


class Unreachable(Exception):
    """There is no server to send to: the rest of the batch waits too."""


def queue_code(person: User | None, code: str) -> None:
    """Queue a one-time code, ahead of everything else; for nobody the row is written, and taken back."""
    with transaction.atomic():
        recipient = person or User.objects.first()
        row = _of_account(MailKind.CODE, recipient, code)
        row.next_attempt_at -= datetime.timedelta(days=1)  # rows go out by it, and somebody sits waiting
        row.save()
        transaction.set_rollback(person is None)


def queue_security(person: User, what: str) -> None:
    """Queue a mail about a change to how somebody signs in."""
    _of_account(MailKind.SECURITY, person, what).save()


def _of_account(kind: MailKind, person: User | None, detail: str) -> Mail:
    key = mail_key(person.pk if person else 0, kind, uuid.uuid4().hex)
    return Mail(key=key, kind=kind, recipient=person, day=clock.today(), detail=detail)


def send_batch(limit: int = BATCH) -> outbox.Batch:
    """Claim up to `limit` mails that are due and send them. An empty batch: nothing is due."""
    claim, rows = _claim(limit)
    batch = outbox.Batch(claimed=len(rows))
    if not rows:
        return batch
    letters = composing.compose(rows, clock.today())
    _keep_lines(rows, letters)
    server = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        for number, mail in enumerate(rows):
            if not outbox.holds(mail, claim, _delivery()):
                continue
            try:
                batch.add(_send(server, mail, letters[mail.pk], claim))
            except Unreachable as error:
                for waits in rows[number:]:
                    batch.add(outbox.put_off(waits, claim, str(error)))
                break
    finally:
        _close(server)
    batch.delayed += outbox.let_go(Mail.objects.filter(claim=claim))
    return batch


def _send(server: Any, mail: Mail, letter: composing.Composed, claim: str) -> SendState:
    """Send one mail and record what became of it, which is returned. Raises Unreachable before it is recorded."""
    if isinstance(letter, NotDue):
        return outbox.settle(mail, claim, SendState.DROPPED, error=letter.because)
    if isinstance(letter, Unwritable):
        return outbox.settle(mail, claim, SendState.FAILED, error=letter.because)
    try:
        _deliver(server, letter, mail.pk)
    except NotNow as error:
        return outbox.put_off(mail, claim, str(error))
    except GivenUp as error:
        return outbox.settle(mail, claim, SendState.FAILED, error=str(error))
    return outbox.settle(
        mail, claim, SendState.SENT, sent_at=clock.now(), subject=letter.subject[:250], text=letter.kept,
        address=letter.to,
    )  # fmt: skip


def _claim(limit: int) -> tuple[str, list[Mail]]:
    """Take rows that nobody else has."""
    outbox.give_up_abandoned(Mail.objects.all())
    due = Mail.objects.due(window_open=outbox.is_window_open(), at_any_hour=kinds.at_any_hour())
    claim = outbox.claimed(due, limit)
    rows = Mail.objects.filter(claim=claim, state=SendState.SENDING).order_by("pk") if claim else Mail.objects.none()
    about = ("event__actor", "notice", "comment__author", "integration__organisation")
    return claim, list(rows.select_related("recipient", *about, "integration__onboarding_contact"))


def _delivery() -> datetime.timedelta:
    """How long one mail can take, when the server takes all its time."""
    return datetime.timedelta(seconds=ROUND_TRIPS * settings.EMAIL_TIMEOUT)


def _keep_lines(rows: list[Mail], letters: dict[int, composing.Composed]) -> None:
    """What each digest tells and each summary names, for whoever asks later why; a second attempt begins anew."""
    MailLine.objects.filter(mail__in=rows).delete()
    MailLine.objects.bulk_create(
        MailLine(
            mail_id=pk, integration_id=line.integration_id, urgency=line.urgency, code=line.code, reason=line.reason,
            role=line.role or "", where=line.where, params=[list(pair) for pair in line.params], due_on=line.due_on,
            receipt_id=line.receipt_id,
        )
        for pk, letter in letters.items()
        if isinstance(letter, Letter)
        for line in letter.lines
    )  # fmt: skip


def _deliver(server: Any, letter: Letter, pk: int) -> None:
    """Hand row `pk`'s letter to the server. Raises GivenUp, NotNow or Unreachable, each with the server's words."""
    message = EmailMultiAlternatives(
        letter.subject, letter.text, to=[letter.to], reply_to=letter.reply_to, headers=letter.headers,
        connection=server,
    )  # fmt: skip
    message.attach_alternative(letter.html, "text/html")
    if letter.invite:
        _enclose(message, letter.invite)
    try:
        server.open()  # stays open for the next one; what send() opens it closes
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        said = "; ".join(f"{code} {_words_of(words)}" for code, words in error.recipients.values())
        raise (GivenUp if all(code >= 500 for code in codes) else NotNow)(said) from error
    except (
        smtplib.SMTPConnectError,
        smtplib.SMTPHeloError,
        smtplib.SMTPAuthenticationError,
        smtplib.SMTPSenderRefused,  # about us, and not about this mail
    ) as error:
        _close(server)
        raise Unreachable(_said(error)) from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code == 421:  # it closes the connection
            _close(server)
            raise Unreachable(_said(error)) from error
        raise (GivenUp if error.smtp_code >= 500 else NotNow)(_said(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        _close(server)
        raise Unreachable(str(error) or type(error).__name__) from error
    except ValueError as error:  # a header or an address that cannot be written
        raise GivenUp(str(error)) from error
    except Exception as error:  # whatever it is, it must not keep the rest of the batch back
        log.error("a mail cannot be delivered; its row says why", mail=pk, error=type(error).__name__)
        _close(server)
        raise NotNow(f"{type(error).__name__}: {error}") from error


def _enclose(message: EmailMultiAlternatives, invite: Invite) -> None:
    """Last of the alternatives, and as a file: some programs look for the one, some for the other.

    Both say what is asked (RFC 6047); without that they would show a file and no invitation.
    """
    content_type = f"text/calendar; method={invite.method}"
    message.attach_alternative(invite.text, content_type)
    message.attach("invite.ics", invite.text, content_type)


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_words_of(error.smtp_error)}"


def _words_of(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else str(words)


def _close(server: Any) -> None:
    """A connection that hangs or is gone must not keep us from recording what was sent."""
    try:
        server.close()
    except (smtplib.SMTPException, OSError):
        server.connection = None
