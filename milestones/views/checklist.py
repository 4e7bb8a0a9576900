"""What is checked off (2.1, 2.3, own items), and exceptions."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import gates, workflow
from ..clock import today
from ..forms import ConfirmForm, ExceptionForm, ReasonForm
from ..forms.base import Form
from ..process import REQUIREMENTS
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: Request, reference: str, key: str) -> HttpResponse:
    """A requirement or own item that a named person checks off: read it, check it off."""
    here = IntegrationPage(request, reference)
    finding = _finding(here, key)
    show = partial(show_confirmation, key=key)
    if request.method != "POST":
        return show(here)
    form = here.bound(ConfirmForm, "form", requirement=finding.requirement)
    return here.answer(form, workflow.confirm, key, show=show, to=here.url("confirmation", key))


def show_confirmation(here: IntegrationPage, sent: Form | None = None, *, key: str) -> HttpResponse:
    finding = _finding(here, key)
    item = here.integration.items.filter(pk=key.removeprefix("item-")).first() if finding.item else None
    kept = finding.confirmation.document_id if finding.confirmation else None
    may_confirm = here.may_act_as(finding.stands_on)
    offers = [
        to_confirm(finding) if may_confirm and not finding.confirmation else None,
        ReasonForm(slot="remove") if finding.item and here.can["add_items"] else None,
    ]
    context = {
        "finding": finding,
        "item": item,
        "document": here.integration.documents.filter(pk=kept).first() if kept else None,
        "stands_on": finding.stands_on,
        "may_confirm": may_confirm,
    }
    return here.page("confirmation", offers=offers, sent=sent, **context)


def to_confirm(finding: gates.Finding, slot: str = "form") -> ConfirmForm:
    """The form that checks it off, today if nothing else is said."""
    return ConfirmForm(slot=slot, requirement=finding.requirement, initial={"confirmed_on": today()})


@require_POST
def unconfirm(request: Request, reference: str, key: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    _finding(here, key)
    done = _("It is no longer checked off.")
    return here.press(workflow.unconfirm, key, to=here.url("confirmation", key), done=done)


@require_POST
def remove_item(request: Request, reference: str, key: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    item = _finding(here, key).item
    if item is None:
        raise Http404
    show, to = partial(show_confirmation, key=key), here.url("milestone", item.milestone)
    pk, done = int(key.removeprefix("item-")), _("“%(title)s” is taken off the list.") % {"title": item.title}
    return here.answer_reason("remove", workflow.remove_item, pk, show=show, to=to, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
def exception(request: Request, reference: str, key: str) -> HttpResponse:
    """Grant an exception where the process allows one."""
    here = IntegrationPage(request, reference)
    show = partial(show_exception, key=key)
    if request.method != "POST":
        return show(here)
    _excepted(here, key)
    form = here.bound(ExceptionForm, "form")
    return here.answer(form, workflow.grant_exception, key, show=show, to=here.url("exception", key))


def show_exception(here: IntegrationPage, sent: Form | None = None, *, key: str) -> HttpResponse:
    finding = _excepted(here, key)
    grants = here.integration.exceptions.filter(key=key).select_related("granted_by")
    form = ExceptionForm(slot="form") if here.can["grant_exceptions"] else None
    return here.page("exception", offers=[form], sent=sent, finding=finding, grants=grants)


@require_POST
def end_exception(request: Request, reference: str, key: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    _excepted(here, key)
    return here.press(workflow.end_exception, key, to=here.url("exception", key), done=_("The exception has ended."))


def _any_finding(here: IntegrationPage, key: str) -> gates.Finding:
    requirement = REQUIREMENTS.get(key)
    own = next((item for item in here.facts.items if item.key == key), None)
    if requirement is None and own is None:
        raise Http404
    milestone = requirement.milestone if requirement else own.milestone  # type: ignore[union-attr]
    return next(finding for finding in gates.findings(milestone, here.facts) if finding.key == key)


def _finding(here: IntegrationPage, key: str) -> gates.Finding:
    """What can be checked off under `key`; Http404 for what is computed."""
    finding = _any_finding(here, key)
    if finding.requirement is not None and not finding.requirement.confirmed:
        raise Http404
    return finding


def _excepted(here: IntegrationPage, key: str) -> gates.Finding:
    """What bears an exception under `key`, or Http404."""
    finding = _any_finding(here, key)
    if not finding.bears_exception:
        raise Http404
    return finding
