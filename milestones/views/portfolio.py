"""Every integration that I may see: as a table, on a board or along a timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import policy
from .. import portfolio as listing
from ..clock import today
from ..forms import AssignForm, NotifyForm, PortfolioFilter, SaveViewForm
from ..forms.base import Form
from ..forms.portfolio import UNSAID
from ..models import Integration, Milestone, User
from ..models.integration import IntegrationQuerySet
from ..portfolio import COLUMNS, KEPT, SORTS, Shape, View
from ..timeline import Timeline
from .approvals import assigned, marked_in
from .integration_page import PAGE_SIZE, Request, offered, page, status_with


@dataclass(frozen=True)
class Link:
    """A part of the page, or a way to see it, that is chosen by its address; `state` says whether it is."""

    label: str | Promise
    address: str
    state: str = ""
    count: int | None = None


@dataclass(frozen=True)
class PortfolioInView:
    """The part of the portfolio that somebody looks at, and how an address says so."""

    user: User
    filter: PortfolioFilter
    chosen: dict[str, str]

    @classmethod
    def asked_by(cls, request: Request) -> PortfolioInView:
        """What the address asks for, or the form that was sent; what makes no sense in it is left out."""
        asked = QueryDict(request.POST["queue"]) if "queue" in request.POST else request.GET
        return cls.of(asked, request.user)

    @classmethod
    def of(cls, asked: QueryDict, user: User) -> PortfolioInView:
        form = PortfolioFilter(asked, user=user, slot="filter")
        return cls(user, form, form.chosen)

    @property
    def view(self) -> View:
        return View(self.chosen.get("view", View.ALL))

    @property
    def shape(self) -> Shape:
        return Shape(self.chosen.get("as", Shape.TABLE))

    @property
    def sort(self) -> str:
        return self.chosen.get("sort", "")

    @property
    def assigns(self) -> bool:
        """Whether rows are marked here, to be assigned."""
        return self.user.is_staff and self.shape is Shape.TABLE

    @property
    def assigns_at(self) -> str:
        return reverse("assign_listed")

    @property
    def notifies_at(self) -> str:
        return reverse("notify_listed")

    @property
    def query(self) -> str:
        """Names it in an address; its page is left out."""
        return self._query({})

    @property
    def address(self) -> str:
        return self.with_changes()

    @property
    def leaves_out(self) -> bool:
        """Whether something was asked for that leaves some out; a shape and an order do not."""
        return bool(self.chosen.keys() - {"as", "sort"})

    def with_changes(self, **changes: str) -> str:
        """The address of this part, but for what is named."""
        query = self._query(changes)
        return reverse("portfolio") + (f"?{query}" if query else "")

    def _query(self, changes: dict[str, str]) -> str:
        asked = QueryDict(mutable=True)
        wanted = {**self.chosen, **changes}
        asked.update({name: value for name, value in sorted(wanted.items()) if value != UNSAID.get(name, "")})
        return asked.urlencode()

    @property
    def found(self) -> IntegrationQuerySet:
        """What the filters leave, of every view."""
        return listing.chosen(Integration.objects.visible_to(self.user), self.filter.cleaned_data)

    @property
    def rows(self) -> IntegrationQuerySet:
        """What it holds, in order, with what a line says of each."""
        rows = listing.in_view(self.found, self.view, self.user, today())
        rows = listing.in_order(rows, self.sort)
        return rows.select_related("organisation", "onboarding_contact")

    @property
    def tabs(self) -> list[Link]:
        """Each view with how many it holds; the filters are kept."""
        counts = listing.counts(self.found, self.user, today())
        return [
            Link(
                view.label,
                self.with_changes(view=view.value),
                "page" if view is self.view else "",
                counts[view.value],
            )
            for view in listing.views_of(self.user)
        ]

    @property
    def shapes(self) -> list[Link]:
        return [
            Link(
                shape.label,
                self.with_changes(**{"as": shape.value}),
                "true" if shape is self.shape else "",
            )
            for shape in Shape
        ]

    @property
    def heads(self) -> list[Link]:
        """The table's columns: each leads to the rows sorted by it, and sorted already, to the other way round."""
        return [
            Link(
                SORTS[column].label,
                self.with_changes(sort=listing.toggled(self.sort, column)),
                listing.direction(self.sort, column),
            )
            for column in COLUMNS
        ]


