"""D.1 monitoring and deviations, D.2 Digipost's notices. D.3's date is on `Integration`, and the
certificate that it may be read from in `certificate`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .address import AddressField
from .base import Record
from .certificate import Certificate
from .integration import Integration
from .member import Member


class Operations(Record):
    """How the connection is watched, and the mailbox that reads notices where no person does.

    `certificate` is the one from which the expiry date on `Integration` was read; None where somebody typed it.
    """

    integration = models.OneToOneField(Integration, models.PROTECT, related_name="operations")
    monitoring = models.TextField(_("how the connection is watched"), blank=True)
    deviations_told_to = models.CharField(_("who is told of deviations"), max_length=300, blank=True)
    shared_mailbox = AddressField(_("shared mailbox"), blank=True)
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("operations")
        verbose_name_plural = _("operations")

    def __str__(self) -> str:
        return str(self.integration_id)


class Deviation(Record):
    """A deviation (avvik): opened, handled by somebody, closed. Nobody opened, or closed, what followed of itself."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="deviations")
    title = models.CharField(_("deviation"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    handler = models.CharField(_("handled by"), max_length=150)
    opened_on = models.DateField(_("opened"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(_("what was done"), blank=True)

    class Meta:
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        ordering = ["-opened_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class NoticeKind(models.TextChoices):
    JOB = "job", _("Job processing")
    CHANGE = "change", _("System change")
    UPGRADE = "upgrade", _("Upgrade")
    DOWNTIME = "downtime", _("Downtime")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def with_counts(self) -> NoticeQuerySet:
        """Annotated with `receivers` and `readers`: how many receipts there are, and how many are signed."""
        return self.annotate(
            receivers=models.Count("receipts"),
            readers=models.Count("receipts", filter=models.Q(receipts__read_at__isnull=False)),
        )


class Notice(Record):
    """A notice from Digipost to one or more integrations."""

    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind.choices)
    title = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return self.title


class NoticeReceiptQuerySet(models.QuerySet["NoticeReceipt"]):
    def unread(self) -> NoticeReceiptQuerySet:
        """Not read, by the mailbox or by a member who still reads notices."""
        return self.filter(read_at__isnull=True).filter(
            models.Q(member__isnull=True) | models.Q(member__left_at__isnull=True, member__reads_notices=True)
        )


class NoticeReceipt(Record):
    """That a notice reached a reader. `member` is None for the shared mailbox, or where nobody was named."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="receipts")
    integration = models.ForeignKey(Integration, models.PROTECT, related_name="notice_receipts")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="notice_receipts")
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt of a notice")
        verbose_name_plural = _("receipts of notices")
        ordering = ["-notice__sent_at", "pk"]
        constraints = [
            models.UniqueConstraint("notice", "integration", "member", name="notice_receipt_once"),
            models.UniqueConstraint(
                "notice", "integration", condition=models.Q(member__isnull=True), name="notice_mailbox_receipt_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.integration_id}"
