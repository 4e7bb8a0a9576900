"""The areas of an integration, which its pages have as tabs, and the pages of the area that one is in."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..process import Text

AREAS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (_("Overview"), ("integration",)),
    (_("Agreement and services"), ("agreement", "services", "accounts")),
    (_("Plan and meetings"), ("plan", "meetings", "solution")),
    (_("Tests"), ("scenarios", "verification")),
    (_("Production"), ("production", "production_tests", "follow_ups", "launch", "operations", "changes")),
    (_("People"), ("people",)),
    (_("History"), ("history", "integration_mail", "teams", "webhooks", "tokens")),
)
LABELS: dict[str, Text] = {
    "agreement": _("Agreements"),
    "services": _("Services"),
    "accounts": _("Accounts"),
    "plan": _("Project plan"),
    "meetings": _("Meetings"),
    "solution": _("Solution description"),
    "scenarios": _("Test scenarios"),
    "verification": _("Digipost's approval"),
    "production": _("Opening"),
    "production_tests": _("Production tests"),
    "follow_ups": _("Follow-up items"),
    "launch": _("Launch"),
    "operations": _("Operations"),
    "changes": _("Changes"),
    "history": _("Events"),
    "integration_mail": _("Sent mail"),
    "teams": _("Microsoft Teams"),
    "tokens": _("API tokens"),
    "webhooks": _("Webhooks"),
}
UNDER = {
    "one_agreement": "agreement",
    "meeting": "meetings",
    "scenario": "scenarios",
    "results": "scenarios",
    "follow_up": "follow_ups",
    "deviation": "operations",
    "heartbeat": "operations",
    "notice": "operations",
    "one_change": "changes",
    "member": "people",
    "mail": "integration_mail",
    "webhook": "webhooks",
}
"""A page that is about one row: the page that lists it. Milestones and what is checked off belong to the overview."""


class Tab(NamedTuple):
    """A link: whether it leads to where one is, and whether that is the very page."""

    label: Text
    address: str
    is_open: bool
    is_here: bool


class Areas(NamedTuple):
    """The tabs of an integration, and the pages of the open one where it has several."""

    tabs: list[Tab]
    pages: list[Tab]


def areas_of(reference: str, page: str) -> Areas:
    """What the page of that name shows of the integration's other pages."""
    listed = UNDER.get(page, page)
    tabs, beside = [], []
    for label, pages in AREAS:
        is_open = listed in pages
        tabs.append(Tab(label, reverse(pages[0], args=[reference]), is_open, page == pages[0]))
        if is_open and len(pages) > 1:
            beside = [Tab(LABELS[one], reverse(one, args=[reference]), one == listed, one == page) for one in pages]
    if not any(tab.is_open for tab in tabs):
        tabs[0] = tabs[0]._replace(is_open=True)
    return Areas(tabs, beside)
