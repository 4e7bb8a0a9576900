"""What is next for whoever looks, done where they are told of it: a form, and what it is judged by.

It is for what asks for somebody's word on what is recorded already. What asks for facts is a link to its page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .. import gates
from ..addresses import path_to
from ..forms import AcceptDeferralForm, VerificationForm
from ..forms.base import Form
from ..gates import Finding, Unmet
from ..models import Agreement, FollowUpItem, RequirementLink
from ..process import REQUIREMENTS, Accord
from ..snapshots import key_of
from .accords import accord_context
from .checklist import to_confirm
from .evidence import Evidence, recorded_of, with_evidence
from .followups import deferral_of
from .integration_page import IntegrationPage
from .judging import milestone_of, submission


@dataclass(frozen=True)
class Doing:
    """What does a task: its form, if it has one, its button's `label`, and the name and arguments of the address that
    it posts to.

    `seen` names what is decided on, where the address asks for that. `evidence` is what it is judged by, where that
    is not what is recorded of its requirement; `shows` names the requirements all of whose records are in it.
    """

    name: str
    label: str
    args: tuple[object, ...] = ()
    form: Form | None = None
    seen: str = ""
    evidence: Evidence | None = None
    shows: tuple[str, ...] = ()
    is_proposal: bool = False
    """Of something that both sides agree on."""


@dataclass(frozen=True)
class InPlace:
    """A task, what does it, the requirement that it is about, and what it is judged by."""

    task: Unmet
    doing: Doing
    finding: Finding | None
    evidence: Evidence | None
    links: list[RequirementLink]

    @property
    def shows(self) -> tuple[str, ...]:
        """The requirements all of whose records stand here."""
        return self.doing.shows if self.doing.evidence else (self.task.code,)


Way = Callable[[IntegrationPage, Unmet], Doing | None]
WAYS: dict[str, Way] = {}
"""By reason: what does it, or None where that is not to be done yet."""


def _of(reason: str) -> Callable[[Way], Way]:
    def register(way: Way) -> Way:
        WAYS[reason] = way
        return way

    return register


def next_in_place(here: IntegrationPage, page: str) -> InPlace | None:
    """What whoever asks is to do next, if it can be done on `page`, an address, and is not at home there."""
    task = here.mine[0] if here.mine else None
    doing = WAYS[task.reason](here, task) if task and task.reason in WAYS else None
    if task is None or doing is None or path_to(task, here.integration.reference).partition("#")[0] == page:
        return None
    finding = _finding_of(task, here)
    evidence = doing.evidence or (with_evidence(here, [finding])[0][1] if finding else None)
    return InPlace(task, doing, finding, evidence, here.links.get(task.code, []))


def offer_of(in_place: InPlace | None) -> Form | None:
    """The form that a page offers with it."""
    return in_place.doing.form if in_place else None


def _finding_of(task: Unmet, here: IntegrationPage) -> Finding | None:
    """None of the submitting of a milestone."""
    requirement = REQUIREMENTS.get(task.code)
    findings = gates.findings(requirement.milestone, here.facts) if requirement else []
    return next((one for one in findings if one.key == task.code), None)


def _slot(task: Unmet) -> str:
    """The slot of its form: what is typed for one task is not shown in another's."""
    return f"next-{key_of(task)}"


@_of("agreement_unverified")
def _verify_agreement(here: IntegrationPage, task: Unmet) -> Doing:
    agreement = here.find(Agreement, int(dict(task.params)["pk"]))
    shown = Evidence("_partials/agreement.html", {"agreement": agreement})
    return Doing("verify_agreement", _("Verify the agreement"), (agreement.pk,), evidence=shown)


@_of("not_confirmed")
def _check_off(here: IntegrationPage, task: Unmet) -> Doing | None:
    finding = _finding_of(task, here)
    form = to_confirm(finding, _slot(task)) if finding else None
    return Doing("confirmation", _("Check off"), (task.code,), form) if form else None


_AGREES: dict[Accord, Callable[[], str]] = {
    Accord.PLAN: lambda: _("Agree to these dates"),
    Accord.SCENARIOS: lambda: _("Agree to this set"),
    Accord.SCOPE: lambda: _("Agree to this scope"),
}


@_of("not_agreed")
def _agree(here: IntegrationPage, task: Unmet) -> Doing | None:
    subject = Accord(dict(task.params)["accord"])
    form = accord_context(here, subject, _slot(task))["agree"]
    return Doing("agree", _AGREES[subject](), (subject.value,), form) if form else None


@_of("scenario_missing")
@_of("scenarios_missing")
def _add_basic_scenarios(here: IntegrationPage, task: Unmet) -> Doing:
    shown = here.integration.accords.get(subject=Accord.SCENARIOS).version
    return Doing("add_basic", _("Add the basic scenarios"), seen=str(shown), is_proposal=True)


@_of("approval_missing")
def _approve_tests(here: IntegrationPage, task: Unmet) -> Doing:
    seen = here.version  # before what is shown is read: so nothing newer is decided on
    form = VerificationForm(slot=_slot(task))
    shown = Evidence("_partials/evidence/tests.html", recorded_of("3.1", here) | recorded_of("3.2", here))
    return Doing("verification", _("Approve the tests"), (), form, seen, shown, shows=("3.1", "3.2"))


@_of("details_unacknowledged")
def _acknowledge_details(here: IntegrationPage, task: Unmet) -> Doing:
    return Doing("acknowledge_details", _("We have the details"), seen=here.integration.accounts.passing)


@_of("deferral_not_accepted")
def _accept_deferral(here: IntegrationPage, task: Unmet) -> Doing | None:
    item = here.find(FollowUpItem, int(dict(task.params)["pk"]))
    if not item.deferral_proposed:
        return None
    form = AcceptDeferralForm(slot=_slot(task), initial=deferral_of(item))
    shown = Evidence("_partials/follow_up_item.html", {"item": item})
    return Doing("accept_deferral", _("Accept the deferral"), (item.pk,), form, evidence=shown)


@_of("launch_unconfirmed")
def _confirm_launch(here: IntegrationPage, task: Unmet) -> Doing | None:
    sending = here.integration.launch.sending
    return Doing("confirm_launch", _("Confirm that it works"), seen=sending) if sending else None


@_of("ready_to_submit")
def _submit(here: IntegrationPage, task: Unmet) -> Doing:
    milestone = milestone_of(here, here.facts.phase.number or 0)
    return Doing("submit", _("Submit for approval"), (milestone.number,), submission(milestone, _slot(task)))
