"""The link in a mail by which its reader stops mails of that kind, or has them less often, without signing in."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from ..addresses import absolute
from ..models import User

_SALT = "milestones.mails.stop"


def stop_address(person: User, what: str) -> str:
    """Where `person` switches off `what` (weekly), or has it less often (digest), without signing in."""
    token = signing.dumps([person.pk, what], salt=_SALT)
    return absolute(reverse("stop_mail", args=[token]))


def read_stop_token(token: str) -> tuple[int, str]:
    """The person's primary key and what to stop. Raises signing.BadSignature for a token that is not ours."""
    pk, what = signing.loads(token, salt=_SALT)
    return int(pk), str(what)
