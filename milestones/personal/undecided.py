"""Two-person decisions of which one half is done: once erased, that person could come back and do the other half.

Each two-person rule of `workflow` (`require_someone_else`, `require_approver`) has its question here.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import (
    Accounts,
    Agreement,
    FollowUpItem,
    Launch,
    Milestone,
    MutualAccord,
    ScenarioRun,
    User,
)
from ..process import Accord, AgreementKind, Environment, FollowUpState, MilestoneState, Status


def undecided_of(person: User) -> list[str]:
    """What the person is one side of, on integrations that are not closed, as sentences that say what to do."""
    questions = (_submitted, _one_sided_accords, _deferrals, _agreements, _tests, _details, _sendings, _launches)
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
    runs = ScenarioRun.objects.filter(
        ~Q(scenario__integration__status=Status.CLOSED),
        recorded_by=person,
        scenario__removed_at=None,
        scenario__environment=Environment.TEST,
        scenario__integration__verification__approved_at=None,
    )
    for reference in runs.order_by().values_list("scenario__integration__reference", flat=True).distinct():
        yield _("On %(reference)s they recorded test runs. Digipost must approve the tests (3.2) first.") % {
            "reference": reference
        }


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
