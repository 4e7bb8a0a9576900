"""What the log says of a request: never a query, which may hold a name, nor a link from a mail, which is a key."""

from __future__ import annotations

import logging
import re
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

_TOKEN = re.compile(r"(/invitation/|/mail/stop/|/calendar/|/answer/|/api/v1/beat/)[^/\s]+")


def without_keys(text: str) -> str:
    return _TOKEN.sub(r"\1…", text)


class LogMiddleware(RequestMiddleware):
    """Method and path."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {without_keys(request.path)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Who it is; not asked of a database that has just failed: that takes as long again, and nothing is logged."""
        if not isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
            RequestMiddleware.bind_user_id(request)


class WithoutKeys(logging.Filter):
    """For what Django itself logs of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_keys(record.getMessage()), ()
        return True
