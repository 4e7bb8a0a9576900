"""A message on its way to a webhook: to the very address that was judged, and to no other.

What goes wrong is told in words for people, and without the address; so is what is raised here.
"""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext as _

from .. import channels, outside, public_hosts
from ..channels import Answer, Later, Refused


class Gone(Refused):
    """The receiver says that there is nobody, and will be nobody."""


def deliver(address: str, headers: dict[str, str], body: bytes) -> None:
    """Hand a message, with its own headers, to the webhook at `address`, which has taken it where nothing is raised.

    Raises Gone for status 410, Later for everything else. Nothing of the answer is read but its status and
    `Retry-After`.
    """
    ask = partial(_answer, address, channels.HEADERS | {"Content-Type": "application/json"} | headers, body)
    answer = channels.within_time(
        ask,
        "webhook",
        too_slow=_("The receiver did not answer in time."),
        no_connection=_("There was no connection to the receiver."),
    )
    _judge(answer)


def _answer(address: str, headers: dict[str, str], body: bytes) -> Answer:
    """Raises, beside what requests does, ValidationError and NotPublic for what is no address of a public host."""
    split = public_hosts.require_https_address(address)
    checked = public_hosts.addresses_of(split)
    session = outside.Session()
    session.mount("https://", public_hosts.Pinned(checked[0]))
    return channels.post(session, address, data=body, headers=headers | {"Host": split.netloc})


def _judge(answer: Answer) -> None:
    """Raise what an answer means, unless it says that the message was taken."""
    if answer.is_taken:
        return
    if answer.status == 410:
        raise Gone(_("The receiver answered that it is gone (status 410). Nothing more is sent to this address."))
    if 300 <= answer.status < 400:
        told = _("The receiver leads somewhere else (status %(status)s). Webhooks follow no redirects.")
        raise Later(told % {"status": answer.status})
    raise Later(_("The receiver answered with status %(status)s.") % {"status": answer.status}, answer.wait)
