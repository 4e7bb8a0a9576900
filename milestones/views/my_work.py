"""What waits for me, across integrations: the same as my digest says, and what comes after that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from .. import clock, nudges
from ..addresses import path_to
from ..event_words import Line, lines_across
from ..mails.today import Known, known_for
from ..mails.words import text_of
from ..models import Event, Import, Integration, User
from ..nudges import Nudge
from ..process import Text
from ..reminders.at_work import Item, Work, work_of
from ..reminders.cases import rules_in_force
from ..reminders.decide import Urgency
from ..review_queue import Queue
from ..snapshots import key_of
from .integration_page import PAGE_SIZE, Request

MOST_ON_OTHERS, MOST_RECENT = 30, 8
"""Lines of what waits for others, and of what happened lately."""
MOST_LOOKED_AT = 100
"""Events of which the lines of what happened lately are made: several are told in one."""


class Tab(NamedTuple):
    """A part of what waits for Digipost's staff."""

    name: str
    label: Text
    holds: Callable[[Item], bool]


TABS = (
    Tab("approve", _("To approve"), lambda item: item.reason == "awaiting_approval"),
    Tab("agreements", _("Agreements to verify"), lambda item: item.reason == "agreement_unverified"),
    Tab("other", _("Other"), lambda item: item.reason not in ("awaiting_approval", "agreement_unverified")),
    Tab("nobodys", _("Without contact"), lambda item: not item.has_contact),
)


@dataclass(frozen=True)
class Row:
    """A line of my work: what waits, of which integration, on whom, and where it is done."""

    item: Item
    integration: Integration
    text: str
    address: str
    names: str
    nudge: Nudge | None = None


@require_safe
def my_work(request: Request) -> HttpResponse:
    """What waits for me, most urgent first; for staff by tabs, for others with what waits for others beside it."""
    day = clock.today()
    work = work_of(request.user, day, rules_in_force())
    context = _for_staff(request, work) if request.user.is_staff else _for_senders(request, work)
    return render(request, "my_work.html", context | {"today": day})


def _for_staff(request: Request, work: Work) -> dict[str, Any]:
    by_tab = {tab.name: [item for item in work.mine if tab.holds(item)] for tab in TABS}
    filled = [tab.name for tab in TABS if by_tab[tab.name]] or [TABS[0].name]
    asked = request.GET.get("tab", "")
    chosen = asked if asked in by_tab else filled[0]
    page = Paginator(by_tab[chosen], PAGE_SIZE).get_page(request.GET.get("page"))
    tabs = [(tab, len(by_tab[tab.name])) for tab in TABS]
    return {
        "page": page,
        "rows": _rows(list(page), known_for(list(page)), request.user),
        "tabs": tabs,
        "chosen": chosen,
        "imports": Import.objects.to_confirm_by(request.user).count(),
    }


def _for_senders(request: Request, work: Work) -> dict[str, Any]:
    late = [item for item in work.mine if item.urgency is Urgency.ESCALATED]  # told them, and for others to do
    mine = [item for item in work.mine if item.urgency is not Urgency.ESCALATED]
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    on_others = late + work.on_others
    others = on_others[:MOST_ON_OTHERS]
    known = known_for([*page, *others])
    nudged = nudges.shown_beside(others, request.user, rules_in_force())
    return {
        "page": page,
        "rows": _rows(list(page), known, request.user),
        "on_others": [
            replace(row, nudge=nudged.get((row.item.integration_id, key_of(row.item))) if row.item.role else None)
            for row in _rows(others, known, request.user)
        ],
        "more_on_others": len(on_others) - len(others),
        "recent": _recent(request.user),
    }


def _recent(user: User) -> list[tuple[Integration, Line]]:
    """What others did lately where the user is in, in sentences, each with its integration."""
    events = Event.objects.filter(integration__in=Integration.objects.visible_to(user)).exclude(actor=user)
    latest = list(events.select_related("integration", "actor").order_by("-pk")[:MOST_LOOKED_AT])
    return [(line.integration, line) for line in lines_across(latest)[:MOST_RECENT]]


def _rows(items: Sequence[Item], known: Known, user: User) -> list[Row]:
    return [_row(item, known, user) for item in items]


def _row(item: Item, known: Known, user: User) -> Row:
    integration = known.integrations[item.integration_id]
    return Row(item, integration, text_of(item), _address(item, integration, user), known.names_of(item))


def _address(item: Item, integration: Integration, user: User) -> str:
    """Where it is done; what waits for approval, in the review of one after the other."""
    if user.is_staff and item.reason == "awaiting_approval":
        queue = Queue.MINE if item.has_contact else Queue.NOBODYS
        return reverse("review", args=[integration.reference, int(item.code[1:])]) + f"?queue={queue.value}"
    return path_to(item, integration.reference, item.receipt_id)
