"""Every mail is claimed before it is sent, and sent at most once but where a worker dies in the act.

`send_batch` claims a few rows under a lease, decides again what each says, sends them over one connection and records
each as soon as the server has accepted it. What fails for a while is tried again, later and later; what fails for good
says why and waits for staff. A worker that dies loses its lease, and another takes the rows over. Leases run on the
database's clock, and before each delivery the worker asks whether its own still holds.
"""

from __future__ import annotations

import datetime
import random
import smtplib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override
from kombu.exceptions import OperationalError as BrokerAway

from . import clock
from .calendars.inviting import Invite
from .clock import DatabaseNow
from .mails import composing, kinds
from .mails.letter import Letter, NotDue, Unwritable
from .models import Mail, MailKind, MailLine, MailState, User, mail_key
from .reminders import cases

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

BATCH = 50
SENDS = "milestones.tasks.send_mails"
"""The task that empties the outbox, by its name: tasks know us, and we not them."""
ROUND_TRIPS = 8
"""How often one mail waits for the server, each time up to EMAIL_TIMEOUT: from connecting to the final dot."""


class GivenUp(Exception):
    """The server refuses this mail for good."""


class NotNow(Exception):
    """The server refuses this mail for now."""


class Unreachable(Exception):
    """There is no server to send to: the rest of the batch waits too."""


@dataclass
class Batch:
    """What became of the mails of one claim."""

    claimed: int = 0
    sent: int = 0
    dropped: int = 0
    failed: int = 0
    delayed: int = 0

    def __bool__(self) -> bool:
        return self.claimed > 0

    def add(self, state: MailState) -> None:
        """Count a mail by what became of it."""
        self.sent += state == MailState.SENT
        self.dropped += state == MailState.DROPPED
        self.failed += state == MailState.FAILED
        self.delayed += state == MailState.WAITING


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


def hint_to_send(task: str = SENDS) -> None:
    """On commit, tell a worker that there may be mail, or messages of another kind, by the name of the task.

    Without a broker nothing is lost: beat looks twice a minute.
    """
    if not clock.moved():  # what belongs to the demo's past is not sent
        transaction.on_commit(partial(hint, task), robust=True)


def hint(task: str = SENDS) -> None:
    """Tell a worker now, by the name of a task; for what is committed."""
    try:
        current_app.send_task(task, retry=False, expires=settings.HINT_HOLDS)
    except BrokerAway as error:
        log.warning("no broker to hint to", error=str(error))


def send_batch(limit: int = BATCH) -> Batch:
    """Claim up to `limit` mails that are due and send them. An empty batch: nothing is due."""
    claim, rows = _claim(limit)
    batch = Batch(claimed=len(rows))
    if not rows:
        return batch
    letters = composing.compose(rows, clock.today())
    _keep_lines(rows, letters)
    server = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        for number, mail in enumerate(rows):
            if not _holds(claim, mail):
                continue
            try:
                batch.add(_send(server, mail, letters[mail.pk], claim))
            except Unreachable as error:
                _put_off(rows[number:], claim, str(error))
                batch.delayed += len(rows) - number
                break
    finally:
        _close(server)
    batch.delayed += let_go(Mail.objects.filter(claim=claim))
    return batch


def _send(server: Any, mail: Mail, letter: composing.Composed, claim: str) -> MailState:
    """Send one mail and record what became of it, which is returned. Raises Unreachable before it is recorded."""
    if isinstance(letter, NotDue):
        return _settle(mail, claim, MailState.DROPPED, error=letter.because)
    if isinstance(letter, Unwritable):
        return _settle(mail, claim, MailState.FAILED, error=letter.because)
    try:
        _deliver(server, letter, mail.pk)
    except NotNow as error:
        _put_off([mail], claim, str(error))
        return MailState.WAITING
    except GivenUp as error:
        return _settle(mail, claim, MailState.FAILED, error=str(error))
    return _settle(
        mail, claim, MailState.SENT, sent_at=clock.now(), subject=letter.subject[:250], text=letter.kept,
        address=letter.to,
    )  # fmt: skip


def resend(rows: QuerySet[Mail]) -> int:
    """Try those of `rows` that failed again, from the beginning. Returns how many."""
    again = {"state": MailState.WAITING, "attempts": 0, "next_attempt_at": DatabaseNow(), "forced": True}
    return rows.filter(state=MailState.FAILED).update(**again)


