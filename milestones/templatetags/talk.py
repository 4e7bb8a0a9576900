"""Comments on pages: what is said about a thing, the form to say something, and a text with its links."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from ..forms.comments import slot_of
from ..models.comments import about

register = template.Library()

_ADDRESS = re.compile(r"\bhttps?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)
_AFTER = ".,:;!?'"
"""What ends a sentence rather than an address."""


@register.filter
def linked(text: str) -> SafeString:
    """A text, escaped, in which whole addresses of pages (http and https) are links that say where they lead."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = _without_what_follows(found[0])
        if _is_of_a_page(address):
            link = format_html('<a class="ds-link" href="{0}" rel="nofollow noopener">{0}</a>', address)
            parts += [escape(text[at : found.start()]), link]
            at = found.start() + len(address)
    return format_html_join("", "{}", ((part,) for part in (*parts, escape(text[at:]))))


def _without_what_follows(address: str) -> str:
    """Without the mark of a sentence, or the bracket in which it stands."""
    shorter = address.rstrip(_AFTER)
    while shorter.endswith(")") and shorter.count(")") > shorter.count("("):
        shorter = shorter[:-1].rstrip(_AFTER)
    return shorter


def _is_of_a_page(address: str) -> bool:
    """Whether it names a host, and nobody before it: https://digipost.example@elsewhere.example leads elsewhere."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


@register.inclusion_tag("_partials/comments.html", takes_context=True)
def thread(context: Any, kind: str, key: object, label: str = "") -> dict[str, Any]:
    """What is said about a thing of the page, folded, with its count; `label` where "Comments" would not do."""
    found = context["talk"][about(kind, key)]
    form = context.get(found.slot)
    unfolded = found.unfolded or bool(form and form.opened)
    return {**context.flatten(), "thread": found, "label": label, "unfolded": unfolded}


@register.inclusion_tag("_partials/comment_form.html", takes_context=True)
def saying(context: Any, about: str) -> dict[str, Any]:
    """The form in which whoever reads may say something about a thing; nothing for who may not."""
    return {**context.flatten(), "form": context.get(slot_of(about)), "about": about}
