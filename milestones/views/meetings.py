"""2.2 meetings: planned, changed, called off, and what is recorded of those that were held."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import workflow
from ..clock import today
from ..forms import MeetingForm, PlanMeetingForm, ReasonForm, RecordedMeetingForm, ReplanMeetingForm
from ..forms.base import Form
from ..models import Meeting, MeetingKind
from ..process import MEMBER_ROLES, Role
from ..workflow.meetings import invited_to, may_be_invited
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def meetings(request: Request, reference: str) -> HttpResponse:
    """2.2: the kickoff and other meetings; recording one that was held."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_meetings(here)
    form = here.bound(MeetingForm, "form", **_present(here))
    return here.answer(form, workflow.record_meeting, show=show_meetings, to=here.url("meetings"))


@require_POST
def plan_meeting(request: Request, reference: str) -> HttpResponse:
    """A meeting ahead, with those who are to be there."""
    here = IntegrationPage(request, reference)
    form = here.bound(PlanMeetingForm, "plan", people=_people(here))
    return here.answer(form, workflow.plan_meeting, show=show_meetings, to=here.url("meetings"))


def show_meetings(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    rows = here.integration.meetings.select_related("document", "recorded_by")
    new = {"kind": MeetingKind.KICKOFF.value}
    offers: list[Form] = []
    if here.can["describe"]:
        offers.append(MeetingForm(slot="form", initial=new | {"held_on": today()}, **_present(here)))
        offers.append(PlanMeetingForm(slot="plan", initial=new, people=_people(here)))
    return here.page("meetings", offers=offers, sent=sent, meetings=rows)


def _present(here: IntegrationPage) -> dict[str, dict[str, str]]:
    """Who may have been there, by name: the members, with their roles; Digipost's contact, and who asks."""
    sender: dict[str, list[str]] = {}
    for role in MEMBER_ROLES:
        for person in here.facts.people.get(role, ()):
            sender.setdefault(person.name, []).append(str(role.label))
    digipost = [person.name for person in here.facts.people.get(Role.ONBOARDING, ())]
    digipost += [here.request.user.name] if here.request.user.is_staff else []
    return {
        "sender": {name: f"{name} ({', '.join(roles)})" for name, roles in sender.items()},
        "digipost": {name: name for name in digipost},
    }


def _people(here: IntegrationPage) -> dict[int, str]:
    """Who can be invited, by user: with their roles, by which they are known."""
    roles: dict[int, list[str]] = {}
    for role in (*MEMBER_ROLES, Role.ONBOARDING):
        for person in here.facts.people.get(role, ()):
            roles.setdefault(person.user_id or 0, []).append(str(role.label))
    people = may_be_invited(here.integration, here.request.user)
    return {pk: f"{name} ({', '.join(roles[pk])})" if pk in roles else name for pk, name in people.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: Request, reference: str, pk: int) -> HttpResponse:
    """One meeting: complete what is recorded of it."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_meeting(here, pk=pk)
    form = here.bound(RecordedMeetingForm, "form", **_recorded(here, here.find(Meeting, pk)))
    show = partial(show_meeting, pk=pk)
    return here.answer(form, workflow.record_meeting, show=show, to=here.url("meetings"), meeting_id=pk)


@require_POST
def change_meeting(request: Request, reference: str, pk: int) -> HttpResponse:
    """Another plan for a meeting ahead, or other people."""
    here = IntegrationPage(request, reference)
    form = here.bound(ReplanMeetingForm, "plan", **_planned(here, here.find(Meeting, pk)))
    show = partial(show_meeting, pk=pk)
    return here.answer(form, workflow.change_meeting, pk, show=show, to=here.url("meeting", pk))


@require_POST
def call_off_meeting(request: Request, reference: str, pk: int) -> HttpResponse:
    """Nothing comes of a meeting ahead."""
    here = IntegrationPage(request, reference)
    here.find(Meeting, pk)
    done = _("The meeting is called off. Those who are invited are told by e-mail.")
    show = partial(show_meeting, pk=pk)
    return here.answer_reason("call_off", workflow.call_off_meeting, pk, show=show, to=here.url("meetings"), done=done)


def show_meeting(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    found = here.find(Meeting, pk)
    offers: list[Form] = []
    if here.can["describe"] and not found.called_off_at:
        offers.append(RecordedMeetingForm(slot="form", **_recorded(here, found)))
        if found.is_planned:
            offers.append(ReplanMeetingForm(slot="plan", **_planned(here, found)))
            offers.append(ReasonForm(slot="call_off"))
    names = [here.facts.names.get(one.user_id, one.user.name) for one in _invitees(found)]
    return here.page("meeting", offers=offers, sent=sent, meeting=found, invited=", ".join(names))


def _invitees(meeting: Meeting) -> Any:
    return meeting.invitees.filter(withdrawn_at__isnull=True).select_related("user")


def _planned(here: IntegrationPage, meeting: Meeting) -> dict[str, Any]:
    """What is planned, for its form."""
    invited = invited_to(meeting)
    return {"people": _people(here), "initial": ReplanMeetingForm.initial_of(meeting, invited)}


def _recorded(here: IntegrationPage, meeting: Meeting) -> dict[str, Any]:
    """What is recorded, for its form."""
    names = ("kind", "held_on", "sender_people", "digipost_people", "minutes")
    recorded = {name: getattr(meeting, name) for name in names}
    return {"initial": recorded, "is_planned": meeting.is_planned, **_present(here)}
