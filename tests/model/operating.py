"""The launch, what is followed up, and operations."""

from __future__ import annotations

import datetime
from functools import partial

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from milestones import gates, workflow
from milestones.clock import today
from milestones.evidence.certificates import PublicCertificate
from milestones.models import Heartbeat, NoticeReceipt
from milestones.models.member import hash_of
from milestones.process import MILESTONE_NUMBERS, ChangeKind, Environment, Outcome, Phase, Status
from tests.model.watched import Watched
from tests.model.what import STAFF, TEAM, by, certificates, days, no_day_or_one, texts, whichever


class LaunchRules(Watched):
    @rule(who=by("owner"), on=days)
    def confirm_launch_date(self, who: str, on: datetime.date) -> None:
        self.do(workflow.confirm_launch_date, who, launch_on=on)

    @rule(who=by("manager", "staff"), on=days)
    def propose_launch_date(self, who: str, on: datetime.date) -> None:
        self.do(workflow.propose_launch_date, who, launch_on=on)

    @rule(who=by(*TEAM), on=days, sent=st.sampled_from((0, 1, 120)))
    def record_first_sending(self, who: str, on: datetime.date, sent: int) -> None:
        self.do(workflow.record_first_sending, who, first_sending_on=on, documents_sent=sent)

    @rule(who=by(*TEAM, "staff"), by_hand=st.booleans())
    def decide_manual_approval(self, who: str, by_hand: bool) -> None:
        self.do(workflow.decide_manual_approval, who, manual_approval=by_hand, note="")

    @rule(who=by(*TEAM, *STAFF))
    def confirm_launch(self, who: str) -> None:
        self.do(workflow.confirm_launch, who)


class FollowUpRules(Watched):
    def item(self, which: int) -> int:
        return self.pick(self.integration.follow_ups.all(), which)

    @rule(who=by(*TEAM, "staff"))
    def add_follow_up(self, who: str) -> None:
        self.do(workflow.add_follow_up, who, title=self.new("Sak"), description="")

    @rule(who=by(*TEAM, "staff"), which=whichever)
    def close_follow_up(self, who: str, which: int) -> None:
        self.do(workflow.close_follow_up, who, self.item(which), resolution="Løst.")

    @rule(who=by(*TEAM, "staff"), which=whichever, to=texts, until=no_day_or_one)
    def propose_deferral(self, who: str, which: int, to: str, until: datetime.date | None) -> None:
        self.do(workflow.propose_deferral, who, self.item(which), deferred_to=to, deferred_until=until)

    @rule(who=by(*STAFF), which=whichever, as_shown=st.sampled_from((True, True, False)))
    def accept_deferral(self, who: str, which: int, as_shown: bool) -> None:
        key = self.item(which)
        shown = self.integration.follow_ups.filter(pk=key).values("deferred_to", "deferred_until").first()
        other = {"deferred_to": "En annen", "deferred_until": today()}
        self.do(workflow.accept_deferral, who, key, **(shown if shown and as_shown else other))

    @rule(who=by(*TEAM, "staff"), which=whichever)
    def reopen_follow_up(self, who: str, which: int) -> None:
        self.do(workflow.reopen_follow_up, who, self.item(which), reason="Ikke løst likevel.")


class ChangeRules(Watched):
    """Changes in operations: a declaration moves nothing, whoever makes it and whatever it touches."""

    def standing(self) -> list[object]:
        facts = self.facts
        states = [facts.state_of(number) for number in MILESTONE_NUMBERS]
        return [facts.phase, facts.status, *states, facts.production_enabled, facts.approval_recorded]

    @rule(who=by(*TEAM), kind=st.sampled_from(ChangeKind), on=days)
    def declare_change(self, who: str, kind: ChangeKind, on: datetime.date) -> None:
        before = self.standing()
        self.do(workflow.declare_change, who, kind=kind, description=self.new("Endring"), retest_by=on)
        assert self.standing() == before

    @rule(who=by(*TEAM), which=whichever)
    def withdraw_change(self, who: str, which: int) -> None:
        before, key = self.standing(), self.pick(self.integration.declared_changes.all(), which)
        self.do(workflow.withdraw_change, who, key, reason="Utsatt.")
        assert self.standing() == before

    @rule(which=whichever, outcome=st.sampled_from(Outcome))
    def retest(self, which: int, outcome: Outcome) -> None:
        """What is waited for is run; the change is completed when nothing of it is left."""
        waiting = [retest.code for change in self.facts.changes for retest in change.retests]
        if waiting and self.facts.status != Status.CLOSED:
            rows = self.integration.scenarios.current().filter(environment=Environment.TEST)
            scenario = self.pick(rows.filter(code=waiting[which % len(waiting)]), 0)
            self.do(workflow.record_run, "lead", scenario, ran_on=today(), outcome=outcome)


