"""A message on its way to a workflow in Teams: what is asked of whom, and what an answer means.

What goes wrong is told in words for people, and without the address, which is a secret; so is what is raised here.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import channels, outside
from ..channels import Answer, Later, Refused
from ..models.teams import require_workflow_address

_BUSY = (408, 425, 429)
_GONE = (401, 403, 404, 410)


def deliver(address: str, card: dict[str, Any]) -> None:
    """Hand a message to the workflow at `address`, which has taken it where nothing is raised.

    Raises Later or Refused, whose words say why. Nothing of the answer is read but its status and `Retry-After`.
    """
    try:
        require_workflow_address(address)
    except ValidationError:
        raise Refused(_no_longer_valid()) from None
    ask = partial(channels.post, outside.Session(), address, json=card, headers=channels.HEADERS)
    too_slow, no_connection = _("Teams did not answer in time."), _("There was no connection to Teams.")
    _judge(channels.within_time(ask, "teams", too_slow=too_slow, no_connection=no_connection))


def _judge(answer: Answer) -> None:
    """Raise what an answer means, unless it says that the message was taken."""
    status = answer.status
    if answer.is_taken:
        return
    if status in _BUSY or status >= 500:
        busy = _("Teams could not take the message now (status %(status)s).") % {"status": status}
        raise Later(busy, answer.wait)
    if status in _GONE:
        raise Refused(_no_longer_valid(status))
    if 300 <= status < 400:
        elsewhere = _("The workflow address leads somewhere else (status %(status)s). Paste it again from Teams.")
        raise Refused(elsewhere % {"status": status})
    told = _(
        "Teams refused the message (status %(status)s). "
        "The workflow must begin with “When a Teams webhook request is received”."
    )
    raise Refused(told % {"status": status})


def _no_longer_valid(status: int | None = None) -> str:
    told = _("The workflow address is no longer valid. Make a new one in Teams and save it here.")
    return f"{told} ({status})" if status else told
