"""Taking in, people, agreements, checks and the plan."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from milestones import workflow
from milestones.clock import today
from milestones.models import Invitation
from milestones.pasted_people import Invitee
from milestones.process import (
    RESPONSIBLE_ROLES,
    Accord,
    AgreementKind,
    DocumentType,
    Interface,
    Role,
    SenderKind,
    Service,
    ServiceChoice,
)
from tests.model.watched import Watched
from tests.model.what import (
    KEYS,
    PEOPLE,
    STAFF,
    by,
    days,
    file_of,
    no_day_or_one,
    numbers,
    people,
    roles,
    texts,
    uploads,
    whichever,
)


class IntakeRules(Watched):
    @rule(who=people, manager=people, kind=st.sampled_from(SenderKind))
    def create_integration(self, who: str, manager: str, kind: SenderKind) -> None:
        action = partial(
            workflow.create_integration,
            by=self.person(who),
            number="974760673",
            organisation="Nabovik AS",
            name=self.new("Ny"),
            sender_kind=kind,
            manager_name="Ny leder",
            manager_email=self.person(manager).email,
        )
        self.attempt("create_integration", action)

    @rule(who=by(*STAFF))
    def accept_intake(self, who: str) -> None:
        self.do(workflow.accept_intake, who)

    @rule(who=by(*STAFF))
    def pause_integration(self, who: str) -> None:
        self.do(workflow.pause_integration, who, reason="Ferie.")

    @rule(who=by(*STAFF))
    def resume_integration(self, who: str) -> None:
        self.do(workflow.resume_integration, who)

    @rule(who=st.sampled_from(("staff", *PEOPLE)), really=st.integers(0, 3))
    def close_integration(self, who: str, really: int) -> None:
        """Seldom, as nothing comes after it."""
        if really == 3 or who not in STAFF:
            self.do(workflow.close_integration, who, reason="Prosjektet er stanset.")

    @rule(who=by(*STAFF), contact=st.none() | people)
    def set_contact(self, who: str, contact: str | None) -> None:
        self.do(workflow.set_contact, who, contact=self.person(contact) if contact else None)

    @rule(who=by(*STAFF))
    def take_case(self, who: str) -> None:
        self.do(workflow.take_case, who)

    @rule(who=by(*STAFF), contact=people)
    def assign_cases(self, who: str, contact: str) -> None:
        action = partial(workflow.assign_cases, by=self.person(who), contact=self.person(contact))
        self.attempt("assign_cases", partial(action, [self.integration]))


class PeopleRules(Watched):
    @rule(who=by("manager", "staff"), email=people, held=roles)
    def invite(self, who: str, email: str, held: list[str]) -> None:
        self.do(workflow.invite, who, name=email, email=self.person(email).email, roles=held)

    @rule(who=by("manager", "staff"), emails=st.lists(people, min_size=1, max_size=3), held=roles)
    def invite_many(self, who: str, emails: list[str], held: list[Role]) -> None:
        listed = [Invitee(n, email, self.person(email).email, tuple(held)) for n, email in enumerate(emails, 1)]
        self.do(workflow.invite_many, who, people=listed)

    @rule(who=people, which=whichever, as_invited=st.booleans())
    def accept_invitation(self, who: str, which: int, as_invited: bool) -> None:
        pk = self.pick(Invitation.objects.filter(member__integration=self.integration), which)
        if found := Invitation.objects.filter(pk=pk).first():
            by_whom = found.member.user if as_invited else self.person(who)
            self.attempt("accept_invitation", partial(workflow.accept_invitation, found.token, by=by_whom))

    @rule(who=by("manager", "staff"), which=whichever)
    def resend_invitation(self, who: str, which: int) -> None:
        self.do(workflow.resend_invitation, who, self.pick(self.integration.members.filter(accepted_at=None), which))

    @rule(who=by("manager", "staff"), which=whichever)
    def revoke_invitation(self, who: str, which: int) -> None:
        self.do(workflow.revoke_invitation, who, self.pick(self.integration.members.filter(accepted_at=None), which))

    @rule(who=by("manager", "staff"), which=whichever, held=roles)
    def set_roles(self, who: str, which: int, held: list[str]) -> None:
        self.do(workflow.set_roles, who, self.pick(self.integration.members.all(), which), roles=held)

    @rule(who=by("manager", "staff"), which=whichever)
    def remove_member(self, who: str, which: int) -> None:
        self.do(workflow.remove_member, who, self.pick(self.integration.members.all(), which))


class AgreementRules(Watched):
    @rule(who=by("manager", "contract"), kind=st.sampled_from(AgreementKind), signed_on=days, content=uploads)
    def record_agreement(self, who: str, kind: AgreementKind, signed_on: datetime.date, content: bytes) -> None:
        document = file_of(content)
        self.do(workflow.record_agreement, who, kind=kind, signatory="Kari", signed_on=signed_on, document=document)

    @rule(who=by(*STAFF), which=whichever)
    def verify_agreement(self, who: str, which: int) -> None:
        self.do(workflow.verify_agreement, who, self.pick(self.integration.agreements.all(), which))

    @rule(who=by("manager", "contract", "staff"), which=whichever)
    def withdraw_agreement(self, who: str, which: int) -> None:
        key = self.pick(self.integration.agreements.all(), which)
        self.do(workflow.withdraw_agreement, who, key, reason="Feil avtale.")

    @rule(
        who=by("owner"),
        decisions=st.dictionaries(st.sampled_from(Service), st.tuples(st.sampled_from(ServiceChoice), texts)),
    )
    def decide_services(self, who: str, decisions: dict[Service, tuple[ServiceChoice, str]]) -> None:
        chosen = {service.value: decision for service, decision in decisions.items()}
        self.do(workflow.decide_services, who, decisions=chosen)


class ChecklistRules(Watched):
    def key(self, which: int) -> str:
        """A requirement's code, an own item's key, or one that nothing has."""
        own = [item.key for item in self.integration.items.order_by("pk")]
        keys = [*KEYS, "item-0", *own, *own, *own]
        return keys[which % len(keys)]

    @rule(who=by("lead"), key=st.sampled_from(("2.1", "2.3")))
    def confirm(self, who: str, key: str) -> None:
        self.do(workflow.confirm, who, key, confirmed_on=today())

    @rule(who=people, which=whichever, on=days, content=st.none() | uploads)
    def confirm_anything(self, who: str, which: int, on: datetime.date, content: bytes | None) -> None:
        document = None if content is None else file_of(content)
        self.do(workflow.confirm, who, self.key(which), confirmed_on=on, document=document)

    @rule(who=by("lead"), key=st.sampled_from(("2.1", "2.3")))
    def unconfirm(self, who: str, key: str) -> None:
        self.do(workflow.unconfirm, who, key)

    @rule(who=people, which=whichever)
    def unconfirm_anything(self, who: str, which: int) -> None:
        self.do(workflow.unconfirm, who, self.key(which))

    @rule(
        who=by("manager", "staff"),
        number=numbers,
        required=st.booleans(),
        stands_on=st.sampled_from(RESPONSIBLE_ROLES),
    )
    def add_item(self, who: str, number: int, required: bool, stands_on: str) -> None:
        named = {"title": self.new("Eget"), "description": "", "required": required, "stands_on": stands_on}
        self.do(workflow.add_item, who, milestone=number, **named)

    @rule(who=by("manager", "staff"), which=whichever)
    def remove_item(self, who: str, which: int) -> None:
        self.do(workflow.remove_item, who, self.pick(self.integration.items.all(), which), reason="Overflødig.")

    @rule(who=by(*STAFF), which=whichever, until=no_day_or_one)
    def grant_exception(self, who: str, which: int, until: datetime.date | None) -> None:
        self.do(workflow.grant_exception, who, self.key(which), reason="Avtalt.", until=until)

    @rule(who=by(*STAFF), which=whichever)
    def end_exception(self, who: str, which: int) -> None:
        granted = list(self.integration.exceptions.order_by("pk").values_list("key", flat=True))
        self.do(workflow.end_exception, who, granted[which % len(granted)] if granted else self.key(which))


class PlanRules(Watched):
    @rule(
        who=by("manager", "lead", "staff"),
        kind=st.sampled_from(("kickoff", "other")),
        on=days,
        minutes=texts,
        which=st.none() | whichever,
    )
    def record_meeting(self, who: str, kind: str, on: datetime.date, minutes: str, which: int | None) -> None:
        earlier = None if which is None else self.pick(self.integration.meetings.all(), which)
        named = {"sender_people": "Kari", "digipost_people": minutes, "minutes": minutes, "meeting_id": earlier}
        self.do(workflow.record_meeting, who, kind=kind, held_on=on, **named)

    @rule(
        who=by("manager", "lead", "staff"),
        kind=st.sampled_from(("kickoff", "other")),
        on=days,
        invited=st.lists(people, unique=True, max_size=2),
        which=st.none() | whichever,
    )
    def plan_meeting(self, who: str, kind: str, on: datetime.date, invited: list[str], which: int | None) -> None:
        """Anew, or another plan for one that is there."""
        keys = [self.person(one).pk for one in invited]
        named: dict[str, Any] = {"starts_at": None, "ends_at": None, "agenda": "", "invited": keys}
        named["place"] = self.new("Rom")  # another plan, whenever it is a plan
        if which is None:
            self.do(workflow.plan_meeting, who, kind=kind, held_on=on, **named)
        else:
            key = self.pick(self.integration.meetings.all(), which)
            self.do(workflow.change_meeting, who, key, kind=kind, held_on=on, **named)

    change_meeting = plan_meeting

    @rule(who=by("manager", "lead", "staff"), which=whichever)
    def call_off_meeting(self, who: str, which: int) -> None:
        key = self.pick(self.integration.meetings.all(), which)
        self.do(workflow.call_off_meeting, who, key, reason="Ingen kunne.")

    @rule(
        who=by("manager", "lead", "staff"),
        interface=st.sampled_from(("", *Interface.values)),
        document_types=st.lists(st.sampled_from(DocumentType.values), unique=True, max_size=2),
        text=texts,
    )
    def describe_solution(self, who: str, interface: str, document_types: list[str], text: str) -> None:
        named = {"recipient_identification": text, "sending": text, "internal_systems": text}
        self.do(workflow.describe_solution, who, interface=interface, document_types=document_types, **named)

    @rule(who=by("manager", "staff"), dates=st.dictionaries(numbers, no_day_or_one), age=st.sampled_from((0, 0, 0, 1)))
    def propose_dates(self, who: str, dates: dict[int, datetime.date | None], age: int) -> None:
        version = self.integration.accords.get(subject=Accord.PLAN).version - age
        self.do(workflow.propose_dates, who, dates=dates, version=version)

    @rule(who=by("manager", "lead", "staff"), subject=st.sampled_from(Accord), age=st.sampled_from((0, 0, 0, 1)))
    def agree(self, who: str, subject: Accord, age: int) -> None:
        version = self.integration.accords.get(subject=subject).version - age
        self.do(workflow.agree, who, subject, version=version)