class OperationsRules(Watched):
    @rule(who=by(*TEAM), text=texts)
    def record_monitoring(self, who: str, text: str) -> None:
        self.do(workflow.record_monitoring, who, monitoring=text, deviations_told_to=text)

    @rule(
        who=by(*TEAM), which=st.lists(whichever, max_size=2), mailbox=st.sampled_from(("", "drift@fjordvik.example"))
    )
    def name_readers(self, who: str, which: list[int], mailbox: str) -> None:
        members = [self.pick(self.integration.members.all(), one) for one in which]
        self.do(workflow.name_readers, who, member_ids=members, shared_mailbox=mailbox)

    @rule(who=by(*TEAM), on=no_day_or_one)
    def record_certificate(self, who: str, on: datetime.date | None) -> None:
        self.do(workflow.record_certificate, who, expires_on=on)

    @rule(who=by(*TEAM), period=st.sampled_from((1, 5, 1440)))
    def make_heartbeat(self, who: str, period: int) -> None:
        self.do(workflow.make_heartbeat, who, period=period, grace=5)

    @rule(who=by(*TEAM), period=st.sampled_from((1, 5, 1440)))
    def change_heartbeat(self, who: str, period: int) -> None:
        self.do(workflow.change_heartbeat, who, period=period, grace=5)

    @rule(who=by(*TEAM))
    def replace_heartbeat(self, who: str) -> None:
        self.do(workflow.replace_heartbeat, who)

    @rule(who=by(*TEAM))
    def revoke_heartbeat(self, who: str) -> None:
        self.do(workflow.revoke_heartbeat, who)

    @rule(ago=st.sampled_from((0, 0, 11, 3000)))
    def watch_heartbeats(self, ago: int) -> None:
        """The latest beat came so many minutes ago, and all are looked at, twice: D.1 is silent or it is not."""
        here = Heartbeat.objects.filter(integration=self.integration)
        here.update(token_hash=hash_of("known"))
        assert workflow.beat("known") == here.exists()
        if ago:
            here.update(last_beat_at=timezone.now() - datetime.timedelta(minutes=ago))
        workflow.watch_heartbeats()
        once = self.look()
        assert workflow.watch_heartbeats() == 0
        assert self.look() == once
        row = Heartbeat.objects.filter(integration=self.integration).select_related("deviation").first()
        watched = self.facts.phase is Phase.OPERATIONS and self.facts.status is Status.ACTIVE
        if row and (ago == 0 or watched):
            assert self.facts.monitoring_silent == (row.period + row.grace < datetime.timedelta(minutes=ago))
        if self.facts.monitoring_silent:
            assert "monitoring_silent" in [one.reason for one in gates.unmet_of("D.1", self.facts)]

    beat = watch_heartbeats

    @rule(who=by(*TEAM), certificate=certificates, reason=texts)
    def upload_certificate(self, who: str, certificate: PublicCertificate, reason: str) -> None:
        self.do(workflow.upload_certificate, who, certificate=certificate, reason=reason)

    @rule(who=by(*TEAM, "staff"))
    def open_deviation(self, who: str) -> None:
        named = {"title": self.new("Avvik"), "description": "", "handler": "Terje"}
        self.do(workflow.open_deviation, who, opened_on=today(), **named)

    @rule(who=by(*TEAM, "staff"), which=whichever)
    def close_deviation(self, who: str, which: int) -> None:
        self.do(workflow.close_deviation, who, self.pick(self.integration.deviations.all(), which), outcome="Rettet.")

    @rule(who=by(*STAFF), to=st.sampled_from(("this", "this", "nobody")))
    def send_notice(self, who: str, to: str) -> None:
        receivers = [self.integration] if to == "this" else []
        named = {"kind": "downtime", "title": self.new("Varsel"), "body": "Natt til søndag."}
        self.attempt("send_notice", partial(workflow.send_notice, receivers, by=self.person(who), **named))

    @rule(who=by(*TEAM), which=whichever)
    def read_notice(self, who: str, which: int) -> None:
        self.do(workflow.read_notice, who, self.pick(NoticeReceipt.objects.all(), which))
