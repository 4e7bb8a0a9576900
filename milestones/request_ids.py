"""The id of a request: in each line of the log about it, in its answer, and on the page that refuses it.

Whoever asks for help names it, and whoever helps finds in the log what happened.
"""

from __future__ import annotations

import re
import uuid

from django.http import HttpRequest

HEADER = "X-Request-ID"
KEY = "HTTP_X_REQUEST_ID"
"""The header's name where WSGI keeps it."""
_SHAPE = re.compile(r"[A-Za-z0-9-]{8,64}")


def taken(said: str) -> str:
    """The id that a proxy gave, if it has the shape of one; else a new one."""
    return said if _SHAPE.fullmatch(said) else uuid.uuid4().hex


def request_id_of(request: HttpRequest) -> str:
    """Empty before the middleware has given it one."""
    return getattr(request, "request_id", "")
