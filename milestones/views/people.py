"""1.2: members, roles, the onboarding contact."""

from __future__ import annotations

from functools import partial

from django.db.models import Max
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import clock, workflow
from ..forms import ContactForm, InviteForm, InviteManyForm, RolesForm
from ..forms.base import Form
from ..models import Integration, Member
from ..process import Role
from ..workflow import effects
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: Request, reference: str) -> HttpResponse:
    """Who is on the integration, as what; invite somebody."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_people(here)
    form = here.bound(InviteForm, "invite")
    return here.answer(form, workflow.invite, show=show_people, to=here.url("people"))


@require_POST
def invite_many(request: Request, reference: str) -> HttpResponse:
    """Many at once, from pasted lines."""
    here = IntegrationPage(request, reference)
    form = here.bound(InviteManyForm, "invite_many", integration=here.integration)
    to, effect = here.url("people"), effects.of_inviting_many
    return here.answer(form, workflow.invite_many, show=show_people, to=to, effect=effect)


def show_people(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    members = here.integration.members.select_related("user").prefetch_related("roles", "invitations")
    invites = here.can["manage_people"] and here.integration.is_accepted
    known = known_people(here) if invites else []
    offers = [
        ContactForm(slot="contact", initial=_contact(here)) if here.can["steer"] else None,
        InviteForm(slot="invite", initial=_picked(here, known)) if invites else None,
        InviteManyForm(slot="invite_many", integration=here.integration) if invites else None,
    ]
    context = {
        "known": known,
        "members": members.filter(left_at__isnull=True),
        "now": clock.now(),
        "former": members.filter(left_at__isnull=False),
    }
    return here.page("people", offers=offers, sent=sent, **context)


MOST_KNOWN = 20
"""People of other integrations who are offered for inviting."""


def known_people(here: IntegrationPage) -> list[Member]:
    """Who is on another integration of the same organisation, and not on this one, as they are called there.

    Staff are offered all of them; others those whom they know from an integration on which they are themselves.
    """
    user, organisation = here.request.user, here.integration.organisation
    theirs = Integration.objects.visible_to(user).filter(organisation__number=organisation.number, anonymised_at=None)
    others = theirs.filter(accepted_at__isnull=False).exclude(pk=here.integration.pk)
    people = Member.objects.joined().filter(integration__in=others, user__is_active=True, user__is_staff=False)
    new = people.exclude(user__in=here.integration.members.current().values("user"))
    latest = new.order_by().values("user").annotate(latest=Max("pk")).values("latest")
    return list(Member.objects.filter(pk__in=latest).select_related("user").order_by("name", "pk")[:MOST_KNOWN])


def _picked(here: IntegrationPage, known: list[Member]) -> dict[str, str]:
    """What the form begins with when one of those whom it offers was picked."""
    asked = here.request.GET.get("invite", "")
    picked = next((member for member in known if str(member.user_id) == asked), None)
    return {"name": picked.name, "email": picked.user.email} if picked else {}


def _contact(here: IntegrationPage) -> dict[str, int | None]:
    return {"contact": here.integration.onboarding_contact_id}


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: Request, reference: str, pk: int) -> HttpResponse:
    """One member: the roles they hold; let them leave."""
    here = IntegrationPage(request, reference)
    show = partial(show_member, pk=pk)
    if request.method != "POST":
        return show(here)
    found = here.find(Member, pk)
    form = here.bound(RolesForm, "form", initial=_roles(found))
    done = _("The roles of %(name)s are saved.") % {"name": found.name}
    return here.answer(form, workflow.set_roles, pk, show=show, to=here.url("people"), done=done)


def show_member(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    found = here.find(Member, pk)
    manages = here.can["manage_people"] and not found.left_at
    form = RolesForm(slot="form", initial=_roles(found)) if manages else None
    return here.page("member", offers=[form], sent=sent, member=found)


def _roles(member: Member) -> dict[str, list[Role]]:
    return {"roles": member.current_roles}


@require_POST
def remove_member(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    done = _("%(name)s is no longer on the integration.") % {"name": here.find(Member, pk).name}
    return here.press(workflow.remove_member, pk, to=here.url("people"), done=done)


@require_POST
def resend_invitation(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    done = _("A new invitation is sent to %(name)s.") % {"name": here.find(Member, pk).name}
    return here.press(workflow.resend_invitation, pk, to=here.url("people"), done=done)


@require_POST
def revoke_invitation(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    done = _("The invitation to %(name)s is withdrawn.") % {"name": here.find(Member, pk).name}
    return here.press(workflow.revoke_invitation, pk, to=here.url("people"), done=done)


@require_POST
def contact(request: Request, reference: str) -> HttpResponse:
    """Name the onboarding contact among Digipost's staff."""
    here = IntegrationPage(request, reference)
    form = here.bound(ContactForm, "contact", initial=_contact(here))
    return here.answer(form, workflow.set_contact, show=show_people, to=here.url("people"))
