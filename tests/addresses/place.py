"""One integration in which there is a row of every kind, for the tests that go through all addresses."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.urls import reverse

from milestones import clock, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.evidence.certificates import read
from milestones.evidence.files import Read
from milestones.evidence.reports import Report, ReportedTest, Result
from milestones.models import (
    ApiAnswer,
    Attestation,
    ChecklistItem,
    Document,
    DocumentAccess,
    Mail,
    MailLine,
    PinnedCertificate,
    RegisterReading,
    RequirementLink,
    Scope,
    SendState,
    Sweep,
    TeamsPost,
    Tick,
    WebhookPost,
)
from milestones.process import ChangeKind, Environment, Role
from milestones.snapshots import key_of
from milestones.urls import of_one_integration
from tests.cast import Cast, add_observer, build_cast
from tests.evidence.certifying import a_certificate, file_with, pem
from tests.evidence.digipost_here import a_pem
from tests.importing import add_carried_over
from tests.teams.channel import a_workflow
from tests.webhooks.receiver import A_WEBHOOK

PK_OF = {
    "document": "document",
    "preview": "document",
    "one_agreement": "agreement",
    "verify_agreement": "agreement",
    "withdraw_agreement": "agreement",
    "member": "member",
    "remove_member": "member",
    "resend_invitation": "invited",
    "revoke_invitation": "invited",
    "meeting": "meeting",
    "meeting_ics": "meeting",
    "change_meeting": "planned",
    "call_off_meeting": "planned",
    "scenario": "scenario",
    "remove_scenario": "scenario",
    "follow_up": "follow_up",
    "close_follow_up": "follow_up",
    "defer_follow_up": "follow_up",
    "accept_deferral": "follow_up",
    "reopen_follow_up": "follow_up",
    "deviation": "deviation",
    "one_change": "change",
    "withdraw_change": "change",
    "notice": "receipt",
    "read_notice": "receipt",
    "one_comment": "comment",
    "delete_comment": "comment",
    "repost_to_teams": "teams_post",
    "revoke_token": "token",
    "record_results": "proposal",
    "discard_results": "proposal",
    **dict.fromkeys(("webhook", "rotate_webhook_secret", "test_webhook", "remove_webhook"), "webhook"),
    "repost_to_webhook": "webhook_post",
}
"""Which row the `pk` of a URL is taken from."""


class Place:
    """An integration in which there is a row of every kind, reopened for its launch."""

    def __init__(self, journey: Journey) -> None:
        self.read: dict[tuple[str, str], HttpResponse] = {}
        journey.to_operations()
        self.integration = integration = journey.integration
        cast = journey.cast
        change = workflow.declare_change(
            integration, by=cast.lead, kind=ChangeKind.CERTIFICATE, description="Nytt sertifikat", retest_by=today()
        )
        workflow.reopen(integration, 5, by=cast.staff, reason="Ny dato")
        item = workflow.add_item(
            integration,
            by=cast.manager,
            milestone=5,
            title="Eget",
            description="",
            required=False,
            stands_on=Role.PROJECT_MANAGER,
        )
        self.own_item = item.key
        reader = integration.members.current().filter(user=cast.lead).get()
        workflow.name_readers(integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
        workflow.send_notice([integration], by=cast.staff, kind="job", title="Emne", body="Tekst")
        follow_up = workflow.add_follow_up(integration, by=cast.manager, title="Punkt", description="")
        deviation = workflow.open_deviation(
            integration, by=cast.lead, title="Avvik", description="", handler="Vakta", opened_on=today()
        )
        planned = workflow.plan_meeting(
            integration, by=cast.manager, kind="other", held_on=datetime.date(2035, 1, 1), starts_at=None,
            ends_at=None, place="Hos oss", agenda="Status", invited=[cast.lead.pk],
        )  # fmt: skip
        comment = workflow.add_comment(integration, "requirement-2.1", by=cast.lead, text="Ser ut")
        workflow.edit_comment(integration, comment.pk, by=cast.lead, text="Ser greit ut")
        workflow.add_comment(integration, "requirement-2.1", by=cast.staff, text="Bare for oss", internal=True)
        workflow.grant_exception(integration, "2.1", by=cast.staff, reason="Kjenner den fra før")
        workflow.edit_rules(by=cast.staff, lead_days=3)
        invited = workflow.invite(integration, by=cast.manager, name="Ida", email="ida@fjordvik.example", roles=[])
        mail = Mail.objects.filter(integration=integration).earliest("pk")
        Sweep.objects.get_or_create(kind="digest", day=today())
        Tick.objects.note()
        RegisterReading.objects.get_or_create(pk=1, defaults={"last": 1, "read_at": clock.now()})
        RequirementLink.objects.get_or_create(
            requirement="1.1", title="Avtalen", url="https://digipost.example/avtalen", added_by=cast.staff
        )
        paper = Document.objects.filter(integration=integration).earliest("pk")
        DocumentAccess.objects.create(document=paper, user=cast.staff)
        add_carried_over(integration)
        workflow.make_heartbeat(integration, by=cast.manager, period=5, grace=5)
        workflow.connect_teams(integration, by=cast.manager, workflow_address=a_workflow())
        teams_post = workflow.send_teams_test(integration, by=cast.manager)
        TeamsPost.objects.filter(pk=teams_post.pk).update(state=SendState.FAILED)
        token = workflow.make_token(
            integration, by=cast.lead, name="Nattlig bygg", scope=Scope.REPORT, expires_on=today()
        )
        self._attest(cast)
        report = Report("JUnit XML", None, [ReportedTest.called("t01", Result.PASSED)])
        files = [Read("rapport.xml", "0" * 64, report=report)]
        proposal = workflow.propose_results(integration, Environment.TEST, by=cast.lead, files=files)
        webhook = workflow.add_webhook(integration, by=cast.manager, webhook_address=A_WEBHOOK)
        webhook_post = workflow.send_webhook_test(integration, webhook.pk, by=cast.manager)
        WebhookPost.objects.filter(pk=webhook_post.pk).update(state=SendState.FAILED)
        MailLine.objects.create(mail=mail, integration=integration, urgency="overdue", code="1.1", role="observer")
        self.item = key_of(integration.waiting_items.earliest("position"))
        self.pks = {
            "document": Document.objects.filter(integration=integration).earliest("pk").pk,
            "agreement": integration.agreements.get().pk,
            "member": integration.members.get(user=cast.contract).pk,
            "invited": invited.pk,
            "meeting": integration.meetings.get(is_planned=False).pk,
            "planned": planned.pk,
            "scenario": integration.scenarios.earliest("pk").pk,
            "follow_up": follow_up.pk,
            "change": change.pk,
            "deviation": deviation.pk,
            "receipt": integration.notice_receipts.get().pk,
            "comment": comment.pk,
            "teams_post": teams_post.pk,
            "proposal": proposal.pk,
            "token": token.pk,
            "webhook": webhook.pk,
            "webhook_post": webhook_post.pk,
        }

    def _attest(self, cast: Any) -> None:
        """What Digipost signed, the sender's certificate, and what a build was answered."""
        ApiAnswer.objects.create(token=self.integration.api_tokens.get(), key="1", digest="0" * 64, until=clock.now())
        Attestation.objects.create(
            integration=self.integration, environment="test", rung="signed", at=clock.now(),
            digest=f"{self.integration.pk:064}", recorded_by=cast.lead,
        )  # fmt: skip
        PinnedCertificate.objects.get_or_create(
            environment="test", defaults={"pem": a_pem().decode(), "valid_until": clock.now(), "set_by": cast.staff}
        )
        workflow.upload_certificate(
            self.integration, by=cast.lead, certificate=read(file_with(pem(a_certificate()))), reason="Leverandørens"
        )

    def address(self, name: str, pks: dict[str, int] | None = None) -> str:
        return reverse(name, kwargs=self._arguments(name, pks or self.pks))

    def _arguments(self, name: str, pks: dict[str, int]) -> dict[str, Any]:
        arguments: dict[str, Any] = {"reference": self.integration.reference}
        route = str(next(pattern.pattern for pattern in of_one_integration if pattern.name == name))
        if "milestone:number" in route:
            arguments["number"] = 5
        if "key:key" in route:
            arguments["key"] = self.own_item if name == "remove_item" else "2.1"
        if "accord:subject" in route:
            arguments["subject"] = "plan"
        if "environment:environment" in route:
            arguments["environment"] = "test"
        if "item:item" in route:
            arguments["item"] = self.item
        if "format:file_format" in route:
            arguments["file_format"] = "csv"
        if "about:about" in route:
            arguments["about"] = "requirement-2.1"
        if "int:pk" in route:
            arguments["pk"] = pks[PK_OF[name]]
        return arguments


class Scene(NamedTuple):
    cast: Cast
    place: Place


def own_item(cast: Cast, place: Place, stands_on: Role, *, required: bool) -> ChecklistItem:
    """An item of the integration's own, in milestone 5, that somebody is to check off."""
    return workflow.add_item(
        place.integration,
        by=cast.manager,
        milestone=5,
        title="Eget",
        description="",
        required=required,
        stands_on=stands_on,
    )


def set_up() -> Scene:
    """Everybody, signed in, and their place. For a transaction that is rolled back."""
    cast = build_cast()
    journey = cast.journey()
    journey.roles()
    add_observer(journey, cast.observer)
    for user in cast.everybody().values():
        cast.client(user)  # signed in before the tests, whose own changes are undone
    return Scene(cast, Place(journey))
