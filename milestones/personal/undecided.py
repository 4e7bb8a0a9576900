"""Two-person decisions of which one half is done: once erased, that person could come back and do the other half.

Each two-person rule of `workflow` (`require_someone_else`, `require_approver`, `require_confirmer`) has its question
here.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..models import (
    Accounts,
    Agreement,
    FollowUpItem,
    Import,
    ImportState,
    Launch,
    Milestone,
    MutualAccord,
    ScenarioRun,
    User,
)
from ..process import Accord, AgreementKind, Environment, FollowUpState, MilestoneState, Status


def undecided_of(person: User) -> list[str]:
    """What the person is one side of, where it is not closed, as sentences that say what to do."""
    questions = (
        *(_submitted, _one_sided_accords, _deferrals, _agreements, _tests, _production_tests, _details),
        *(_sendings, _launches, _imports),
    )
    return [sentence for question in questions for sentence in question(person)]


_OPEN = ~Q(integration__status=Status.CLOSED)


def _submitted(person: User) -> Iterator[str]:
    waiting = Milestone.objects.filter(_OPEN, state=MilestoneState.SUBMITTED, submitted_by=person)
    for reference, number in waiting.values_list("integration__reference", "number"):
        yield _(
            "On %(reference)s they submitted milestone %(number)s. It must be approved, returned or withdrawn first."
        ) % {"reference": reference, "number": number}


def _one_sided_accords(person: User) -> Iterator[str]:
    for_one_side = Q(sender_by=person, digipost_at=None) | Q(digipost_by=person, sender_at=None)
    for reference, subject in MutualAccord.objects.filter(_OPEN, for_one_side).values_list(
        "integration__reference", "subject"
    ):
        yield _(
            "On %(reference)s they agreed to %(subject)s for one side. The other side must agree, or it must be "
            "changed, first."
        ) % {"reference": reference, "subject": Accord(subject).label}


def _deferrals(person: User) -> Iterator[str]:
    proposed = FollowUpItem.objects.filter(_OPEN, state=FollowUpState.OPEN, proposed_by=person)
    for reference, title in proposed.values_list("integration__reference", "title"):
        yield _(
            "On %(reference)s they proposed to defer “%(title)s”. Digipost must accept it, or somebody else propose "
            "again or close it, first."
        ) % {"reference": reference, "title": title}


def _agreements(person: User) -> Iterator[str]:
    unverified = Agreement.objects.current().filter(_OPEN, recorded_by=person, verified_at=None)
    for reference, kind in unverified.values_list("integration__reference", "kind"):
        yield _(
            "On %(reference)s they recorded this: %(agreement)s. Digipost must verify it, or it must be withdrawn, "
            "first."
        ) % {"reference": reference, "agreement": AgreementKind(kind).label}


def _tests(person: User) -> Iterator[str]:
    """3.2: nobody approves what they tested themselves."""
    runs = _runs_of(person, Environment.TEST).filter(scenario__integration__verification__approved_at=None)
    for reference in runs.distinct():
        yield _("On %(reference)s they recorded test runs. Digipost must approve the tests (3.2) first.") % {
            "reference": reference
        }


def _production_tests(person: User) -> Iterator[str]:
    """Milestone 4 is approved for what the runs in production show."""
    open_ones = Milestone.objects.filter(number=4).exclude(state=MilestoneState.APPROVED).values("integration")
    runs = _runs_of(person, Environment.PRODUCTION).filter(scenario__integration__in=open_ones)
    for reference in runs.distinct():
        yield _("On %(reference)s they recorded runs in production. Digipost must approve milestone 4 first.") % {
            "reference": reference
        }


def _runs_of(person: User, environment: Environment) -> QuerySet[ScenarioRun, str]:
    """Their runs of scenarios that count, each as the reference of its integration."""
    runs = ScenarioRun.objects.filter(
        ~Q(scenario__integration__status=Status.CLOSED),
        recorded_by=person,
        scenario__removed_at=None,
        scenario__environment=environment,
    )
    return runs.order_by().values_list("scenario__integration__reference", flat=True)


def _details(person: User) -> Iterator[str]:
    """3.3: who passed the details on has not received them."""
    passed = Accounts.objects.filter(_OPEN, details_passed_by=person, details_acknowledged_at=None)
    for reference in passed.values_list("integration__reference", flat=True):
        yield _(
            "On %(reference)s they passed on environment and account details. The sender must acknowledge them, or "
            "somebody else pass them on again, first."
        ) % {"reference": reference}


def _sendings(person: User) -> Iterator[str]:
    """5.2: who recorded the first sending has said for the sender that there was one."""
    unconfirmed = Launch.objects.filter(_OPEN, sending_recorded_by=person, digipost_confirmed_at=None)
    for reference in unconfirmed.values_list("integration__reference", flat=True):
        yield _("On %(reference)s they recorded the first sending. Digipost must confirm it first.") % {
            "reference": reference
        }


def _launches(person: User) -> Iterator[str]:
    for_one_side = Q(sender_confirmed_by=person, digipost_confirmed_at=None)
    for_one_side |= Q(digipost_confirmed_by=person, sender_confirmed_at=None)
    for reference in Launch.objects.filter(_OPEN, for_one_side).values_list("integration__reference", flat=True):
        yield _("On %(reference)s they confirmed the launch for one side. The other side must confirm it first.") % {
            "reference": reference
        }


def _imports(person: User) -> Iterator[str]:
    """Two of Digipost's staff vouch for an import."""
    proposed = Import.objects.filter(uploaded_by=person, state=ImportState.PROPOSED)
    for name in proposed.values_list("file_name", flat=True):
        yield _("They prepared an import, “%(name)s”. Somebody else must confirm or discard it first.") % {
            "name": name
        }
