"""Pages are sent compressed: less than a third of the bytes."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compresses HTML, with padding of a length that nobody foresees; what is downloaded is sent as it is stored.

    The length of a compressed page tells a little of the secrets in it to who may have it made, again and again, with
    guesses beside them (BREACH). So the pages of the second factor, which show the same codes each time, are sent as
    they are; what else a page holds is told in docs/threats.md.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        return super().process_response(request, response) if is_page and not _shows_codes(request) else response


def _shows_codes(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.url_name and match.url_name.startswith("mfa_"))
