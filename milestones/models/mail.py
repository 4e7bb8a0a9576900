"""What is told, to whom and when: the rules that staff edit, and every mail as a row."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import clock
from ..clock import DatabaseNow
from ..process import Role
from .base import Record
from .comments import Comment
from .event import Event
from .integration import Integration
from .operations import Notice
from .outgoing import Outgoing, OutgoingQuerySet, SendState


def certificate_days() -> list[int]:
    return [60, 30, 7]


def weekdays() -> list[int]:
    return [0, 1, 2, 3, 4]


class ReminderRules(Record):
    """The one row of rules. Days are working days, but for the certificate's, which are calendar days."""

    lead_days = models.PositiveSmallIntegerField(_("told this many working days before the due date"), default=3)
    approval_days = models.PositiveSmallIntegerField(_("working days that Digipost promises an answer in"), default=2)
    manager_after = models.PositiveSmallIntegerField(
        _("working days overdue before the project manager is told too"), default=5
    )
    owner_after = models.PositiveSmallIntegerField(
        _("working days overdue before the business owner and the onboarding contact are told too"), default=10
    )
    certificate_days = models.JSONField(_("days before a certificate expires"), default=certificate_days)
    weekdays = models.JSONField(_("weekdays on which the digest goes out"), default=weekdays)
    opens_at = models.TimeField(_("mail goes out from"), default=datetime.time(8))
    closes_at = models.TimeField(_("and until"), default=datetime.time(16))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reminder rules")
        verbose_name_plural = _("reminder rules")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="reminder_rules_are_one_row")]

    def __str__(self) -> str:
        return str(_("Reminder rules"))


class SweepKind(models.TextChoices):
    DIGEST = "digest", _("Digest")
    WEEKLY = "weekly", _("Weekly summary")
    TEAMS = "teams", _("What is newly overdue, to Teams")


class Sweep(Record):
    """That somebody looks, or has looked, over all for a day. `done_at` stays empty while it goes on."""

    kind = models.CharField(max_length=10, choices=SweepKind.choices)
    day = models.DateField()
    started_at = models.DateTimeField(default=DatabaseNow)
    done_at = models.DateTimeField(null=True, blank=True)
    queued = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily look for reminders")
        verbose_name_plural = _("daily looks for reminders")
        ordering = ["-day", "kind"]
        constraints = [models.UniqueConstraint("kind", "day", name="sweep_once_a_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class MailKind(models.TextChoices):
    DIGEST = "digest", _("Digest")
    WEEKLY = "weekly", _("Weekly summary")
    INTAKE = "intake", _("Intake that waits for acceptance")
    INTAKE_ACCEPTED = "intake_accepted", _("Intake accepted")
    INTAKE_REFUSED = "intake_refused", _("Intake refused")
    SUBMITTED = "submitted", _("Submitted for approval")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    PRODUCTION_OPENED = "production_opened", _("Production opened")
    ACCOUNT_UNKNOWN = "account_unknown", _("Account that Digipost does not know")
    INVITED = "invited", _("Invitation")
    ORGANISATION = "organisation", _("News from the register of entities")
    LAPSED = "lapsed", _("No longer met")
    CHANGE = "change", _("Declared change")
    NOTICE = "notice", _("Notice from Digipost")
    ASSIGNED = "assigned", _("Assigned to you")
    NUDGED = "nudged", _("Reminder from a participant")
    NUDGE_ANSWERED = "nudge_answered", _("Answer to your reminder")
    MEETING = "meeting", _("Invitation to a meeting")
    MEETING_CALLED_OFF = "meeting_called_off", _("Meeting called off")
    MENTIONED = "mentioned", _("Mentioned in a comment")
    CODE = "code", _("Code for signing in")
    SECURITY = "security", _("Change to how you sign in")


def mail_key(recipient: int | str, kind: str, occasion: str) -> str:
    """The unique key of a mail: recipient (a person's primary key or a mailbox), kind, and date or event.

    A mailbox is hashed: an address can be longer than the key column, and a truncated one could equal another's.
    """
    if isinstance(recipient, str):
        recipient = hashlib.sha256(recipient.encode()).hexdigest()
    return f"{recipient}:{kind}:{occasion}"


class MailQuerySet(OutgoingQuerySet["Mail"]):
    def due(self, *, window_open: bool, at_any_hour: Iterable[str]) -> MailQuerySet:
        """What may be claimed now; `at_any_hour` are the kinds that are not held back until the window opens."""
        rows = self.claimable()
        return rows if window_open else rows.filter(models.Q(forced=True) | models.Q(kind__in=at_any_hour))

    def queued_before(self, age: datetime.timedelta) -> MailQuerySet:
        """What was queued longer ago than that."""
        return self.filter(created_at__lt=DatabaseNow() - age)

    def sent(self) -> MailQuerySet:
        return self.filter(state=SendState.SENT)

    def last_digests(self, day: datetime.date) -> dict[int, datetime.date]:
        """The day on which each recipient of these was last sent a digest, if that was in the week of `day`."""
        monday = datetime.datetime.combine(day - datetime.timedelta(days=day.weekday()), datetime.time())
        sent = self.sent().filter(kind=MailKind.DIGEST, sent_at__gte=timezone.make_aware(monday)).order_by("sent_at")
        return {user: clock.date_of(at) for user, at in sent.values_list("recipient_id", "sent_at") if at}


class Mail(Outgoing):
    """One mail to one recipient. `key` (recipient, kind, local date or event) makes it once.

    `recipient` is None for a shared mailbox, which is told at `address`. `detail` is which change a SECURITY mail
    tells of, and the code of a CODE mail until it is sent.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=MailKind.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    address = models.EmailField(_("e-mail address"), blank=True)
    day = models.DateField(_("date"))
    integration = models.ForeignKey(Integration, models.PROTECT, null=True, blank=True, related_name="mails")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="mails")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="mails")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, blank=True, related_name="mails")
    detail = models.CharField(max_length=60, blank=True)

    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(state__in=("waiting", "sending")),
                name="mail_still_to_send",
            ),
            models.Index(fields=["claim"], condition=models.Q(state="sending"), name="mail_claimed"),
            models.Index(fields=["recipient", "-id"], name="mail_of_recipient"),
            models.Index(
                fields=["recipient", "sent_at"],
                condition=models.Q(kind="digest", state="sent"),
                name="mail_digest_sent",
            ),
            models.Index(fields=["sent_at"], condition=models.Q(state="sent"), name="mail_sent_at"),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="mail_failed"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=SendState.values), name="mail_state_known")]

    def __str__(self) -> str:
        return self.key

    @property
    def not_kept(self) -> dict[str, str]:
        """A code is a secret until it is used."""
        return {"detail": ""} if self.kind == MailKind.CODE else {}

    @property
    def to(self) -> str:
        """The address it goes to: a person's as it is now."""
        return self.recipient.email if self.recipient else self.address


class MailLine(Record):
    """One thing that a digest told, and why: what waited, on which role, how urgent it was and when it was due.

    Of a weekly summary, one of the integrations that it names.
    """

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="lines")
    integration = models.ForeignKey(Integration, models.PROTECT, related_name="mail_lines")
    urgency = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    role = models.CharField(max_length=30, choices=Role.choices, blank=True)
    where = models.CharField(max_length=30)
    params = models.JSONField(default=list)
    due_on = models.DateField(null=True, blank=True)
    receipt_id = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("line of a mail")
        verbose_name_plural = _("lines of mails")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.mail_id} {self.code} {self.reason}"
