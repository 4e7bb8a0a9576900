"""A new integration: taking it in, accepting it, refusing it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import entity_register, policy, workflow
from ..entity_register import Answer
from ..formkeys import number_of
from ..forms import IntakeForm, KnownNumberForm
from ..forms.base import Form
from ..models import Integration, Member
from ..process import SenderKind
from ..workflow import effects
from .approvals import show_approvals
from .integration_page import IntegrationPage, Request, page, status_with


@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: Request) -> HttpResponse:
    """A new integration, or the clear answer that none is needed."""
    if request.method != "POST":
        return _empty(request)
    form = IntakeForm(request.POST, by=request.user, slot="intake")
    if not form.is_valid() or form.looks_up:
        return page(request, "intake.html", {"form": form}, status_with(form))
    if form.cleaned_data["route"] == "partner":
        return render(request, "intake_not_needed.html")
    entity = entity_register.look_up(form.cleaned_data["number"])
    try:
        with workflow.sent_with(number_of(request)):
            integration = _created(request, form.cleaned_data)
    except ValidationError as error:
        form.refuse(_by_this_forms_fields(error))
        return page(request, "intake.html", {"form": form}, 422)
    workflow.record_answer(entity)
    here = IntegrationPage(request, integration.reference)
    here.say(_told(request, integration, form.cleaned_data, entity), here.url("integration"))
    return redirect("integration", integration.reference)


def _empty(request: Request) -> HttpResponse:
    """The form; for staff, filled with what is known by the number they look up. Others learn nothing from one."""
    if not request.user.is_staff:
        return page(request, "intake.html", {"form": IntakeForm(by=request.user, slot="intake")})
    look_up = KnownNumberForm(request.GET if "number" in request.GET else None, slot="known")
    asked = look_up.is_bound and look_up.is_valid()
    if not asked:
        form = IntakeForm(by=request.user, slot="intake")
        return page(request, "intake.html", {"form": form, "look_up": look_up, "asked": False})
    number = look_up.cleaned_data["number"]
    known = _known_by(number)
    entity = entity_register.look_up(number) if entity_register.is_on() else None
    initial = _first_guess(number, known, entity, request.GET.get("manager", ""))
    form = IntakeForm(by=request.user, slot="intake", initial=initial, entity=entity)
    return page(request, "intake.html", {"form": form, "look_up": look_up, "asked": True, "known": known})


MOST_KNOWN = 20
"""Integrations of an organisation that are shown, the newest."""


def _known_by(number: str) -> list[Integration]:
    """The integrations of an organisation that staff have accepted, with who is on them."""
    people = Prefetch("members", Member.objects.current().select_related("user").prefetch_related("roles"))
    rows = Integration.objects.filter(
        organisation__number=number, accepted_at__isnull=False, anonymised_at=None
    ).select_related("organisation")
    return list(rows.prefetch_related(people).order_by("-created_at", "-pk")[:MOST_KNOWN])


def _first_guess(number: str, known: list[Integration], entity: Answer | None, manager: str) -> dict[str, object]:
    """What the form begins with: the number, the name that the organisation has, and the one who was picked."""
    guess: dict[str, object] = {"number": number}
    if entity and entity.name:
        guess |= {"organisation": entity.name, "filled_in": entity.name}
    if known:
        guess |= {"organisation": known[0].organisation.name, "sender_kind": known[0].sender_kind, "route": "direct"}
    people = (member for integration in known for member in integration.members.all())
    picked = next((member for member in people if str(member.user_id) == manager), None)
    return guess | ({"manager_name": picked.name, "manager_email": picked.user.email} if picked else {})


def _told(request: Request, integration: Integration, data: dict[str, str], entity: Answer) -> str:
    told = [_("The integration is created. Its reference is %s.") % integration.reference]
    if entity.standing.is_bad:
        known = _("The register of entities says of the organisation: %(standing)s.")
        told.append(known % {"standing": entity.standing.label})
    if request.user.is_staff:
        told.append(_("Invitation sent to %(name)s.") % {"name": data["manager_name"]})
    else:
        told.append(_("Digipost looks at it first, and you are told when it is accepted."))
    return " ".join(told)


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
    to, done = reverse("approvals"), _("The intake is refused. Whoever registered it is told the reason.")
    effect = effects.of_closing
    return here.answer_reason(slot, workflow.close_integration, show=show, to=to, done=done, effect=effect)


@require_POST
def accept_intake(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    done = _("The intake is accepted. Whoever registered it is told, and can invite others.")
    return here.press(workflow.accept_intake, to=here.url("integration"), done=done)
