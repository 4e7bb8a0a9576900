"""Where a thing is done: the one place that turns what an Unmet names into an address."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def path_of(where: str, reference: str, code: str = "", pk: int | None = None) -> str:
    """The path of page `where` of an integration; `code` or `pk` names the row on pages that are about one."""
    pages: dict[str, list[object]] = {"milestone": [code[1:]], "confirmation": [code]}
    more = pages.get(where, [] if pk is None else [pk])
    return reverse(where, args=[reference, *more])


def absolute(path: str) -> str:
    """A path as it stands in a mail."""
    return str(settings.BASE_URL).rstrip("/") + path
