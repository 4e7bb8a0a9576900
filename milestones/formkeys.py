"""What each form of ours carries along, signed: whose it is, where it stood, and a number drawn for it.

So what is sent twice is known again, and what was typed goes back to whom it belongs to when their session has ended.
"""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass

from django.core import signing
from django.http import HttpRequest

NAME = "form_key"
"""The hidden field's."""
LONGEST_PAGE = 500
_SALT = "milestones.formkeys"


@dataclass(frozen=True)
class FormKey:
    """`person` is a user's primary key, `page` the path (and query) that a GET shows the form on; `slot` tells it
    apart from others there, and is empty for a button."""

    person: int
    page: str
    slot: str
    number: str


def key_for(request: HttpRequest, slot: str) -> str:
    """A new key for a form on the page that answers `request`; empty for whoever is not signed in."""
    if not request.user.is_authenticated:
        return ""
    key = FormKey(request.user.pk, _page_of(request), slot, secrets.token_urlsafe(12))
    return signing.dumps(astuple(key), salt=_SALT)


def key_of(request: HttpRequest) -> FormKey | None:
    """The key of the form that was sent; None where it has none that is ours."""
    sent = request.POST.get(NAME, "") if request.method == "POST" else ""
    try:
        return FormKey(*signing.loads(sent, salt=_SALT)) if sent else None
    except signing.BadSignature:
        return None


def number_of(request: HttpRequest) -> str:
    """The number of the form that was sent by whom it was shown to; empty otherwise."""
    key = key_of(request)
    return key.number if key and key.person == request.user.pk else ""


def _page_of(request: HttpRequest) -> str:
    """The page to return to. For a POST, the one that its form came from: the POST's own address may allow no GET."""
    if request.method == "POST":
        key = key_of(request)
        return key.page if key else request.path
    page = request.get_full_path()
    return page if len(page) <= LONGEST_PAGE else request.path
