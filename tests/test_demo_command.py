"""`manage.py demo`: whom it refuses, that it can be stopped, and that it adds what is missing."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from milestones import demo
from milestones.management.commands import demo as command
from milestones.models import Event, Integration, Mail, User
from tests.cast import Cast
from tests.racing import at_once


@pytest.fixture(autouse=True)
def _a_demo(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.setattr(command, "BREATH", 0)


def tell(**options: Any) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_it_adds_up_to_what_is_asked_for() -> None:
    assert "The demo has 2 integrations (2 told now" in tell(integrations=2)
    events = Event.objects.count()
    assert tell(integrations=2) == "The demo has 2 integrations (none to tell).\n"
    assert Event.objects.count() == events
    assert "The demo has 3 integrations (1 told now" in tell(integrations=3)


@pytest.mark.parametrize("number", [-1, 0, 5001])
def test_a_number_that_is_none_is_refused(number: int) -> None:
    with pytest.raises(CommandError, match="from 1 to 5000"):
        tell(integrations=number)
    assert not User.objects.exists()


def test_outside_a_demo_it_is_refused(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEBUG"):
        tell(integrations=2)
    assert not User.objects.exists()


def test_other_peoples_database_is_left_alone(cast: Cast) -> None:
    people = User.objects.count()
    with pytest.raises(CommandError, match="left as it is"):
        tell()
    assert (User.objects.count(), Integration.objects.count()) == (people, 0)


def test_stopped_halfway_it_leaves_whole_integrations_and_goes_on() -> None:
    class Stopped(Exception):
        pass

    def stop(_journey: object) -> None:
        raise Stopped

    first, second = demo.OPENING[:2]
    assert demo.begin()
    demo.tell(first)
    with pytest.raises(Stopped):
        demo.tell(replace(second, beats=(*second.beats[:3], (1, stop))))
    assert [one.name for one in Integration.objects.all()] == [first.name]
    assert first not in demo.untold()
    demo.tell(second)
    assert {one.name for one in Integration.objects.all()} == {first.name, second.name}
    assert not Mail.objects.exclude(state="dropped").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_postgresql")
def test_two_at_once_tell_once() -> None:
    assert demo.begin()
    assert at_once(*[lambda: demo.tell(demo.OPENING[0])] * 2) == ("done", "done")
    assert Integration.objects.count() == 1
