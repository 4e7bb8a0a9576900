"""One integration: its page, its history, and pausing and closing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import gates, nudges, policy, workflow
from ..event_words import by_day, kinds_of, lines_of
from ..formkeys import key_of
from ..forms import EventFilter, ReasonForm
from ..forms.base import Form
from ..forms.history import THE_SYSTEM
from ..models import DocumentAccess, Event, Integration, User
from ..process import Status
from ..workflow import effects
from .in_place import next_in_place, offer_of
from .integration_page import PAGE_SIZE, IntegrationPage, Request


@require_safe
def integration(request: Request, reference: str) -> HttpResponse:
    """Stepper, next moves, dates, people, recent events."""
    return show_integration(IntegrationPage(request, reference))


def show_integration(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    steers, in_place = here.can["steer"], next_in_place(here, here.url("integration"))
    offers = [
        offer_of(in_place),
        ReasonForm(slot="pause") if steers and here.integration.status == Status.ACTIVE else None,
        ReasonForm(slot="close") if steers else None,
    ]
    context = {
        "in_place": in_place,
        "events": here.integration.events.select_related("actor")[:PAGE_SIZE],  # several are told in one
        "findings": gates.findings(here.facts.phase.number, here.facts),
        "nudges": nudges.shown_to(here.request.user, here.integration) if here.can["nudge"] else {},
    }
    return here.page("integration", offers=offers, sent=sent, **context)


@require_safe
def history(request: Request, reference: str) -> HttpResponse:
    """The whole audit log by days, fifty events a page; and, for whom that concerns, who downloaded which document."""
    here = IntegrationPage(request, reference)
    shown = HistoryInView.asked_by(here)
    page = Paginator(shown.events.select_related("actor"), PAGE_SIZE).get_page(request.GET.get("page"))
    days = by_day(lines_of(page, lambda _event, person: _called(person, here)))
    downloads = None
    if policy.may(here.actor, policy.Right.SEE_ACCESSES):
        accesses = DocumentAccess.objects.filter(document__integration=here.integration)
        accesses = accesses.select_related("document", "user")
        downloads = Paginator(accesses, PAGE_SIZE).get_page(request.GET.get("downloads"))
    return here.page("history", filter=shown.filter, query=shown.query, page=page, days=days, accesses=downloads)


@dataclass(frozen=True)
class HistoryInView:
    """The part of an integration's events that somebody looks at."""

    filter: EventFilter
    events: QuerySet[Event]

    @classmethod
    def asked_by(cls, here: IntegrationPage) -> HistoryInView:
        """What the address asks for; what makes no sense in it is left out."""
        form = EventFilter(here.request.GET or None, slot="filter", people=_actors(here))
        form.is_valid()
        return cls(form, _chosen(here.integration.events.all(), getattr(form, "cleaned_data", {})))

    @property
    def query(self) -> str:
        """Names it in an address; its page is left out."""
        asked = QueryDict(mutable=True)
        chosen = getattr(self.filter, "cleaned_data", {})
        asked.update({name: value for name, value in chosen.items() if value})
        return asked.urlencode()


def _actors(here: IntegrationPage) -> list[tuple[int, str]]:
    """Whose events there are on the integration, by what they are called there."""
    actors = User.objects.filter(pk__in=here.integration.events.order_by().values("actor"))
    return sorted(((one.pk, _called(one, here)) for one in actors), key=lambda one: one[1].casefold())


def _called(person: User, here: IntegrationPage) -> str:
    return here.facts.names.get(person.pk, person.name)


def _chosen(events: QuerySet[Event], filters: Mapping[str, str]) -> QuerySet[Event]:
    """Those that `filters` (kind, who) leave; what is empty leaves all."""
    if family := filters.get("kind"):
        events = events.filter(kind__in=kinds_of(family))
    if who := filters.get("who"):
        events = events.filter(actor=None if who == THE_SYSTEM else int(who))
    return events


@require_POST
def pause(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    to, done = here.url("integration"), _("The integration is paused. Nobody is reminded of it until it is resumed.")
    return here.answer_reason("pause", workflow.pause_integration, show=show_integration, to=to, done=done)


@require_POST
def resume(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    return here.press(workflow.resume_integration, to=here.url("integration"), done=_("The integration goes on."))


@require_POST
def close(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    show, effect = show_integration, effects.of_closing
    to, done = here.url("integration"), _("The integration is closed. Its history stays.")
    return here.answer_reason("close", workflow.close_integration, show=show, to=to, done=done, effect=effect)


@require_POST
def nudge(request: Request, reference: str, item: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    told = _("A reminder goes out by e-mail, within working hours.")
    key, work = key_of(request), reverse("my_work")
    to = work if key and key.page.partition("?")[0] == work else here.url("integration")
    return here.press(workflow.nudge, to=to, done=told, item=item)


@require_safe
def spelled_otherwise(request: Request, reference: str, page: str = "") -> HttpResponse:
    """To the address with the reference as it is written; 404 to whom there is no such integration."""
    found = get_object_or_404(Integration.objects.visible_to(request.user), reference=reference)
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    return redirect(reverse("integration", args=[found.reference]) + quote(page) + query)
