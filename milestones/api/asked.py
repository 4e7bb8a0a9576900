"""Whether a request is for the API, and in which language it wants to be answered."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

ROOT = "/api/v1/"
BEATS = f"{ROOT}beat/"
"""Where the sender's monitoring calls: see workflow/heartbeats.py."""
_LONGEST = 200
_SAME = {"no": "nb"}
"""Languages that are one of ours by another name."""


def is_api(request: HttpRequest) -> bool:
    """What is called by an address that is a key, and answered without a body, is none of it."""
    return request.path_info.startswith(ROOT) and not request.path_info.startswith(BEATS)


def language_of(request: HttpRequest) -> str:
    """The first of the languages in Accept-Language (RFC 9110, 12.5.4) that is one of ours; bokmål without any."""
    known = dict(settings.LANGUAGES)
    for asked, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:_LONGEST]):
        primary = asked.partition("-")[0]
        if (language := _SAME.get(primary, primary)) in known:
            return language
    return str(settings.LANGUAGE_CODE)
