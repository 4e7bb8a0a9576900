"""The link in a mail by which its reader answers one question without signing in: signed, theirs, for seven days.

It says who is asked, and what about; whether that is still asked is found out when it is opened, and again when it is
answered: see `workflow/answers.py`.
"""

from __future__ import annotations

import datetime
import re
from enum import StrEnum
from typing import NamedTuple

from django.core import signing
from django.urls import reverse

from ..addresses import absolute
from ..models import User

_SALT = "milestones.mails.question"
HOLDS = datetime.timedelta(days=7)


class Question(StrEnum):
    READ = "read"
    """Have you read this notice? About a receipt."""
    DETAILS = "details"
    """Do you have the account details? About an integration, and when they were passed on."""
    NUDGE = "nudge"
    """When will it be done? About the event of a reminder."""
    TRACK = "track"
    """Is the milestone on track? About an integration, the milestone's number and its target date."""


class Asked(NamedTuple):
    """Who is asked (a user's primary key), which question, and what about."""

    person: int
    question: Question
    about: tuple[int | str, ...]


def question_address(person: User, question: Question, *about: int | str) -> str:
    """Where `person` answers `question` without signing in."""
    token = signing.dumps([person.pk, question.value, *about], salt=_SALT)
    return absolute(reverse("one_question", args=[token]))


def read_question_token(token: str) -> Asked:
    """What a link asks. Raises signing.BadSignature if it is not ours, SignatureExpired if it is too old."""
    person, question, *about = signing.loads(token, salt=_SALT, max_age=HOLDS)
    return Asked(person, Question(question), tuple(about))


_ADDRESS = re.compile(r"https?://\S+/answer/[^/\s]+/")


def without_question_links(text: str) -> str:
    """The text of a mail as it is kept: who reads it later must not hold somebody's answer."""
    return _ADDRESS.sub("…", text)
