"""Staff: what waits for Digipost's answer, and who takes it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import opened, policy, review_queue, workflow
from ..formkeys import number_of
from ..forms import AssignForm, MarkedForm, ReasonForm
from ..forms.base import Form
from ..models import Import, Integration, Member, Milestone, called
from ..reminders.cases import rules_in_force
from ..workflow import effects
from . import confirming
from .integration_page import PAGE_SIZE, Request, offered, page, status_with
from .review import QueueInView


@require_safe
def approvals(request: Request) -> HttpResponse:
    """Staff: intakes that wait for acceptance and every submitted milestone, oldest first."""
    policy.require_staff(request.user)
    return show_approvals(request)


def show_approvals(request: Request, sent: Form | None = None) -> HttpResponse:
    """`sent` is a form of this page as it came: for refusing an intake, assigning cases, or approving several."""
    queue = QueueInView.asked_by(request)
    days = rules_in_force().approval_days
    found = Paginator(queue.rows.select_related("submitted_by"), PAGE_SIZE).get_page(request.GET.get("page"))
    intakes = _intakes(request)
    slots = {integration: f"refuse-{integration.pk}" for integration in intakes}
    forms = offered([AssignForm(slot="assign"), *(ReasonForm(slot=slot) for slot in slots.values())], sent)
    context = {
        "queue": queue,
        "page": found,
        "page_of": queue.address if sent else "",
        "submissions": _with_submitters(found, days),
        "counts": review_queue.counts(request.user),
        "intakes": intakes,
        "rows": [(integration, forms[slot]) for integration, slot in slots.items()],
        "assign": forms["assign"],
        "marked": marked_in(sent),
        "days": days,
        "together": opened.as_they_stand(request, [row.integration for row in found if row.number == 1]),
        "imports": Import.objects.to_confirm_by(request.user).count(),
    }
    return page(request, "approvals.html", context, status_with(sent), listed=forms.values())


def _intakes(request: Request) -> Page[Integration]:
    """A page of those that wait for acceptance, with who is on them."""
    waiting = Integration.objects.awaiting_acceptance().select_related("organisation")
    waiting = waiting.prefetch_related(Prefetch("members", Member.objects.current().select_related("user")))
    return Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("intakes"))


def _with_submitters(found: Page[Milestone], days: int) -> list[tuple[review_queue.Submission, str]]:
    """Each submission, and what its submitter is called on that integration."""
    names = review_queue.names_in(found)
    return [(review_queue.waited(row, days), called(row.submitted_by, row.integration_id, names)) for row in found]


def marked_in(sent: Form | None) -> list[str]:
    """The integrations that were marked in a form that comes back, as it named them."""
    return list(sent["integrations"].value() or ()) if isinstance(sent, AssignForm) else []


@require_POST
def assign(request: Request) -> HttpResponse:
    """Staff: name the contact of all that are marked."""
    policy.require_staff(request.user)
    form = AssignForm(request.POST, slot="assign")
    if assigned(request, form):
        return redirect(QueueInView.asked_by(request).address)
    return show_approvals(request, form)


@require_POST
def approve_listed(request: Request) -> HttpResponse:
    """Staff: approve milestone 1 of all that are marked and were opened, after it has said which they are."""
    policy.require_staff(request.user)
    form, queue = MarkedForm(request.POST, slot="assign"), QueueInView.asked_by(request)
    if form.is_valid() and not confirming.goes_back(request):
        try:
            _approve_marked(request, form)
        except workflow.Unconfirmed as asked:
            return confirming.ask(request, asked.effect, to=queue.address, form=form, marked=True)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, form.done)
            return redirect(queue.address)
    return show_approvals(request, _as_assigning(request, form))


def _approve_marked(request: Request, form: MarkedForm) -> None:
    """Raises ValidationError for what was not opened, or cannot be approved; Unconfirmed before it was confirmed."""
    marked = list(form.cleaned_data["integrations"].select_related("organisation"))
    _require_milestone_1(marked)
    seen = opened.versions(request, marked)
    if unseen := [one.reference for one in marked if one not in seen]:
        told = _("Open these first: %(references)s. Several are approved together only after each has been opened.")
        raise ValidationError({"integrations": told % {"references": ", ".join(unseen)}})
    do = partial(workflow.approve_many, seen, by=request.user)
    workflow.if_confirmed(confirming.confirmed_in(request), do, effects.of_approving_many)


def _require_milestone_1(marked: list[Integration]) -> None:
    """Raise ValidationError for those that wait with a later milestone, or no longer wait."""
    waiting = set(Milestone.objects.awaiting_approval().filter(number=1).values_list("integration", flat=True))
    if others := [one.reference for one in marked if one.pk not in waiting]:
        told = _("Milestone 1 of these does not wait: %(references)s. Later milestones are decided one by one.")
        raise ValidationError({"integrations": told % {"references": ", ".join(others)}})


def _as_assigning(request: Request, form: MarkedForm) -> AssignForm:
    """The page's form, which stands under the list, with what is wrong with those that are marked."""
    shown = AssignForm(request.POST, slot="assign")
    shown.errors.clear()  # nobody was assigned: that no contact is chosen is no mistake
    for error in form.errors.get("integrations", []):
        shown.add_error("integrations", error)
    return shown


def assigned(request: Request, form: AssignForm) -> bool:
    """Assign what is marked in a form, and say so; False where it could not be done, and the form says why."""
    if form.is_valid():
        try:
            with workflow.sent_with(number_of(request)):
                workflow.assign_cases(**form.arguments, by=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, form.done)
            return True
    return False