@require_safe
def portfolio(request: Request) -> HttpResponse:
    """Every integration I may see: by views, searched, filtered, sorted, fifty at a time."""
    shown = PortfolioInView.asked_by(request)
    if request.session.get(KEPT, "") != shown.query:
        request.session[KEPT] = shown.query
    return show_portfolio(request, shown)


def show_portfolio(request: Request, shown: PortfolioInView, sent: Form | None = None) -> HttpResponse:
    """`sent` is a form of this page as it came: for assigning cases, or for keeping a view."""
    forms = offered([AssignForm(slot="assign") if shown.assigns else None, SaveViewForm(slot="save")], sent)
    saved = list(request.user.saved_views.all())
    context = {
        "shown": shown,
        "saved": saved,
        "current": next((one for one in saved if one.query == shown.query), None),
        "marked": marked_in(sent),
        "page_of": shown.address if sent else "",
        **forms,
        **SHOWN_AS[shown.shape](shown, request.GET.get("page")),
    }
    return page(request, "portfolio.html", context, status_with(sent))


def _table(shown: PortfolioInView, number: str | None) -> dict[str, Any]:
    found = Paginator(shown.rows, PAGE_SIZE).get_page(number)
    return {"page": found, "rows": listing.lines(found, today())}


def _board(shown: PortfolioInView, number: str | None) -> dict[str, Any]:
    columns = listing.board(shown.rows, shown.sort, today())
    return {
        "columns": [(one, shown.with_changes(phase=one.phase.value, **{"as": Shape.TABLE.value})) for one in columns],
        "found": any(one.count for one in columns),
    }


def _timeline(shown: PortfolioInView, number: str | None) -> dict[str, Any]:
    milestones = Prefetch("milestones", Milestone.objects.order_by("number"))
    rows = shown.rows.select_related("launch").prefetch_related(milestones)
    found = Paginator(rows, PAGE_SIZE).get_page(number)
    timeline = Timeline.of(found, today())
    return {
        "page": found,
        "timeline": timeline,
        "lanes": list(zip(listing.lines(found, today()), timeline.lanes, strict=True)),
    }


SHOWN_AS = {Shape.TABLE: _table, Shape.BOARD: _board, Shape.TIMELINE: _timeline}


@require_POST
def assign_listed(request: Request) -> HttpResponse:
    """Staff: name the contact of all that are marked."""
    policy.require_staff(request.user)
    form, shown = AssignForm(request.POST, slot="assign"), PortfolioInView.asked_by(request)
    return redirect(shown.address) if assigned(request, form) else show_portfolio(request, shown, form)


@require_POST
def notify_listed(request: Request) -> HttpResponse:
    """Staff: write a notice to all that are marked, on the page of notices."""
    policy.require_staff(request.user)
    form = NotifyForm(request.POST, slot="assign")
    if form.is_valid():
        marked = [one.pk for one in form.cleaned_data["integrations"]]
        return redirect(reverse("notices", query={"marked": marked}))
    return show_portfolio(request, PortfolioInView.asked_by(request), form)


@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep what is shown under a name, for me alone."""
    form, shown = SaveViewForm(request.POST, slot="save"), PortfolioInView.asked_by(request)
    if form.is_valid():
        try:
            listing.save_view(request.user, form.cleaned_data["name"], shown.query)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, form.done)
            return redirect(shown.address)
    return show_portfolio(request, shown, form)


@require_POST
def remove_view(request: Request, pk: int) -> HttpResponse:
    """Keep a view of mine no longer; what it showed is shown still."""
    saved = get_object_or_404(request.user.saved_views, pk=pk)
    saved.delete()
    messages.success(request, _("The view is removed."))
    return redirect(PortfolioInView.asked_by(request).address)
