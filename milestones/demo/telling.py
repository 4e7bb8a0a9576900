"""How the story is told: each integration in one transaction, each of its days by the clock moved to that day.

So whoever stops it leaves what is there, and whoever starts again goes on; two at once tell nothing twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from .. import clock, locks, snapshots
from ..models import Integration, Mail, SendState, User
from ..workdays import subtract_working_days
from ..workflow.consequences import drawn_together
from . import cast
from .chapters import Do, is_approval
from .journey import Journey
from .story import STORY, Plot, plots

OPENS = datetime.time(8)


def begin() -> bool:
    """Bring the demo people where nobody exists; other people are left alone. Returns whether the demo's are here."""
    with transaction.atomic(), clock.at(_begins()):
        if not User.objects.exists():
            cast.bring_people()
    return cast.are_here()


def untold(plots: Iterable[Plot] = STORY) -> list[Plot]:
    return [plot for plot in plots if not plot.is_told()]


def up_to(most: int) -> Iterator[Plot]:
    """What is to be told until there are `most` integrations, the story's own first."""
    missing = most - Integration.objects.count()
    for plot in plots():
        if missing <= 0:
            return
        if not plot.is_told():
            missing -= 1
            yield plot


@contextmanager
def _unlogged() -> Iterator[None]:
    """DEBUG keeps each query with its parameters, for which SQLite is asked once more."""
    logged = connection.make_debug_cursor
    connection.make_debug_cursor = connection.make_cursor  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        connection.make_debug_cursor = logged  # type: ignore[method-assign]


@_unlogged()
@transaction.atomic
def tell(plot: Plot) -> None:
    """Tell of one integration, all or nothing of it; nothing if it is told already. The demo people must be here."""
    locks.lock_people(User.objects.get(email=cast.ONBOARDING[0]))  # whoever else tells waits here
    if plot.is_told():
        return
    with clock.at(_moment(plot.begun, 0)), drawn_together():
        journey = _begun(plot)
    for scene in _scenes(plot):
        with clock.at(scene[-1][0]), drawn_together():  # as of its last moment
            _play(scene, journey)
    _settle(journey.integration)


Scene = list[tuple[datetime.datetime, Do]]


def _scenes(plot: Plot) -> list[Scene]:
    """All up to the last approval together, and what is done after it one by one.

    The consequences of a scene are drawn at its end, which takes a third off the time: of what waits today, nothing
    began to wait before that approval.
    """
    beats = list(zip(_moments(plot), (do for _days, do in plot.beats), strict=True))
    approvals = [number for number, (_moment, do) in enumerate(beats, 1) if is_approval(do)]
    last = max(approvals, default=0)
    return [beats[:last]] * bool(last) + [[beat] for beat in beats[last:]]


def _play(scene: Scene, journey: Journey) -> None:
    for moment, do in scene:
        with clock.at(moment):
            do(journey)


def _begun(plot: Plot) -> Journey:
    people = plot.organisation.cast(plot.contact)
    by = people.manager if plot.own_intake else None
    return Journey.begin(
        people, plot.organisation.number, plot.organisation.name, plot.name, plot.organisation.kind, by
    )


def _moments(plot: Plot) -> Iterator[datetime.datetime]:
    """When each beat is: on its day some time in the morning, the first time that differs from plot to plot."""
    left, minutes = plot.begun, 0
    for number, (days, _do) in enumerate(plot.beats):
        left -= days
        minutes = (len(plot.name) * 13 + number * 71) % 240 + 20 if days else minutes + 20
        yield _moment(left, minutes)


def _moment(working_days_ago: int, minutes: int) -> datetime.datetime:
    """So many minutes after the day's work began, so many working days before today."""
    day = subtract_working_days(clock.today(), working_days_ago)
    opens = datetime.datetime.combine(day, OPENS, timezone.get_default_timezone())
    return opens + datetime.timedelta(minutes=minutes)


def _begins() -> datetime.datetime:
    return _moment(max(plot.begun for plot in STORY) + 1, 0)


def _settle(integration: Integration) -> None:
    """Its mail is old news to everybody, and what lists show is what holds today."""
    mails = Mail.objects.filter(integration=integration)
    mails.update(state=SendState.DROPPED, error="Fra før demoen begynte.")
    snapshots.refresh_many([integration.pk])
