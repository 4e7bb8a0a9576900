"""What a message to a webhook holds: what happened, by its event alone. No names, and nothing that anybody wrote.

It tells what happened, and not what is so: what was decided differently since is told of by a message of its own.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from ..addresses import absolute, path_of
from ..models import WebhookKind, WebhookPost
from ..process import REQUIREMENTS, MilestoneState

STATES: dict[str, str] = {
    WebhookKind.SUBMITTED: MilestoneState.SUBMITTED,
    WebhookKind.APPROVED: MilestoneState.APPROVED,
    WebhookKind.RETURNED: MilestoneState.IN_PROGRESS,
    WebhookKind.LAPSED: "unmet",
    WebhookKind.PRODUCTION_OPENED: "open",
    WebhookKind.NOTICE: "sent",
    WebhookKind.TEST: "test",
}
"""What the milestone, the requirement, production sending or the notice is by what happened."""


def body_of(post: WebhookPost) -> bytes:
    """The body of a message; the same at each attempt."""
    at = post.event.at if post.event else post.created_at
    told = {"type": post.kind, "timestamp": _written(at), "data": _data(post)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _written(moment: datetime.datetime) -> str:
    """In UTC, to the second, as ISO 8601 has it."""
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _data(post: WebhookPost) -> dict[str, Any]:
    number, code, page = _about(post)
    reference = post.integration.reference
    return {
        "integration": reference,
        "milestone": number,
        "requirement": code,
        "state": str(STATES[post.kind]),
        "url": absolute(path_of(page, reference, code or f"M{number}")),
    }


def _about(post: WebhookPost) -> tuple[int | None, str | None, str]:
    """The milestone and the requirement, as far as it is about one, and the name of the page that shows it."""
    if post.event is None:
        return None, None, "webhooks"
    if post.kind == WebhookKind.NOTICE:  # whose subject somebody wrote
        return None, None, "operations"
    subject = post.event.subject
    if post.kind in _OF_A_REQUIREMENT:
        requirement = REQUIREMENTS.get(subject)  # none for an item of the integration's own, which has a key
        return (requirement.milestone, subject, requirement.page) if requirement else (None, subject, "confirmation")
    return int(subject), None, "milestone"


_OF_A_REQUIREMENT = (WebhookKind.LAPSED, WebhookKind.PRODUCTION_OPENED)
