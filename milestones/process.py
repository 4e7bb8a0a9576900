"""WHAT the process is: milestones and requirements, as typed data; the basic scenarios are in `basic_scenarios.py`.

This is the one place that says so. To add a confirmed requirement, add a `Requirement` below: its page, its gate, its
place in my work and its exception follow from that line. A computed requirement also needs a rule in `gates/rules.py`.
The source is Digipost's public process page; the codes (1.1 … 5.2, D.1 … D.4) are the ones used there and in the UI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Party(TextChoices):
    SENDER = "sender", _("Sender")
    DIGIPOST = "digipost", _("Digipost")


class Role(TextChoices):
    """The roles of the process. The first five are held by members of an integration, the last by Digipost's staff."""

    PROJECT_MANAGER = "project_manager", _("Project manager")
    CONTRACT_MANAGER = "contract_manager", _("Contract manager")
    BUSINESS_OWNER = "business_owner", _("Business owner")
    TECHNICAL_LEAD = "technical_lead", _("Technical lead")
    OBSERVER = "observer", _("Observer")
    ONBOARDING = "onboarding", _("Digipost onboarding")

    @property
    def party(self) -> Party:
        return Party.DIGIPOST if self is Role.ONBOARDING else Party.SENDER


MEMBER_ROLES = tuple(role for role in Role if role.party is Party.SENDER)
RESPONSIBLE_ROLES = tuple(role for role in Role if role is not Role.OBSERVER)


class SenderKind(TextChoices):
    SENDER = "sender", _("Sender")
    PARTNER = "partner", _("Partner solution")


class Interface(TextChoices):
    API = "api", _("API")
    BATCH = "batch", _("Batch")
    BOTH = "both", _("API and batch")

    def covers(self, other: str) -> bool:
        """Whether a scenario for interface `other` (where "both" means either) concerns an integration using this."""
        return Interface.BOTH in (self, other) or self == other


class DocumentType(TextChoices):
    LETTER = "letter", _("Letter")
    INVOICE = "invoice", _("Invoice")
    PAYSLIP = "payslip", _("Payslip")
    DECISION = "decision", _("Decision or other public document")
    OTHER = "other", _("Other")


class Service(TextChoices):
    SMS = "sms", _("SMS notice")
    EMAIL = "email", _("E-mail notice")
    OPENING_RECEIPT = "opening_receipt", _("Opening receipt")
    PRINT = "print", _("Print")


class ServiceChoice(TextChoices):
    USE = "use", _("Use")
    SKIP = "skip", _("Do not use")
    LATER = "later", _("Later")


class AgreementKind(TextChoices):
    TERMS = "terms", _("Agreement on the use of Digipost")
    PRINT = "print", _("Print agreement")


class Environment(TextChoices):
    TEST = "test", _("Test")
    PRODUCTION = "production", _("Production")


