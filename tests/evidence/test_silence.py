"""Silence past the period and its grace unmeets D.1, is told, and opens a deviation once; the next beat ends it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail as outgoing
from django.utils import timezone
from django.utils.translation import override

from milestones import gates, outbox, snapshots, tasks, teams, webhooks, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Deviation, Event, EventKind, Heartbeat, MailKind
from milestones.reminders import sweep
from milestones.workflow import room
from tests.cast import Cast, facts_now, reasons
from tests.evidence.beating import call, last_beat_was, made_for, row_of
from tests.made_once import made_once
from tests.mailing import FRIDAY, Send


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    journey.to_operations()
    return journey


def kinds_since(journey: Journey, first: Event | None) -> list[tuple[str, bool]]:
    """The events since then, in order, with whether the system did it."""
    events = journey.integration.events.filter(pk__gt=first.pk if first else 0).order_by("pk")
    return [(event.kind, event.actor_id is None) for event in events]


def test_a_beat_meets_it_without_a_word(journey: Journey) -> None:
    assert reasons(journey.integration, "D.1") == ["monitoring_missing", "deviations_told_to_nobody"]
    address = made_for(journey)
    assert len(reasons(journey.integration, "D.1")) == 2
    call(address)
    assert reasons(journey.integration, "D.1") == []


@pytest.mark.parametrize(("minutes", "silent"), [(9, False), (11, True)])
def test_it_may_be_late_but_not_later(journey: Journey, minutes: int, silent: bool) -> None:
    made_for(journey)
    last_beat_was(journey, minutes)
    assert tasks.watch_heartbeats() == silent
    assert reasons(journey.integration, "D.1") == (["monitoring_silent"] if silent else [])


def test_one_that_never_beat_is_not_silent(journey: Journey) -> None:
    made_for(journey)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert workflow.watch_heartbeats() == 0
    assert not Deviation.objects.exists()


def test_silence_and_return(journey: Journey) -> None:
    """Met, silent, told, one deviation however often it is looked; the beat is back, and all of it is over."""
    workflow.record_monitoring(
        journey.integration, by=journey.cast.lead, monitoring="Måling", deviations_told_to="Vakta"
    )
    address = made_for(journey)
    call(address)
    first = journey.integration.events.latest("pk")
    last_beat_was(journey, 11)
    assert [workflow.watch_heartbeats() for _ in range(3)] == [1, 0, 0]
    assert reasons(journey.integration, "D.1") == ["monitoring_silent"]
    deviation = journey.integration.deviations.get()
    assert (deviation.title, deviation.handler, deviation.opened_by) == (
        "Overvåkingen hos avsenderen er taus",
        "Vakta",
        None,
    )
    assert kinds_since(journey, first) == [
        (EventKind.DEVIATION_OPENED, True),
        (EventKind.REQUIREMENT_LAPSED, True),
    ]
    assert call(address).status_code == 204
    assert [workflow.watch_heartbeats() for _ in range(2)] == [1, 0]
    deviation.refresh_from_db()
    assert (bool(deviation.closed_at), deviation.closed_by) == (True, None)
    assert kinds_since(journey, first)[2:] == [(EventKind.DEVIATION_CLOSED, True)]
    assert reasons(journey.integration, "D.1") == []
    assert [one for one, differs in snapshots.differences() if differs] == []


def test_the_next_silence_is_another_deviation(journey: Journey) -> None:
    address = made_for(journey)
    for _ in range(2):
        last_beat_was(journey, 11)
        workflow.watch_heartbeats()
        call(address)
        workflow.watch_heartbeats()
    assert Deviation.objects.exclude(closed_at=None).count() == 2


def test_a_deviation_that_somebody_closed_is_not_opened_again(journey: Journey) -> None:
    address = made_for(journey)
    last_beat_was(journey, 11)
    workflow.watch_heartbeats()
    deviation = Deviation.objects.get()
    workflow.close_deviation(journey.integration, deviation.pk, by=journey.cast.lead, outcome="Vi vet det.")
    assert workflow.watch_heartbeats() == 0
    assert reasons(journey.integration, "D.1") == ["monitoring_silent"]
    call(address)
    workflow.watch_heartbeats()
    deviation.refresh_from_db()
    assert (deviation.outcome, reasons(journey.integration, "D.1")) == ("Vi vet det.", [])


def test_who_watches_is_told_by_mail_and_in_the_digest(journey: Journey, send_all: Send) -> None:
    with time_machine.travel(FRIDAY):
        made_for(journey)
        last_beat_was(journey, 11)
        workflow.watch_heartbeats()
        send_all()
        told = {one.to[0]: one for one in outgoing.outbox if "D.1" in one.subject}
        cast = journey.cast
        assert set(told) == {cast.lead.email, cast.manager.email, cast.staff.email}
        text = told[cast.lead.email].body
        assert "Overvåkingen hos avsenderen er taus" in text
        assert "godkjent milepæl" not in text
        assert f"/i/{journey.integration.reference}/operations/#heartbeat" in text
        outgoing.outbox.clear()
        sweep.tick()
        send_all()
        (digest,) = (one.body for one in outgoing.outbox if one.to == [cast.lead.email])
        assert "Overvåkingen hos avsenderen er taus" in digest


def test_what_is_over_before_the_mail_goes_is_not_told(journey: Journey, send_all: Send) -> None:
    with time_machine.travel(FRIDAY):
        workflow.open_deviation(
            journey.integration, by=journey.cast.lead, title="Annet", description="", handler="Terje",
            opened_on=FRIDAY.date(),
        )  # fmt: skip
        address = made_for(journey)
        last_beat_was(journey, 11)
        workflow.watch_heartbeats()
        call(address)
        workflow.watch_heartbeats()
        send_all()
        assert [one.subject for one in outgoing.outbox if "D.1" in one.subject] == []
        assert MailKind.LAPSED in set(journey.integration.mails.values_list("kind", flat=True))


def test_a_paused_one_is_left_alone_until_it_is_resumed(journey: Journey) -> None:
    made_for(journey)
    workflow.pause_integration(journey.integration, by=journey.cast.staff, reason="Ferie")
    last_beat_was(journey, 60)
    assert workflow.watch_heartbeats() == 0
    workflow.resume_integration(journey.integration, by=journey.cast.staff)
    assert workflow.watch_heartbeats() == 1


def test_before_operations_nothing_is_opened(cast: Cast) -> None:
    journey = cast.journey("Ny")
    journey.roles()
    made_for(journey)
    last_beat_was(journey, 60)
    assert workflow.watch_heartbeats() == 0
    assert reasons(journey.integration, "D.1") == []


@pytest.mark.parametrize("end", ["revoke", "close"])
def test_a_revoked_address_takes_its_deviation_along(journey: Journey, end: str) -> None:
    made_for(journey)
    last_beat_was(journey, 60)
    workflow.watch_heartbeats()
    if end == "revoke":
        workflow.revoke_heartbeat(journey.integration, by=journey.cast.lead)
        assert "monitoring_silent" not in reasons(journey.integration, "D.1")
    else:
        workflow.close_integration(journey.integration, by=journey.cast.staff, reason="Ferdig")
    deviation = Deviation.objects.get()
    assert deviation.closed_at
    assert "trukket tilbake" in deviation.outcome
    assert workflow.watch_heartbeats() == 0


def test_a_replaced_one_stays_silent_until_it_beats(journey: Journey) -> None:
    made_for(journey)
    last_beat_was(journey, 60)
    workflow.watch_heartbeats()
    row = workflow.replace_heartbeat(journey.integration, by=journey.cast.lead)
    assert workflow.watch_heartbeats() == 0
    call(f"/api/v1/beat/{row.token}")
    assert workflow.watch_heartbeats() == 1
    assert reasons(journey.integration, "D.1") == []


def test_a_longer_period_is_the_one_that_counts(journey: Journey) -> None:
    made_for(journey)
    last_beat_was(journey, 60)
    workflow.change_heartbeat(journey.integration, by=journey.cast.lead, period=60, grace=30)
    assert workflow.watch_heartbeats() == 0
    assert row_of(journey).minutes == (60, 30)


def test_a_longer_period_is_no_beat(journey: Journey) -> None:
    address = made_for(journey)
    last_beat_was(journey, 11)
    assert workflow.watch_heartbeats() == 1
    workflow.change_heartbeat(journey.integration, by=journey.cast.lead, period=60, grace=30)
    assert workflow.watch_heartbeats() == 0
    assert (Deviation.objects.get().closed_at, reasons(journey.integration, "D.1")) == (None, ["monitoring_silent"])
    call(address)
    assert workflow.watch_heartbeats() == 1
    assert Deviation.objects.get().closed_at


@pytest.mark.parametrize("told_to", ["", "manager"])
def test_who_is_to_handle_it_is_told_as_of_any_deviation(journey: Journey, send_all: Send, told_to: str) -> None:
    cast = journey.cast
    handler = getattr(cast, told_to) if told_to else cast.lead
    if told_to:
        named = {"monitoring": "Måling", "deviations_told_to": handler.name}
        workflow.record_monitoring(journey.integration, by=cast.lead, **named)
    with time_machine.travel(FRIDAY):
        made_for(journey)
        last_beat_was(journey, 11)
        workflow.watch_heartbeats()
        assigned = journey.integration.mails.filter(kind=MailKind.ASSIGNED, event__kind=EventKind.DEVIATION_OPENED)
        assert [one.recipient for one in assigned] == [handler]
        send_all()
    (told,) = (one.body for one in outgoing.outbox if "avvik" in one.subject.lower() and one.to == [handler.email])
    assert "Tildelt av systemet" in told


def test_webhooks_are_hinted_to_as_mail_is(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    hinted: list[str] = []
    monkeypatch.setattr(outbox, "hint_to_send", lambda task=outbox.SENDS: hinted.append(task))
    made_for(journey)
    last_beat_was(journey, 11)
    hinted.clear()
    workflow.watch_heartbeats()
    assert set(hinted) == {outbox.SENDS, teams.POSTS, webhooks.DELIVERIES}


def test_without_room_it_is_unmet_all_the_same(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "DEVIATIONS", 0)
    made_for(journey)
    last_beat_was(journey, 60)
    assert workflow.watch_heartbeats() == 1
    assert (reasons(journey.integration, "D.1"), Deviation.objects.count()) == (["monitoring_silent"], 0)


def test_it_takes_nobodys_room(journey: Journey, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows the address can let it fall silent again and again: people log their deviations all the same."""
    monkeypatch.setattr(room, "DEVIATIONS", 1)
    made_for(journey)
    last_beat_was(journey, 60)
    workflow.watch_heartbeats()
    assert Deviation.objects.count() == 1
    said: dict[str, Any] = {"title": "Avvik", "description": "", "handler": "Vakta", "opened_on": today()}
    workflow.open_deviation(journey.integration, by=cast.lead, **said)
    assert Deviation.objects.count() == 2


