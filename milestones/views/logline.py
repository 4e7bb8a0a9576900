"""What the log says of a request."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

TOKEN = re.compile(r"^(/password/[^/]+/|/mail/stop/)[^/]+")


class LogMiddleware(RequestMiddleware):
    """Method and path: a query may hold the name that somebody looked for, and a link from a mail is a key."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        path = TOKEN.sub(r"\1…", request.path)
        return f"{request.method} {path}"
