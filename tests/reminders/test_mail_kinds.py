"""A kind of mail is one class and two templates, and nothing else has to know of it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.template.loader import get_template

from milestones import workflow
from milestones.mails import kinds
from milestones.mails.kind import KINDS, registered
from milestones.mails.kinds.event_news import EventNews
from milestones.models import EventKind, Mail, MailKind, SendState
from milestones.process import Role
from tests.cast import Cast

Send = Callable[[], int]
CHEERED = "cheered"


def test_every_kind_has_a_class_of_its_own() -> None:
    assert set(KINDS) == set(MailKind.values)
    assert len(set(KINDS.values())) == len(KINDS)


@pytest.mark.parametrize("kind", MailKind.values)
def test_every_kind_has_its_templates(kind: str) -> None:
    for name in (f"emails/{kind}_subject.txt", f"emails/{kind}.txt", KINDS[kind].layout):
        get_template(name)


def test_no_kind_is_registered_twice() -> None:
    with pytest.raises(ValueError, match="Digest already"):
        registered(MailKind.DIGEST)(EventNews)


def test_an_event_is_told_by_one_kind_of_mail() -> None:
    told = Counter(event for one in KINDS.values() for event in one.tells_of)
    assert set(told.values()) == {1}
    assert not kinds.telling_of(EventKind.PAUSED)


@pytest.fixture
def cheered(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A kind that is there for this test alone: a class and two templates."""
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / f"{CHEERED}_subject.txt").write_text("{{ integration.reference }}: hurrah")
    (tmp_path / "emails" / f"{CHEERED}.txt").write_text("{{ event.actor_name }}: {{ cheer }}\n\n{{ url }}")
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(tmp_path)
    settings.TEMPLATES = templates

    @registered(CHEERED)
    class Cheered(EventNews):
        tells_of = (EventKind.FOLLOW_UP_ADDED,)
        told_to = (Role.ONBOARDING,)
        page = "follow_ups"

        def is_still_so(self) -> bool:
            return self.integration.follow_ups.filter(title=self.event.subject).exists()

        def context(self) -> dict[str, Any]:
            return super().context() | {"cheer": f"{self.event.subject}!"}

    yield
    del KINDS[CHEERED]


def test_a_new_kind_goes_out(cast: Cast, cheered: None, send_all: Send) -> None:
    integration = cast.journey().integration
    item = workflow.add_follow_up(integration, by=cast.manager, title="Feire", description="")
    workflow.add_follow_up(integration, by=cast.manager, title="Glemme", description="").delete()
    send_all()
    (letter,) = (one for one in mail.outbox if "hurrah" in one.subject)
    assert (letter.subject, letter.to) == (f"{integration.reference}: hurrah", [cast.staff.email])
    assert str(letter.body).startswith(f"{cast.manager.name}: {item.title}!\n\nhttp://localhost:8000/i/")
    assert letter.reply_to == [cast.manager.email]
    assert set(Mail.objects.filter(kind=CHEERED).values_list("state", flat=True)) == {
        SendState.SENT,
        SendState.DROPPED,
    }
