"""A new integration: taking it in, accepting it, refusing it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import policy, workflow
from ..formkeys import number_of
from ..forms import IntakeForm
from ..forms.base import Form
from ..models import Integration
from ..process import SenderKind
from ..workflow import effects
from .approvals import show_approvals
from .integration_page import IntegrationPage, Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: Request) -> HttpResponse:
    """A new integration, or the clear answer that none is needed."""
    form = IntakeForm(request.POST or None, by=request.user, slot="intake")
    if request.method != "POST" or not form.is_valid():
        return page(request, "intake.html", {"form": form}, 422 if form.is_bound else 200)
    if form.cleaned_data["route"] == "partner":
        return render(request, "intake_not_needed.html")
    try:
        with workflow.sent_with(number_of(request)):
            integration = _created(request, form.cleaned_data)
    except ValidationError as error:
        form.refuse(_by_this_forms_fields(error))
        return page(request, "intake.html", {"form": form}, 422)
    here = IntegrationPage(request, integration.reference)
    here.say(_told(request, integration, form.cleaned_data), here.url("integration"))
    return redirect("integration", integration.reference)


def _told(request: Request, integration: Integration, data: dict[str, str]) -> str:
    created = _("The integration is created. Its reference is %s.") % integration.reference
    if not request.user.is_staff:
        return created + " " + _("Digipost looks at it first, and you are told when it is accepted.")
    return created + " " + _("Invitation sent to %(name)s.") % {"name": data["manager_name"]}


def _created(request: Request, data: dict[str, str]) -> Integration:
    return workflow.create_integration(
        by=request.user,
        number=data["number"],
        organisation=data["organisation"],
        name=data["name"],
        sender_kind=SenderKind(data["sender_kind"]),
        manager_name=data.get("manager_name", request.user.name),
        manager_email=data.get("manager_email", request.user.email),
    )


def _by_this_forms_fields(error: ValidationError) -> ValidationError:
    """The form has a field of its own for the address that workflow calls `email`."""
    if hasattr(error, "error_dict") and "email" in error.error_dict:
        return ValidationError({"manager_email": error.error_dict["email"]})
    return error


@require_POST
def refuse_intake(request: Request, reference: str) -> HttpResponse:
    """What Digipost does not take on is closed, and its project manager is told the reason."""
    here = IntegrationPage(request, reference)
    policy.require_staff(request.user)
    if here.integration.is_accepted:
        raise workflow.stale()

    def show(here: IntegrationPage, sent: Form | None) -> HttpResponse:
        return show_approvals(request, sent)

    slot = f"refuse-{here.integration.pk}"
    to, done = reverse("approvals"), _("The intake is refused. Who took it in is told the reason.")
    effect = effects.of_closing
    return here.answer_reason(slot, workflow.close_integration, show=show, to=to, done=done, effect=effect)


@require_POST
def accept_intake(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    done = _("The intake is accepted. Who took it in is told, and can invite others.")
    return here.press(workflow.accept_intake, to=here.url("integration"), done=done)