def test_one_that_cannot_be_judged_holds_up_no_other(
    journey: Journey, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = cast.journey("Faktura")
    other.roles()
    other.to_operations()
    for one in (journey, other):
        made_for(one)
        last_beat_was(one, 60)
    refresh = snapshots.refresh

    def failing(integration: Any, facts: gates.Facts) -> Any:
        if integration.pk == journey.integration.pk:
            raise RuntimeError("broken")
        return refresh(integration, facts)

    monkeypatch.setattr(snapshots, "refresh", failing)
    assert workflow.watch_heartbeats() == 1
    monkeypatch.undo()
    assert (row_of(journey).silent_since, bool(row_of(other).silent_since)) == (None, True)
    assert workflow.watch_heartbeats() == 1


def test_a_beat_that_comes_while_it_is_judged_is_heard(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading the row and writing it: a beat takes no lock."""
    address = made_for(journey)
    last_beat_was(journey, 60)
    newly_silent = Heartbeat.objects.newly_silent

    class Late:
        def __init__(self, rows: Any) -> None:
            self.rows = rows

        def filter(self, **named: Any) -> Late:
            return Late(self.rows.filter(**named))

        def values_list(self, *names: str, **named: Any) -> Any:
            return self.rows.values_list(*names, **named)

        def first(self) -> Any:
            row = self.rows.first()
            call(address)
            return row

    monkeypatch.setattr(type(Heartbeat.objects), "newly_silent", lambda _manager: Late(newly_silent()))
    assert workflow.watch_heartbeats() == 0
    assert (row_of(journey).silent_since, Deviation.objects.count()) == (None, 0)


def test_the_facts_say_it(journey: Journey) -> None:
    made_for(journey)
    assert (facts_now(journey.integration).monitoring_beats, facts_now(journey.integration).monitoring_silent) == (
        False,
        False,
    )
    last_beat_was(journey, 60)
    workflow.watch_heartbeats()
    facts = facts_now(journey.integration)
    assert (facts.monitoring_beats, facts.monitoring_silent) == (True, True)
    with override("en"):
        assert "The sender's monitoring is silent" in [one.text for one in gates.next_moves(facts)]
