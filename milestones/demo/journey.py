"""One integration on its way, step by step from intake to operations; the tests' cast travels the same way.

Each step does what the people would do in the browser, by the same functions.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf
from django.core.files.base import ContentFile

from .. import clock, workflow
from ..clock import today
from ..documents import Examined, examine
from ..models import CatalogueScenario, Integration, Invitation, Member, User
from ..pasted_people import Invitee
from ..process import (
    PLANNED_MILESTONES,
    Accord,
    AgreementKind,
    DocumentType,
    Environment,
    Interface,
    Outcome,
    Party,
    Role,
    ScopeMode,
    SenderKind,
    Service,
    ServiceChoice,
)
from ..workdays import add_working_days


@dataclass(frozen=True)
class Cast:
    """Who takes part in a journey. One person may play several roles."""

    staff: User
    manager: User
    lead: User
    contract: User
    owner: User


AGREEMENT = b"""
BT /F 22 Tf 72 740 Td (Avtale om bruk av Digipost) Tj
/F 12 Tf 0 -40 Td (Partene er enige om dette, fra den dagen begge har signert.) Tj
0 -60 Td (For avsenderen) Tj 240 0 Td (For Digipost) Tj ET
72 560 180 0.5 re 312 560 180 0.5 re f
"""
"""What stands on the page, as PDF writes it."""


@cache
def a_pdf() -> bytes:
    """The smallest agreement there is: one page, with a heading and the lines to sign on."""
    written, pdf = io.BytesIO(), pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    page.Contents = pdf.make_stream(AGREEMENT)
    pdf.save(written, deterministic_id=True)
    return written.getvalue()


@cache
def _an_agreement() -> Examined:
    """Examined once a process: a parser is started for each file."""
    return examine(ContentFile(a_pdf(), name="avtale.pdf"))


def bring_in(integration: Integration, user: User, roles: list[Role], *, by: User) -> Member:
    """Invite somebody, and let them accept."""
    member = workflow.invite(integration, by=by, name=user.name, email=user.email, roles=roles)
    accept_all(integration)
    return member


def accept_all(integration: Integration) -> None:
    """Everybody who is invited opens their link."""
    for invitation in Invitation.objects.open(clock.now()).filter(member__integration=integration):
        workflow.accept_invitation(invitation.token, by=invitation.member.user)


class Journey:
    """One integration on its way. Each step does what the people would do in the browser, by the same functions."""

    def __init__(self, integration: Integration, cast: Cast) -> None:
        self.integration = integration
        self.cast = cast

    @classmethod
    def begin(
        cls,
        cast: Cast,
        number: str,
        organisation: str,
        name: str,
        kind: SenderKind = SenderKind.SENDER,
        by: User | None = None,
    ) -> Journey:
        """Taken in by Digipost, if not `by` somebody else."""
        integration = workflow.create_integration(
            by=by or cast.staff,
            number=number,
            organisation=organisation,
            name=name,
            sender_kind=kind,
            manager_name=cast.manager.name,
            manager_email=cast.manager.email,
        )
        accept_all(integration)
        return cls(integration, cast)

    def roles(self) -> None:
        held: dict[User, list[Role]] = {self.cast.manager: [Role.PROJECT_MANAGER]}
        for user, role in (
            (self.cast.lead, Role.TECHNICAL_LEAD),
            (self.cast.contract, Role.CONTRACT_MANAGER),
            (self.cast.owner, Role.BUSINESS_OWNER),
        ):
            held.setdefault(user, []).append(role)
        members = {member.user_id: member.pk for member in self.integration.members.current()}
        for user, roles in held.items():
            if user.pk in members:
                workflow.set_roles(self.integration, members[user.pk], by=self.cast.manager, roles=roles)
        self._invite({user: roles for user, roles in held.items() if user.pk not in members})

    def _invite(self, people: dict[User, list[Role]]) -> None:
        """All of them at once; each accepts."""
        invitees = [
            Invitee(line, user.name, user.email, tuple(roles)) for line, (user, roles) in enumerate(people.items(), 1)
        ]
        if invitees:
            workflow.invite_many(self.integration, by=self.cast.manager, people=invitees)
            accept_all(self.integration)

    def agreement(self, kind: AgreementKind = AgreementKind.TERMS, *, verify: bool = True) -> None:
        workflow.record_agreement(
            self.integration,
            by=self.cast.contract,
            kind=kind,
            signatory=self.cast.contract.name,
            signed_on=today(),
            document=_an_agreement(),
        )
        if verify:
            self.verify_agreements()

    def verify_agreements(self) -> None:
        for agreement in self.integration.agreements.current().filter(verified_at__isnull=True):
            workflow.verify_agreement(self.integration, agreement.pk, by=self.cast.staff)

    def services(self, **choices: ServiceChoice) -> None:
        """Decide every service; by name, `use` unless told otherwise, except print, which is not used."""
        default = dict.fromkeys(Service.values, ServiceChoice.USE) | {Service.PRINT.value: ServiceChoice.SKIP}
        workflow.decide_services(
            self.integration,
            by=self.cast.owner,
            decisions={service: (choice, "Etter behov") for service, choice in (default | choices).items()},
        )

    def accounts(self) -> None:
        workflow.record_accounts(
            self.integration, by=self.cast.staff, test_account_id="500123", production_account_id="700456"
        )

    def pass_milestone(self, number: int) -> None:
        self.submit(number)
        self.approve(number)

    def submit(self, number: int) -> None:
        workflow.submit(self.integration, number, by=self.cast.manager, answer="Rettet.")

    def approve(self, number: int) -> None:
        workflow.approve(self.integration, number, by=self.cast.staff)

    def milestone_1_facts(self) -> None:
        self.roles()
        self.agreement()
        self.services()
        self.accounts()

    def milestone_1(self) -> None:
        self.milestone_1_facts()
        self.pass_milestone(1)

    def confirm(self, code: str) -> None:
        workflow.confirm(self.integration, code, by=self.cast.lead, confirmed_on=today())

    def kickoff(self) -> None:
        workflow.record_meeting(
            self.integration,
            by=self.cast.manager,
            kind="kickoff",
            held_on=today(),
            sender_people=f"{self.cast.manager.name}, {self.cast.lead.name}",
            digipost_people=self.cast.staff.name,
            minutes="Gikk gjennom løsningen, planen og de grunnleggende testscenariene.",
        )

    def solution(
        self,
        interface: Interface = Interface.API,
        document_types: tuple[DocumentType, ...] = (DocumentType.LETTER, DocumentType.INVOICE),
    ) -> None:
        workflow.describe_solution(
            self.integration,
            by=self.cast.lead,
            recipient_identification="Fødselsnummer fra fagsystemet, ellers navn og adresse.",
            sending="Fagsystemet legger brev i kø; en tjeneste sender dem og følger opp svarene.",
            interface=interface,
            internal_systems="Sak- og arkivsystemet, fakturasystemet",
            document_types=[kind.value for kind in document_types],
        )

    def plan(self) -> None:
        self.target_dates(35, 12, 5, 8)
        self.agree(Accord.PLAN)

    def target_dates(self, *lengths: int, by: User | None = None) -> None:
        """Propose dates for milestones 2–5, each so many working days after the one ahead of it."""
        version = self.integration.accords.get(subject=Accord.PLAN).version
        dates: dict[int, datetime.date | None] = {}
        day = today()
        for number, length in zip(PLANNED_MILESTONES, lengths, strict=True):
            day = add_working_days(day, length)
            dates[number] = day
        workflow.propose_dates(self.integration, by=by or self.cast.manager, dates=dates, version=version)

    def agree(self, subject: Accord) -> None:
        """Both sides have agreed: who proposed has, by proposing."""
        for user, party in ((self.cast.manager, Party.SENDER), (self.cast.staff, Party.DIGIPOST)):
            accord = self.integration.accords.get(subject=subject)
            if not accord.agreed_by(party):
                workflow.agree(self.integration, subject, by=user, version=accord.version)

    def milestone_2_facts(self) -> None:
        self.confirm("2.1")
        self.kickoff()
        self.solution()
        self.plan()
        self.confirm("2.3")

    def milestone_2(self) -> None:
        self.milestone_2_facts()
        self.pass_milestone(2)

    def scenario_set(self) -> None:
        workflow.add_basic_scenarios(self.integration, by=self.cast.lead)
        self.agree(Accord.SCENARIOS)

    def runs(self, environment: Environment = Environment.TEST) -> None:
        """Every scenario of the environment passes."""
        scenarios = self.integration.scenarios.current().filter(environment=environment)
        passed = dict.fromkeys(scenarios.values_list("pk", flat=True), Outcome.PASSED)
        named: dict[str, Any] = {"ran_on": today(), "outcomes": passed, "notes": {}}
        workflow.record_runs(self.integration, environment, by=self.cast.lead, **named)

    def approve_tests(self) -> None:
        workflow.record_verification(self.integration, by=self.cast.staff)

    def open_sending(self) -> None:
        workflow.open_production(self.integration, by=self.cast.staff)
        workflow.pass_details(
            self.integration, by=self.cast.staff, details="Produksjonskontoen er åpnet. Se API-dokumentasjonen."
        )
        workflow.acknowledge_details(self.integration, by=self.cast.lead)

    def open_production(self) -> None:
        self.approve_tests()
        self.open_sending()

    def milestone_3_facts(self) -> None:
        self.scenario_set()
        self.runs()
        self.open_production()

    def milestone_3(self) -> None:
        self.milestone_3_facts()
        self.pass_milestone(3)

    def production_scope(self, *, print_trial: bool = False) -> None:
        letter = CatalogueScenario.objects.in_force().get(code="T07")
        workflow.set_scope(
            self.integration, by=self.cast.lead, mode=ScopeMode.RUN, reason="", no_print_trial_reason=""
        )
        workflow.add_scenario(
            self.integration,
            by=self.cast.lead,
            environment=Environment.PRODUCTION,
            code="P01",
            title=letter.title,
            passes_when=letter.passes_when,
            print_trial=print_trial,
        )
        self.agree(Accord.SCOPE)

    def milestone_4_facts(self) -> None:
        self.production_scope()
        self.runs(Environment.PRODUCTION)

    def milestone_4(self) -> None:
        self.milestone_4_facts()
        self.pass_milestone(4)

    def first_sending(self) -> None:
        self.launch_date()
        self.sending()

    def launch_date(self, working_days: int = 0) -> None:
        """So many working days from now."""
        launch_on = add_working_days(today(), working_days)
        workflow.confirm_launch_date(self.integration, by=self.cast.owner, launch_on=launch_on)

    def sending(self) -> None:
        workflow.record_first_sending(
            self.integration, by=self.cast.manager, first_sending_on=today(), documents_sent=120
        )

    def milestone_5_facts(self) -> None:
        self.first_sending()
        self.confirm_launch()

    def confirm_launch(self) -> None:
        workflow.confirm_launch(self.integration, by=self.cast.manager)
        workflow.confirm_launch(self.integration, by=self.cast.staff)

    def milestone_5(self) -> None:
        self.milestone_5_facts()
        self.pass_milestone(5)

    def to_operations(self) -> None:
        for number in range(1, 6):
            getattr(self, f"milestone_{number}")()
