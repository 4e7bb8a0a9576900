"""A malformed post: sent, looked at, and undone."""

from __future__ import annotations

import copy
import html
import zlib
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.forms import BaseForm
from django.test import Client
from django.test.client import ClientHandler

from integrasjon.wsgi import admitted
from milestones.models import AccountEvent
from tests.addresses.place import Place
from tests.cast import Cast
from tests.hostile.attacks import BODIES, Attack, Pairs, twisted
from tests.hostile.targets import Target


class Scene:
    def __init__(self, cast: Cast, place: Place) -> None:
        self.cast, self.place = cast, place
        self.stored = digest()
        self.served = Served(enforce_csrf_checks=False)

    def browser(self, who: str) -> Client:
        """A new browser of theirs, so that nothing lingers from the post before."""
        client = Client()
        client.handler = self.served
        if who == "asked":  # for a code, which the session waits for
            client.post("/sign-in/code/", {"email": self.cast.owner.email})
        elif who != "nobody":
            client.cookies = copy.deepcopy(self.cast.client(getattr(self.cast, who)).cookies)
        return client


class Served(ClientHandler):
    """What a test's browser talks to, behind what granian serves."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        return super().__call__(admitted(environ))


def digest() -> int:
    """Names everything that is stored, apart from sessions."""
    rows = [sorted(map(repr, model._default_manager.values_list())) for model in KEPT]
    return zlib.crc32(repr(rows).encode())


KEPT = [model for model in apps.get_app_config("milestones").get_models() if model is not AccountEvent]
"""An attempt that failed is noted, and nothing else is."""


def send(scene: Scene, target: Target, attack: Attack) -> None:
    """Post it, look at what came of it, and undo it."""
    pairs = pairs_of(target.data)
    for change in attack.changes:
        pairs = change.of(pairs)
    write, content_type = BODIES[attack.body]
    address = twisted(target.address, attack.twist)
    with transaction.atomic():
        client = scene.browser(target.who)
        stored = digest() if target.who == "asked" else scene.stored  # asking stores the mail
        written = Writes()
        with connection.execute_wrapper(written):
            how: dict[str, Any] = dict(attack.headers)
            answer = client.generic("POST", f"{address}?{attack.query}", write(pairs), content_type, **how)
        check(scene, client, answer, stored if written.count else None)
        transaction.set_rollback(True)


def pairs_of(data: dict[str, Any]) -> Pairs:
    listed = [(name, value if isinstance(value, list) else [value]) for name, value in data.items()]
    return [
        (name.encode(), one.encode() if isinstance(one, str) else str(one).encode())
        for name, many in listed
        for one in many
    ]


class Writes:
    """Counts what is written, so that all that is stored need not be compared where nothing was."""

    count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *how: Any) -> Any:
        self.count += not sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(sql, *how)


def check(scene: Scene, client: Client, answer: Any, stored: int | None) -> None:
    assert answer.status_code < 500
    if answer.status_code >= 400 and stored is not None:
        assert digest() == stored, "it was refused, and something is stored all the same"
    if answer.status_code == 422:
        check_words(answer)
    elif answer.status_code == 302 and answer["Location"].startswith("/"):
        shown = client.get(answer["Location"])  # what was taken can be shown
        assert shown.status_code < 500


def check_words(answer: Any) -> None:
    """Each error stands in the summary, and by its field where that is seen."""
    text = answer.content.decode()
    forms = {id(one): one for context in answer.context for one in context.flatten().values() if is_refused(one)}
    assert forms, "422 without a form that says why"
    for form in forms.values():
        assert "ds-error-summary" in text or "ds-alert" in text  # a passkey's form has nothing to fill in
        for name, errors in form.errors.items():
            assert all(html.escape(error) in text for error in errors), (name, errors)
            if name != "__all__" and not form[name].is_hidden:
                assert f'id="{form[name].auto_id}_error"' in text, name


def is_refused(one: object) -> bool:
    return isinstance(one, BaseForm) and one.is_bound and bool(one.errors)
