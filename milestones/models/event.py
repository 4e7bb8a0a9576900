"""What happened: who, when, what, from, to, reason. Append-only; the database refuses UPDATE and DELETE.

One exception, see append_only.rewrite: a person who is erased is called by their pseudonym here too.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .history import AppendOnly, AppendOnlyQuerySet
from .integration import Integration
from .member import name_on


class EventKind(models.TextChoices):
    INTEGRATION_CREATED = "integration_created", _("Integration created")
    INTAKE_ACCEPTED = "intake_accepted", _("Intake accepted by Digipost")
    ORGANISATION_CHANGED = "organisation_changed", _("Changed in the register of entities")
    CONTACT_CHANGED = "contact_changed", _("Onboarding contact changed")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    CLOSED = "closed", _("Integration closed")
    PHASE_CHANGED = "phase_changed", _("Phase changed")
    MILESTONE_STARTED = "milestone_started", _("Milestone started")
    MILESTONE_SUBMITTED = "milestone_submitted", _("Milestone submitted for approval")
    MILESTONE_WITHDRAWN = "milestone_withdrawn", _("Submission withdrawn")
    MILESTONE_RETURNED = "milestone_returned", _("Milestone returned")
    MILESTONE_APPROVED = "milestone_approved", _("Milestone approved")
    MILESTONE_REOPENED = "milestone_reopened", _("Milestone reopened")
    MILESTONE_PUT_OFF = "milestone_put_off", _("Milestone put off")
    MEMBER_INVITED = "member_invited", _("Member invited")
    INVITATION_RESENT = "invitation_resent", _("Invitation sent again")
    INVITATION_REVOKED = "invitation_revoked", _("Invitation withdrawn")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
    MEMBER_LEFT = "member_left", _("Member left")
    ROLES_CHANGED = "roles_changed", _("Roles changed")
    AGREEMENT_RECORDED = "agreement_recorded", _("Agreement recorded")
    AGREEMENT_VERIFIED = "agreement_verified", _("Agreement verified")
    AGREEMENT_WITHDRAWN = "agreement_withdrawn", _("Agreement withdrawn")
    SERVICE_DECIDED = "service_decided", _("Service decided")
    ACCOUNT_RECORDED = "account_recorded", _("Account recorded")
    ACCOUNT_ATTESTED = "account_attested", _("Account confirmed or denied by Digipost")
    CONFIRMED = "confirmed", _("Checked off")
    CONFIRMATION_WITHDRAWN = "confirmation_withdrawn", _("Check withdrawn")
    ITEM_ADDED = "item_added", _("Checklist item added")
    ITEM_REMOVED = "item_removed", _("Checklist item removed")
    EXCEPTION_GRANTED = "exception_granted", _("Exception granted")
    EXCEPTION_ENDED = "exception_ended", _("Exception ended")
    MEETING_RECORDED = "meeting_recorded", _("Meeting recorded")
    MEETING_CHANGED = "meeting_changed", _("Meeting changed")
    MEETING_PLANNED = "meeting_planned", _("Meeting planned")
    MEETING_REPLANNED = "meeting_replanned", _("Planned meeting changed")
    MEETING_INVITED = "meeting_invited", _("More people invited to a meeting")
    MEETING_UNINVITED = "meeting_uninvited", _("Invitation to a meeting withdrawn")
    MEETING_CALLED_OFF = "meeting_called_off", _("Meeting called off")
    MINUTES_CHANGED = "minutes_changed", _("Minutes changed")  # in histories from before MEETING_CHANGED
    SOLUTION_DESCRIBED = "solution_described", _("Solution description changed")
    DATES_PROPOSED = "dates_proposed", _("Target dates proposed")
    BASELINE_SET = "baseline_set", _("Baseline frozen")
    AGREED = "agreed", _("Agreed")
    ACCORD_LAPSED = "accord_lapsed", _("Both sides must agree again")
    SCENARIO_ADDED = "scenario_added", _("Scenario added")
    SCENARIO_CHANGED = "scenario_changed", _("Scenario changed")
    SCENARIO_REMOVED = "scenario_removed", _("Scenario removed")
    RUN_RECORDED = "run_recorded", _("Test run recorded")
    VERIFICATION_RECORDED = "verification_recorded", _("Tests approved by Digipost")
    VERIFICATION_WITHDRAWN = "verification_withdrawn", _("Approval of the tests withdrawn")
    PRODUCTION_ENABLED = "production_enabled", _("Production sending enabled")
    PRODUCTION_DISABLED = "production_disabled", _("Production sending closed")
    DETAILS_ACKNOWLEDGED = "details_acknowledged", _("Account details acknowledged")
    REQUIREMENT_LAPSED = "requirement_lapsed", _("A requirement of an approved milestone is no longer met")
    DETAILS_PASSED = "details_passed", _("Environment and account details passed on")
    SCOPE_CHANGED = "scope_changed", _("Scope of production tests changed")
    LAUNCH_DATE_CONFIRMED = "launch_date_confirmed", _("Launch date confirmed")
    FIRST_SENDING_RECORDED = "first_sending_recorded", _("First real sending recorded")
    MANUAL_APPROVAL_DECIDED = "manual_approval_decided", _("Manual approval of mass sendings decided")
    LAUNCH_CONFIRMED = "launch_confirmed", _("Launch confirmed")
    FOLLOW_UP_ADDED = "follow_up_added", _("Follow-up item added")
    FOLLOW_UP_CLOSED = "follow_up_closed", _("Follow-up item closed")
    DEFERRAL_PROPOSED = "deferral_proposed", _("Deferral proposed")
    FOLLOW_UP_DEFERRED = "follow_up_deferred", _("Follow-up item deferred")
    FOLLOW_UP_REOPENED = "follow_up_reopened", _("Follow-up item reopened")
    MONITORING_RECORDED = "monitoring_recorded", _("Monitoring recorded")
    READERS_NAMED = "readers_named", _("Readers of notices named")
    CERTIFICATE_RECORDED = "certificate_recorded", _("Certificate's expiry date recorded")
    CERTIFICATE_UPLOADED = "certificate_uploaded", _("Certificate uploaded")
    HEARTBEAT_MADE = "heartbeat_made", _("Heartbeat address made")
    HEARTBEAT_CHANGED = "heartbeat_changed", _("Heartbeat's period changed")
    HEARTBEAT_REPLACED = "heartbeat_replaced", _("Heartbeat address replaced")
    HEARTBEAT_REVOKED = "heartbeat_revoked", _("Heartbeat address revoked")
    DEVIATION_OPENED = "deviation_opened", _("Deviation opened")
    DEVIATION_CLOSED = "deviation_closed", _("Deviation closed")
    CHANGE_DECLARED = "change_declared", _("Change declared")
    CHANGE_WITHDRAWN = "change_withdrawn", _("Declared change withdrawn")
    CHANGE_COMPLETED = "change_completed", _("Retested after a change")
    NOTICE_SENT = "notice_sent", _("Notice sent")
    NOTICE_READ = "notice_read", _("Notice read")
    NUDGED = "nudged", _("Reminder sent")
    NUDGE_ANSWERED = "nudge_answered", _("Reminder answered")
    ON_TRACK = "on_track", _("Said to be on track")
    COMMENTED = "commented", _("Comment written")
    COMMENT_EDITED = "comment_edited", _("Comment edited")
    COMMENT_DELETED = "comment_deleted", _("Comment deleted")
    TEAMS_ADDRESS_SET = "teams_address_set", _("Workflow address in Teams saved")
    TEAMS_ADDRESS_REMOVED = "teams_address_removed", _("Workflow address in Teams removed")
    TOKEN_MADE = "token_made", _("API token made")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    TOKEN_USED = "token_used", _("API token used")
    WEBHOOK_SET = "webhook_set", _("Webhook added")
    WEBHOOK_CHANGED = "webhook_changed", _("Webhook changed")
    WEBHOOK_REMOVED = "webhook_removed", _("Webhook removed")
    WEBHOOK_GONE = "webhook_gone", _("Webhook turned off")
    CARRIED_OVER = "carried_over", _("Carried over from before")
    CARRIED_OVER_ENDED = "carried_over_ended", _("What was carried over no longer counts")
    PERSON_ERASED = "person_erased", _("Person erased")
    ANONYMISED = "anonymised", _("Integration anonymised")


BESIDE_THE_PROCESS = (
    EventKind.CONTACT_CHANGED,
    EventKind.NUDGED,
    EventKind.NUDGE_ANSWERED,
    EventKind.ON_TRACK,
    EventKind.COMMENTED,
    EventKind.COMMENT_EDITED,
    EventKind.COMMENT_DELETED,
    EventKind.TEAMS_ADDRESS_SET,
    EventKind.TEAMS_ADDRESS_REMOVED,
    EventKind.TOKEN_MADE,
    EventKind.TOKEN_REVOKED,
    EventKind.TOKEN_USED,
    EventKind.WEBHOOK_SET,
    EventKind.WEBHOOK_CHANGED,
    EventKind.WEBHOOK_REMOVED,
    EventKind.WEBHOOK_GONE,
)
"""They record nothing that anybody decides on: an open page is as good after one of them as before."""


class Event(AppendOnly):
    """One line of an integration's audit log. `actor` is None when the system drew a consequence by itself."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40, choices=EventKind.choices)
    subject = models.CharField(max_length=250, blank=True)
    from_value = models.TextField(blank=True)
    to_value = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["integration", "-at"])]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.kind} {self.subject}"

    @cached_property
    def actor_name(self) -> str:
        """What whoever did it is called on this integration; empty for the system. A query: not for lists."""
        return name_on(self.integration_id, self.actor)

    @property
    def is_long(self) -> bool:
        """Whether a list cannot show all of what changed."""
        return max(len(self.from_value), len(self.to_value)) > 160
