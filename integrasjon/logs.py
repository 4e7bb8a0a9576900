"""What the log says of an exception: its type and where it was raised, but not its message.

A message may hold personal data: a database quotes the row that it refuses, a mail server the recipient.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any


def without_words(_logger: object, _name: str, event: Any) -> Any:
    """For structlog: `exc_info` becomes the lines that the exception came through, its causes first."""
    told = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_traced(error))
    return event


def _traced(error: BaseException) -> list[str]:
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.insert(0, one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return [line for one in chain for line in (*_places(one), type(one).__qualname__)]


def _places(error: BaseException) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


class WithoutWords(logging.Filter):
    """For Celery, which writes an exception's words into its message."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] and isinstance(record.args, dict):
            record.args = {**record.args, "exc": record.exc_info[0].__qualname__}
        return True
