"""Pages are sent compressed: a tenth of the bytes."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compresses HTML, with padding of a length that nobody foresees; what is downloaded is sent as it is stored.

    The length of a compressed page tells a little of the secrets in it to who may have it made, again and again, with
    guesses beside them (BREACH). Why that leads nowhere here stands in docs/threats.md.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response
