"""Every integration that I may see: as a table, on a board or along a timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from .. import portfolio as listing
from ..clock import today
from ..forms import PortfolioFilter
from ..models import Integration, User
from ..models.integration import IntegrationQuerySet
from ..portfolio import COLUMNS, KEPT, SORTS, Shape, View
from .integration_page import PAGE_SIZE, Request, page

class Link(NamedTuple):
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
    def query(self) -> str:
        """Names it in an address; its page is left out."""
        return self._query({})

    @property
    def address(self) -> str:
        return self.with_changes()

    def with_changes(self, **changes: str) -> str:
        """The address of this part, but for what is named."""
        query = self._query(changes)
        return reverse("portfolio") + (f"?{query}" if query else "")

    def _query(self, changes: dict[str, str]) -> str:
        asked = QueryDict(mutable=True)
        asked.update({name: value for name, value in sorted({**self.chosen, **changes}.items()) if value})
        return asked.urlencode()

    @property
    def found(self) -> IntegrationQuerySet:
        """What the filters leave, of every view."""
        return listing.chosen(Integration.objects.visible_to(self.user), self.filter.cleaned_data)

    @property
    def rows(self) -> IntegrationQuerySet:
        """What it holds, in order, with what a line says of each."""
        rows = listing.in_view(self.found, self.view, self.user, today())
        rows = listing.in_order(rows, self.chosen.get("sort", ""))
        return rows.select_related("organisation", "onboarding_contact").prefetch_related("waiting_items")

    @property
    def tabs(self) -> list[Link]:
        """Each view with how many it holds; the filters are kept."""
        counts = listing.counts(self.found, self.user, today())
        return [
            Link(
                view.label,
                self.with_changes(view="" if view is View.ALL else view.value),
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
                self.with_changes(**{"as": "" if shape is Shape.TABLE else shape.value}),
                "true" if shape is self.shape else "",
            )
            for shape in Shape
        ]

    @property
    def heads(self) -> list[Link]:
        """The table's columns: each leads to the rows sorted by it, and sorted already, to the other way round."""
        sort = self.chosen.get("sort", "")
        return [
            Link(
                SORTS[column].label,
                self.with_changes(sort=listing.toggled(sort, column)),
                listing.direction(sort, column),
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


def show_portfolio(request: Request, shown: PortfolioInView) -> HttpResponse:
    found = Paginator(shown.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"shown": shown, "page": found, "rows": listing.lines(found, today())}
    return page(request, "portfolio.html", context)
