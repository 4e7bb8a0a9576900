"""What is confirmed first, sent twice as a person does: the press, and the button of the page that asks."""

from __future__ import annotations

from typing import Any

from django.test import Client


def is_asked(answer: Any) -> bool:
    """Whether this is the page that asks whether something is to be done."""
    return answer.status_code == 200 and bool(answer.context) and "effect" in answer.context


def told_by(answer: Any) -> str:
    """What the page that asks says is going to happen."""
    assert is_asked(answer), answer.status_code
    return " ".join(answer.context["effect"].told)


def confirm(client: Client, address: str, data: dict[str, Any], asked: Any) -> Any:
    """Press the button of the page `asked`, which the post of `data` was answered with."""
    return client.post(address, data | {"confirmed": asked.context["confirmed"]})


def post_and_confirm(client: Client, address: str, data: dict[str, Any]) -> Any:
    """The answer to a post, or to its confirmation where it is asked for one."""
    answer = client.post(address, data)
    return confirm(client, address, data, answer) if is_asked(answer) else answer
