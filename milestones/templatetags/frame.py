"""What stands around every page: which part of the product one is in, and how it looks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ..views.appearance import Appearance, appearance_of

register = template.Library()

PARTS = {
    "my_work": {"my_work"},
    "approvals": {"approvals", "approve_listed", "assign", "review"},
    "notices": {"notices"},
    "administration": {
        "catalogue",
        "catalogue_entry",
        "pinned",
        "guidance",
        "imports",
        "import",
        "digipost_teams",
        "reminders",
        "find_person",
        "erase_person",
        "running",
    },
}
"""By part of the product: the names of its addresses. The list of integrations, and each of them, is another one."""


KEPT_AT_MOST = 2000
"""How many texts `kept` keeps in a process: some hundred bytes each."""


@register.simple_tag
def kept(partial: str, **shown: object) -> str:
    """A partial that says the same wherever `shown` is the same, in one language: rendered once for all rows.

    Not for what names a person: it stays in memory.
    """
    render = _kept.__wrapped__ if settings.DEBUG else _kept
    return render(partial, get_language(), tuple(shown.items()))


@lru_cache(maxsize=KEPT_AT_MOST)
def _kept(partial: str, _language: str, shown: tuple[tuple[str, object], ...]) -> str:
    return render_to_string(f"_partials/{partial}.html", dict(shown))


def _part_of(request: HttpRequest) -> str:
    match = request.resolver_match
    name = match.url_name or "" if match else ""
    for part, names in PARTS.items():
        if name in names:
            return part
    return "portfolio" if match and (name in {"portfolio", "intake"} or "reference" in match.kwargs) else ""


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], part: str) -> SafeString:
    """The attribute of a link in the main menu that says whether one is in the part it leads to."""
    request = context.get("request")
    return format_html('aria-current="{}"', "true") if request and _part_of(request) == part else SafeString()


@register.simple_tag(takes_context=True)
def appearance(context: dict[str, Any]) -> str:
    """Light, dark, or as the device has it."""
    return str(appearance_of(context.get("request")).value)


@register.simple_tag
def appearances() -> list[Appearance]:
    """What can be chosen."""
    return list(Appearance)
