"""The same post twice is recorded once, and answered the same: by the client's Idempotency-Key, or by what it holds.

Who comes first claims the key, under a lease by the database's clock; what it records and what it answers are stored
in one transaction. Who comes meanwhile hears 409, and who comes later the same answer. A refusal is no answer: what
stands in the way may be gone when the same is sent again. See docs/decisions.md, 153.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema

from .. import clock
from ..clock import DatabaseNow
from ..models import ApiAnswer, ApiToken
from .auth import token_of
from .problems import Refusal

Ready = TypeVar("Ready")

CREATED = 201
KEY = "Idempotency-Key"
KEY_PATTERN = "^[!-~]{1,100}$"
REPLAYED = "Idempotency-Replayed"
LEASE = datetime.timedelta(minutes=5)
"""How long who claimed a key may work: a file is read within 40 seconds, fifty within less than that."""
HOLDS_BY_KEY = datetime.timedelta(days=7)
HOLDS_BY_BODY = datetime.timedelta(minutes=5)
"""For who sent no key and lost the connection: after that the same is news, as where a scenario passes once more."""
AGAIN = {"Retry-After": "2"}


@dataclass(frozen=True)
class Post:
    """A post: by whom, the key it is known by, what it holds (SHA-256 in hex), and for how long it is remembered."""

    token: ApiToken
    key: str
    digest: str
    holds: datetime.timedelta
    claim: str

    @classmethod
    def of(cls, request: HttpRequest, parts: Sequence[str]) -> Post:
        """`parts` are what it holds beside its address. Raises Refusal for a key that is none."""
        digest = _digest([request.method or "", request.get_full_path(), *parts])
        sent = request.headers.get(KEY)
        if sent is not None and not re.fullmatch(KEY_PATTERN, sent):
            raise Refusal("invalid", _("An Idempotency-Key has 1 to 100 printable characters, and no spaces."))
        holds = HOLDS_BY_BODY if sent is None else HOLDS_BY_KEY
        if sent is None:  # a date that is left out is the day's: the same tomorrow is another
            key = f"body:{_digest([digest, str(clock.today())])}"
        else:
            key = f"key:{_digest([sent])}"
        return cls(token_of(request), key, digest, holds, uuid.uuid4().hex)


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def answered_once(
    request: HttpRequest,
    parts: Sequence[str],
    shape: type[Schema],
    prepare: Callable[[], Ready],
    record: Callable[[Ready], Schema],
) -> HttpResponse:
    """What `record` answers, of what `prepare` got ready outside of its transaction; or what it answered before.

    Raises Refusal while the same is recorded, and for a key that was used for something else.
    """
    post = Post.of(request, parts)
    if before := _claimed(post):
        return _answer(shape, before.body, before.status, replayed=True)
    try:
        ready = prepare()
        with transaction.atomic():
            body = record(ready).model_dump(mode="json")
            _store(post, body)
    except BaseException:
        ApiAnswer.objects.filter(token=post.token, key=post.key, claim=post.claim, status=0).delete()
        raise
    return _answer(shape, body, CREATED, replayed=False)


def _claimed(post: Post) -> ApiAnswer | None:
    """Claim the key; the answer, where there is one."""
    until = DatabaseNow() + LEASE
    try:
        with transaction.atomic():
            ApiAnswer.objects.create(token=post.token, key=post.key, digest=post.digest, claim=post.claim, until=until)
            return None
    except IntegrityError:
        found = ApiAnswer.objects.filter(token=post.token, key=post.key).first()
    if found is None:  # it was let go this very moment
        raise _under_way()
    over = ApiAnswer.objects.filter(pk=found.pk, claim=found.claim, until__lt=DatabaseNow())
    if over.update(claim=post.claim, digest=post.digest, until=until, status=0, body={}):
        return None
    if found.digest != post.digest:
        raise Refusal("key-reused", _("This Idempotency-Key was sent before, with other content or elsewhere."))
    if found.status:
        return found
    raise _under_way()


def _under_way() -> Refusal:
    return Refusal("under-way", "", AGAIN)


def _store(post: Post, body: dict[str, Any]) -> None:
    """With what was recorded, or not at all: who lost the claim, as it took too long, records nothing."""
    mine = ApiAnswer.objects.filter(token=post.token, key=post.key, claim=post.claim)
    if not mine.update(status=CREATED, body=body, until=DatabaseNow() + post.holds):
        raise _under_way()


def _answer(shape: type[Schema], body: dict[str, Any], status: int, *, replayed: bool) -> HttpResponse:
    """In the order of the shape, whatever the database made of it."""
    answer = JsonResponse(shape(**body).model_dump(mode="json"), status=status)
    if replayed:
        answer.headers[REPLAYED] = "true"
    return answer


def forget_answers() -> int:
    """Forget what is too old to be answered again. Returns how many."""
    return ApiAnswer.objects.filter(until__lt=clock.now()).delete()[0]