class Outcome(TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Failed")


class Rung(TextChoices):
    """How it is known that something is so; each is stronger than those before it."""

    SAID = "said", _("Said")
    DOCUMENT = "document", _("Documented")
    REPORTED = "reported", _("Reported by a build")
    RECEIPT = "receipt", _("Receipt from Digipost")
    SIGNED = "signed", _("Signed by Digipost")

    def reaches(self, least: str) -> bool:
        """Whether it is as strong as `least`, or stronger."""
        ladder = list(Rung)
        return ladder.index(self) >= ladder.index(Rung(least))


class ChangeKind(TextChoices):
    """What the sender declares in operations; the catalogue says which scenarios each kind touches."""

    CERTIFICATE = "certificate", _("New certificate")
    VERSION = "version", _("New version")
    INTERFACE = "interface", _("New interface")
    SERVICE = "service", _("New service")
    SUPPLIER = "supplier", _("New supplier")


class Accord(TextChoices):
    """What both sides agree on; it lapses when it is changed."""

    PLAN = "plan", _("the project plan")
    SCENARIOS = "scenarios", _("the scenario set")
    SCOPE = "scope", _("the scope of production tests")


class ScopeMode(TextChoices):
    RUN = "run", _("Run these scenarios in production")
    NOT_NEEDED = "not_needed", _("Production tests are not needed")


class Phase(TextChoices):
    MILESTONE_1 = "milestone_1", _("1 Contract and accounts")
    MILESTONE_2 = "milestone_2", _("2 Ready for external test")
    MILESTONE_3 = "milestone_3", _("3 Verified by Digipost")
    MILESTONE_4 = "milestone_4", _("4 Verified in production")
    MILESTONE_5 = "milestone_5", _("5 Launch")
    OPERATIONS = "operations", _("Operations")

    @property
    def number(self) -> int | None:
        """The milestone's number; None in operations."""
        return None if self is Phase.OPERATIONS else int(self.value[-1])

    @property
    def next(self) -> Phase:
        """The phase that follows; operations is the last."""
        return Phase.of((self.number or LAST_MILESTONE) + 1)

    @classmethod
    def of(cls, number: int) -> Phase:
        """The phase in which milestone `number` is worked on; after the last one, operations."""
        return cls.OPERATIONS if number > LAST_MILESTONE else cls(f"milestone_{number}")


class Status(TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class MilestoneState(TextChoices):
    UPCOMING = "upcoming", _("Upcoming")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Submitted for approval")
    APPROVED = "approved", _("Approved")


class Cadence(TextChoices):
    """How often somebody has a digest of what waits for them."""

    DAILY = "daily", _("Every working day")
    WEEKLY = "weekly", _("Once a week")


class FollowUpState(TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    DEFERRED = "deferred", _("Deferred")


LAST_MILESTONE = 5
MILESTONE_NUMBERS = tuple(range(1, LAST_MILESTONE + 1))
PLANNED_MILESTONES = (2, 3, 4, 5)
"""The milestones for which the kickoff agrees target dates (2.2)."""

DEFAULT_WORKING_DAYS = {1: 10, 2: 35, 3: 12, 4: 5, 5: 8}
"""First guesses, in working days, for how long each milestone takes. Ours: nobody publishes figures."""

DEFAULT_RETEST_DAYS = 10
"""A first guess, in working days, for how long a retest takes after a change is declared. Ours, too."""

ROLES_REQUIRED = (Role.CONTRACT_MANAGER, Role.BUSINESS_OWNER, Role.TECHNICAL_LEAD)
"""Held by a current member each, 1.2. One person may hold several."""


RUN_OPERATIONS = (Role.PROJECT_MANAGER, Role.TECHNICAL_LEAD)
"""They name readers, watch the connection, and sign for the shared mailbox."""


@dataclass(frozen=True)
class Requirement:
    """One requirement of the process.

    `confirmed` requirements are checked off by whoever holds `stands_on`; the others are computed by `gates/rules.py`.
    `page` names the URL where it is done. `after` lists what must be in place before it can be recorded: requirement
    codes, or M1 … M5 for a milestone that is approved and whose gate still stands. `statement` is what a person
    confirms, word by word.
    """

    code: str
    title: Text
    met_when: Text
    stands_on: Role
    page: str
    confirmed: bool = False
    statement: Text = ""
    needs_document: bool = False
    exception_allowed: bool = False
    after: tuple[str, ...] = ()

    @cached_property
    def milestone(self) -> int | None:
        """The milestone's number; None for what belongs to operations (D.x)."""
        return None if self.code.startswith("D") else int(self.code[0])


def _confirmed(code: str, title: Text, met_when: Text, stands_on: Role, **extra: object) -> Requirement:
    return Requirement(code, title, met_when, stands_on, page="confirmation", confirmed=True, **extra)  # type: ignore[arg-type]


REQUIREMENTS: dict[str, Requirement] = {
    requirement.code: requirement
    for requirement in (
        Requirement(
            "1.1",
            _("Terms accepted"),
            _(
                "A signed “Avtale om bruk av Digipost” is on file and verified by Digipost. It does not commit the "
                "sender to any volume. If print is used, so is a print agreement."
            ),
            Role.CONTRACT_MANAGER,
            "agreement",
        ),
        Requirement(
            "1.2",
            _("Contacts and roles"),
            _("The roles of contract manager, business owner and technical lead are assigned."),
            Role.PROJECT_MANAGER,
            "people",
        ),
        Requirement(
            "1.3",
            _("Services reviewed"),
            _("Each of Digipost's services has a decision. “Do not use” is a decision too."),
            Role.BUSINESS_OWNER,
            "services",
            exception_allowed=True,
        ),
        Requirement(
            "1.4",
            _("Organisation account"),
            _(
                "A test account and a production account exist. "
                "That alone opens nothing: 3.3 opens sending in production."
            ),
            Role.ONBOARDING,
            "accounts",
            after=("1.1",),
        ),
        _confirmed(
            "2.1",
            _("Documentation read"),
            _("Confirmed by the technical lead before the kickoff."),
            Role.TECHNICAL_LEAD,
            statement=_("I have read Digipost's functional and technical documentation."),
            exception_allowed=True,
        ),
        Requirement(
            "2.2",
            _("Kickoff"),
            _(
                "A kickoff with people from both sides and minutes, a complete solution description, and target dates "
                "for milestones 2–5 that both sides agreed."
            ),
            Role.PROJECT_MANAGER,
            "meetings",
        ),
        _confirmed(
            "2.3",
            _("Built and tested by the sender"),
            _("The technical lead states that the whole functionality has been tested internally."),
            Role.TECHNICAL_LEAD,
            statement=_(
                "The whole functionality has been tested internally, in Digipost's test environment with the test "
                "account."
            ),
            exception_allowed=True,
        ),
        Requirement(
            "3.1",
            _("Test scenarios"),
            _(
                "The scenario set is agreed by both sides and contains every basic scenario that applies; the latest "
                "run of each required scenario, in the test environment, passed."
            ),
            Role.TECHNICAL_LEAD,
            "scenarios",
        ),
        Requirement(
            "3.2",
            _("Approved by Digipost"),
            _("Digipost recorded its approval after 3.1 was met. A later failing run withdraws it."),
            Role.ONBOARDING,
            "verification",
            after=("M2", "3.1"),
        ),
        Requirement(
            "3.3",
            _("Production opened"),
            _("Production sending is enabled, and the environment and account details are passed to the sender."),
            Role.ONBOARDING,
            "production",
            after=("M2", "3.2"),
        ),
        Requirement(
            "4.1",
            _("Production tests"),
            _(
                "A few simple end-to-end scenarios, agreed by both sides, each passed in production; or both sides "
                "agreed that they are not needed."
            ),
            Role.TECHNICAL_LEAD,
            "production_tests",
            exception_allowed=True,
        ),
        Requirement(
            "5.0",
            _("Launch date"),
            _("Confirmed by a business owner: a business decision, not a technical one."),
            Role.BUSINESS_OWNER,
            "launch",
            after=("M4",),
        ),
        Requirement(
            "5.1",
            _("Follow-up items"),
            _("Each item is closed, or deferred with an owner and a date and accepted by Digipost."),
            Role.PROJECT_MANAGER,
            "follow_ups",
        ),
        Requirement(
            "5.2",
            _("Launched"),
            _("The first real sending is recorded and confirmed to work by the sender and by Digipost."),
            Role.PROJECT_MANAGER,
            "launch",
            after=("M4", "5.0"),
        ),
        Requirement(
            "D.1",
            _("Connection monitored"),
            _("How the connection is watched and who is told of deviations is recorded, or its monitoring is heard."),
            Role.TECHNICAL_LEAD,
            "operations",
        ),
        Requirement(
            "D.2",
            _("Notices read"),
            _("A reader or a shared mailbox is named, and Digipost's notices are read."),
            Role.PROJECT_MANAGER,
            "operations",
        ),
        Requirement(
            "D.3",
            _("Certificate"),
            _("If an expiry date is recorded, it lies ahead."),
            Role.TECHNICAL_LEAD,
            "operations",
        ),
        Requirement(
            "D.4",
            _("Retested after a change"),
            _("Whatever a declared change touches has passed again, in test, since it was declared."),
            Role.TECHNICAL_LEAD,
            "changes",
        ),
    )
}

MILESTONE_TITLES: dict[int, Text] = {
    1: _("Contract and accounts"),
    2: _("Ready for external test"),
    3: _("Verified by Digipost"),
    4: _("Verified in production"),
    5: _("Launch"),
}


def requirements_of(milestone: int | None) -> tuple[Requirement, ...]:
    """The requirements of one milestone, in order; of operations when `milestone` is None."""
    return tuple(requirement for requirement in REQUIREMENTS.values() if requirement.milestone == milestone)


class Condition(TextChoices):
    """When a basic scenario applies, beside its interface."""

    ALWAYS = "always", _("Always")
    INVOICE = "invoice", _("Invoices are sent")
    PRINT = "print", _("Print is used")
    NO_PRINT = "no_print", _("Print is not used")
    OPENING_RECEIPT = "opening_receipt", _("Opening receipt is used")
    SMS = "sms", _("SMS notice is used")
    PARTNER = "partner", _("A partner sends for others")
    OPTIONAL = "optional", _("Only if wanted")


def is_basic_id(code: str) -> bool:
    """Whether `code` is an id of the catalogue's kind: whoever reads T07 must be able to rely on what it says."""
    return re.fullmatch(r"T[0-9]+", code) is not None
