"""A mail server that refuses whom a test says, and keeps the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.mail.backends.locmem import EmailBackend


class Server(EmailBackend):
    """Raises what `refusal` gives for a recipient; keeps the rest."""

    refusal: Callable[[str], Exception | None] = staticmethod(lambda address: None)

    def send_messages(self, messages: Any) -> int:
        error = type(self).refusal(messages[0].to[0])
        if error:
            raise error
        return super().send_messages(messages)