def _claim(limit: int) -> tuple[str, list[Mail]]:
    """Take rows that nobody else has."""
    _give_up_abandoned()
    due = Mail.objects.due(window_open=is_window_open(), at_any_hour=kinds.at_any_hour())
    claim = claimed(due, limit)
    rows = Mail.objects.filter(claim=claim, state=MailState.SENDING).order_by("pk") if claim else Mail.objects.none()
    about = ("event__actor", "notice", "comment__author", "integration__organisation")
    return claim, list(rows.select_related("recipient", *about, "integration__onboarding_contact"))


def is_window_open() -> bool:
    """Whether mail, and what keeps to the same hours, may go out now."""
    return cases.rules_in_force().open_at(clock.in_oslo(clock.now()))


def claimed(due: QuerySet[Any], limit: int) -> str:
    """Take up to `limit` of these rows for a worker, under a lease; returns their claim, empty where none is due.

    On PostgreSQL others skip the rows we hold; on SQLite they wait their turn.
    """
    claim = uuid.uuid4().hex
    with transaction.atomic():
        due = due.order_by("next_attempt_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = list(due.values_list("pk", "state")[:limit])
        if found and found[0][1] == MailState.SENDING:
            pks = [found[0][0]]  # abandoned: what killed one worker must not take others with it again
        else:
            pks = [pk for pk, state in found if state == MailState.WAITING]
        due.model._default_manager.filter(pk__in=pks).update(
            state=MailState.SENDING, claim=claim, claimed_until=DatabaseNow() + _lease(), attempts=F("attempts") + 1
        )
    return claim if pks else ""


def _give_up_abandoned() -> None:
    """A mail whose worker has died at every attempt is not given to another."""
    with override(settings.LANGUAGE_CODE):
        because = _("The worker stopped while sending it.")
    for mail in Mail.objects.abandoned().filter(attempts__gte=settings.MAIL_ATTEMPTS):
        _settle(mail, mail.claim, MailState.FAILED, error=because)


def _lease() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.MAIL_LEASE)


def _holds(claim: str, mail: Mail) -> bool:
    """Whether the mail is still ours, and will be until the server has had all its time: then nobody else sends it."""
    delivery = datetime.timedelta(seconds=ROUND_TRIPS * settings.EMAIL_TIMEOUT)
    return despite_lost_connections(Mail.objects.held(claim, delivery).filter(pk=mail.pk).exists)


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


def _put_off(rows: list[Mail], claim: str, because: str) -> None:
    """Try again later and later: doubling, with jitter, so that a server that comes back is not run down."""
    for mail in rows:
        if mail.attempts >= settings.MAIL_ATTEMPTS:
            _settle(mail, claim, MailState.FAILED, error=because)
            continue
        _settle(
            mail, claim, MailState.WAITING, next_attempt_at=DatabaseNow() + wait_after(mail.attempts), error=because
        )


def wait_after(attempts: int) -> datetime.timedelta:
    """How long to wait after so many attempts."""
    jitter = random.uniform(0.5, 1.5)  # noqa: S311  # nosec B311  # no secret, only a wait
    wait = settings.MAIL_BACKOFF * 2 ** (attempts - 1) * jitter
    return datetime.timedelta(seconds=min(wait, settings.MAIL_BACKOFF_LIMIT))


def let_go(ours: QuerySet[Any]) -> int:
    """Hand back what was not tried, before the lease is over. Returns how many."""
    untried = ours.filter(state=MailState.SENDING)
    back = {"state": MailState.WAITING, "claim": "", "claimed_until": None, "attempts": F("attempts") - 1}
    return despite_lost_connections(lambda: untried.update(**back))


def _settle(mail: Mail, claim: str, state: MailState, *, error: str = "", **values: Any) -> MailState:
    """Record, and return, what became of a mail that is still ours. A code is not kept longer than it waits."""
    if mail.kind == MailKind.CODE and state != MailState.WAITING:
        values["detail"] = ""
    values |= {"state": state, "error": error.replace("\0", "")[:500], "claim": "", "claimed_until": None}
    despite_lost_connections(lambda: Mail.objects.filter(pk=mail.pk, claim=claim).update(**values))
    return state


def despite_lost_connections(do: Callable[[], Answer], attempts: int = 6) -> Answer:
    """Retry `do` while the database is away: a mail that the server accepted, if not recorded, is sent twice."""
    for attempt in range(1, attempts):
        try:
            return do()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            log.warning("database away, trying again", error=str(error))
            connection.close()
            time.sleep(0.1 * 2**attempt)
    return do()
