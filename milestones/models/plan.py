"""2.2 meetings, the solution description, and what both sides agree on. Target dates are on `Milestone`."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..process import Accord, DocumentType, Interface, Party
from .base import Record
from .document import Document
from .integration import Integration


class MeetingKind(models.TextChoices):
    KICKOFF = "kickoff", _("Kickoff")
    OTHER = "other", _("Other meeting")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def recorded(self) -> MeetingQuerySet:
        """Those that say what took place: neither only planned nor called off. The gates read no others."""
        return self.filter(is_planned=False, called_off_at__isnull=True)


class Meeting(Record):
    """A meeting, held or planned. Its minutes are text, a document or both.

    What `is_planned` has not been recorded as held yet: whoever is to be there is among its `invitees`, and who was
    there is said afterwards. `sequence` counts how often calendars had to be told of something else, last at
    `moved_at`. Times are those of the clock in Oslo.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind.choices, default=MeetingKind.KICKOFF)
    held_on = models.DateField(_("date"))
    starts_at = models.TimeField(_("start time"), null=True, blank=True)
    ends_at = models.TimeField(_("end time"), null=True, blank=True)
    # With defaults in the database: what still runs during an upgrade knows none of these columns.
    place = models.CharField(_("place or link"), max_length=300, blank=True, db_default="")
    agenda = models.TextField(_("agenda"), blank=True, db_default="")
    is_planned = models.BooleanField(default=False, db_default=False)
    called_off_at = models.DateTimeField(null=True, blank=True)
    sender_people = models.TextField(_("present for the sender"), blank=True)
    digipost_people = models.TextField(_("present for Digipost"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    sequence = models.PositiveIntegerField(default=0, db_default=0)
    moved_at = models.DateTimeField(null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True, ends_at__isnull=True)
                | models.Q(starts_at__lt=models.F("ends_at")),
                name="meeting_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{MeetingKind(self.kind).label} {self.held_on}"

    @property
    def has_minutes(self) -> bool:
        return bool(self.minutes or self.document_id)

    @property
    def hours(self) -> str:
        """10:00–11:30; empty for one that has no times."""
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}" if self.starts_at and self.ends_at else ""


class MeetingInvitee(Record):
    """That somebody is to be at a planned meeting, or was until `withdrawn_at`. It says nothing of who came."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitees")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to a meeting")
        verbose_name_plural = _("invitations to meetings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "meeting", "user", condition=models.Q(withdrawn_at__isnull=True), name="meeting_invitee_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.user_id}"


class SolutionDescription(Record):
    """How the integration will work. `interface` and `document_types` decide which scenarios apply."""

    integration = models.OneToOneField(Integration, models.PROTECT, related_name="solution")
    recipient_identification = models.TextField(_("how recipients are identified"), blank=True)
    sending = models.TextField(_("how documents are sent"), blank=True)
    interface = models.CharField(_("interface"), max_length=10, choices=Interface.choices, blank=True)
    internal_systems = models.TextField(_("internal systems that change"), blank=True)
    document_types = models.JSONField(_("document types"), default=list, blank=True)

    class Meta:
        verbose_name = _("solution description")
        verbose_name_plural = _("solution descriptions")

    def __str__(self) -> str:
        return str(self.integration_id)

    @property
    def document_type_labels(self) -> list[str]:
        return [str(DocumentType(value).label) for value in self.document_types]


class MutualAccord(Record):
    """Whether both sides agree on one thing, as it stands at `version`. A change raises the version and both lapse."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="accords")
    subject = models.CharField(max_length=10, choices=Accord.choices)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True, blank=True)
    sender_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sender_at = models.DateTimeField(null=True, blank=True)
    digipost_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    digipost_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("accord of both sides")
        verbose_name_plural = _("accords of both sides")
        constraints = [
            models.UniqueConstraint("integration", "subject", name="accord_once"),
            models.CheckConstraint(
                condition=~models.Q(sender_by=models.F("digipost_by")), name="accord_needs_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} v{self.version}"

    def agreed_by(self, party: Party) -> bool:
        return (self.sender_at if party is Party.SENDER else self.digipost_at) is not None

    @property
    def complete(self) -> bool:
        return self.sender_at is not None and self.digipost_at is not None

    @property
    def completed_at(self) -> datetime.datetime | None:
        """When the second side agreed; None while a side is missing."""
        return max(self.sender_at, self.digipost_at) if self.sender_at and self.digipost_at else None
