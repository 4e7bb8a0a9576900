"""What is next for whoever looks, done where they are told of it: what it is judged by stands there, and one button.

It is for tasks that ask for a decision or a signature on what is recorded already. What asks for facts is a link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .. import gates
from ..addresses import path_to
from ..clock import today
from ..forms import AcceptDeferralForm, ConfirmForm, SubmitForm, VerificationForm
from ..forms.base import Form
from ..gates import Finding, Unmet
from ..models import FollowUpItem, RequirementLink
from ..policy import Right
from ..process import REQUIREMENTS, Accord
from .accords import accord_context
from .evidence import Evidence, with_evidence
from .followups import deferral_of
from .integration_page import IntegrationPage

SLOT = "next"
"""Of the form that does it: the page on which it is done by itself has others."""


@dataclass(frozen=True)
class Doing:
    """What does a task: a button with the text `label`, of a form if it has one, and the name and arguments of the
    address that it posts to.

    `seen` names what is decided on, where the address asks for that.
    """

    name: str
    label: str
    row: tuple[object, ...] = ()
    form: Form | None = None
    seen: str = ""
    is_proposal: bool = False
    """Of something that both sides agree on."""


@dataclass(frozen=True)
class InPlace:
    """A task, what does it, the requirement that it is about, and the one whose `evidence` that is judged by."""

    task: Unmet
    doing: Doing
    finding: Finding | None
    judged_by: Finding | None
    evidence: Evidence | None
    links: list[RequirementLink]


Way = Callable[[IntegrationPage, Unmet], Doing | None]
WAYS: dict[str, tuple[Way, tuple[Right, ...]]] = {}
"""By reason: what does it, or None where that is not to be done yet; and the rights, one of which it takes."""


def _of(reason: str, *rights: Right) -> Callable[[Way], Way]:
    def register(way: Way) -> Way:
        WAYS[reason] = (way, rights)
        return way

    return register


JUDGED_BY = {"3.2": "3.1"}
"""Requirements that are judged by what is recorded of another."""


def next_in_place(here: IntegrationPage, page: str) -> InPlace | None:
    """What whoever asks is to do next, if it can be done on `page`, an address, and is not at home there."""
    task = here.mine[0] if here.mine else None
    doing = _doing(here, task) if task else None
    if task is None or doing is None or path_to(task, here.integration.reference).partition("#")[0] == page:
        return None
    findings = {one.key: one for one in _findings_of(task, here)}
    judged_by = findings.get(JUDGED_BY.get(task.code, task.code))
    ((_finding, evidence),) = with_evidence(here, [judged_by]) if judged_by else [(None, None)]
    return InPlace(task, doing, findings.get(task.code), judged_by, evidence, here.links.get(task.code, []))


def _doing(here: IntegrationPage, task: Unmet) -> Doing | None:
    way, rights = WAYS.get(task.reason, (None, ()))
    may = not rights or any(here.can[right.value] for right in rights)
    return way(here, task) if way and may else None


def _findings_of(task: Unmet, here: IntegrationPage) -> list[Finding]:
    requirement = REQUIREMENTS.get(task.code)
    return gates.findings(requirement.milestone, here.facts) if requirement else []


def offer_of(in_place: InPlace | None) -> Form | None:
    """The form that a page offers with it."""
    return in_place.doing.form if in_place else None


@_of("agreement_unverified", Right.VERIFY_AGREEMENT)
def _verify_agreement(here: IntegrationPage, task: Unmet) -> Doing:
    return Doing("verify_agreement", _("Verify the agreement"), (dict(task.params)["pk"],))


@_of("not_confirmed")
def _check_off(here: IntegrationPage, task: Unmet) -> Doing:
    form = ConfirmForm(slot=SLOT, requirement=REQUIREMENTS[task.code], initial={"confirmed_on": today()})
    return Doing("confirmation", _("Check off"), (task.code,), form)


@_of("not_agreed")
def _agree(here: IntegrationPage, task: Unmet) -> Doing | None:
    subject = Accord(dict(task.params)["accord"])
    form = accord_context(here, subject, slot=SLOT)["agree"]
    return Doing("agree", _AGREES[subject](), (subject.value,), form) if form else None


@_of("scenario_missing", Right.EDIT_SCENARIOS)
@_of("scenarios_missing", Right.EDIT_SCENARIOS)
def _add_basic_scenarios(here: IntegrationPage, task: Unmet) -> Doing:
    shown = here.integration.accords.get(subject=Accord.SCENARIOS).version
    return Doing("add_basic", _("Add the basic scenarios"), seen=str(shown), is_proposal=True)


_AGREES: dict[Accord, Callable[[], str]] = {
    Accord.PLAN: lambda: _("Agree to these dates"),
    Accord.SCENARIOS: lambda: _("Agree to this set"),
    Accord.SCOPE: lambda: _("Agree to this scope"),
}


@_of("approval_missing", Right.VERIFY)
def _approve_tests(here: IntegrationPage, task: Unmet) -> Doing:
    return Doing("verification", _("Approve the tests"), (), VerificationForm(slot=SLOT), here.version)


@_of("details_unacknowledged", Right.ACKNOWLEDGE_DETAILS)
def _acknowledge_details(here: IntegrationPage, task: Unmet) -> Doing:
    return Doing("acknowledge_details", _("We have the details"))


@_of("deferral_not_accepted", Right.ACCEPT_DEFERRAL)
def _accept_deferral(here: IntegrationPage, task: Unmet) -> Doing | None:
    item = here.find(FollowUpItem, int(dict(task.params)["pk"]))
    if not item.deferral_proposed:
        return None
    form = AcceptDeferralForm(slot=SLOT, initial=deferral_of(item))
    return Doing("accept_deferral", _("Accept the deferral"), (item.pk,), form)


@_of("launch_unconfirmed", Right.RECORD_LAUNCH, Right.CONFIRM_LAUNCH_DIGIPOST)
def _confirm_launch(here: IntegrationPage, task: Unmet) -> Doing | None:
    sending = here.integration.launch.sending
    return Doing("confirm_launch", _("Confirm that it works"), seen=sending) if sending else None


@_of("ready_to_submit", Right.SUBMIT)
def _submit(here: IntegrationPage, task: Unmet) -> Doing:
    return Doing("submit", _("Submit for approval"), (int(task.code[1:]),), SubmitForm(slot=SLOT, returned=False))
