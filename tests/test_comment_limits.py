"""What comments are not: no fact to any gate, nothing that makes a page old, and not without end."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones import gates, snapshots, workflow
from milestones.demo import Journey
from milestones.facts import facts_for
from milestones.models import Comment, CommentVersion, WaitingItem
from milestones.process import MILESTONE_NUMBERS, REQUIREMENTS
from milestones.workflow import room
from tests.cast import Cast, facts_now, fresh
from tests.made_once import made_once
from tests.talking import address, browser, note, say


@made_once
def team(cast: Cast, journey: Journey) -> Journey:
    journey.roles()
    return journey


def test_no_gate_reads_a_comment(cast: Cast, team: Journey) -> None:
    before, stored = facts_now(team.integration), list(WaitingItem.objects.values())
    version = workflow.version_of(team.integration)
    for about in (*(f"requirement-{code}" for code in REQUIREMENTS), *(f"milestone-{n}" for n in MILESTONE_NUMBERS)):
        say(team, cast.lead, "Godkjent, bestått og signert", about)
        note(team, cast.staff, about=about)
    assert facts_now(team.integration) == before
    assert list(WaitingItem.objects.values()) == stored
    assert workflow.version_of(team.integration) == version  # an approver's open page is as good as before
    tables = [model._meta.db_table for model in (Comment, CommentVersion)]
    with CaptureQueriesContext(connection) as queries:
        facts = facts_for([fresh(team.integration)])[team.integration.pk]
        snapshots.refresh(fresh(team.integration), facts)
        gates.next_moves(facts)
    assert not [one for one in queries.captured_queries if any(table in one["sql"] for table in tables)]


# --- Room


def test_room_is_counted_apart_for_notes(cast: Cast, team: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member who is refused would otherwise learn that there are notes."""
    monkeypatch.setattr(room, "COMMENTS", 2)
    for number in range(2):
        note(team, cast.staff, f"Notat {number}")
        say(team, cast.lead, f"Kommentar {number}")
    for refused in (lambda: note(team, cast.staff, "Et til"), lambda: say(team, cast.lead, "En til")):
        with pytest.raises(ValidationError):
            refused()
    say(team, cast.lead, "Om noe annet", "milestone-1")


def test_an_edit_too_many_is_another_comment(cast: Cast, team: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "VERSIONS", 1)
    comment = say(team, cast.lead)
    edit = browser(cast, "lead").post
    answers = [edit(address(team, comment=comment), {"text": word}).status_code for word in ("En", "To")]
    assert answers == [302, 422]


def test_in_a_day_there_is_room_again(cast: Cast, team: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "COMMENTS_A_DAY", 1)
    say(team, cast.lead)
    say(team, cast.manager)
    with pytest.raises(ValidationError):
        say(team, cast.lead, "En til", "milestone-2")
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)):
        say(team, cast.lead, "En til", "milestone-2")


@pytest.mark.parametrize("number", ["the same form", "none"])
def test_a_second_press_says_it_once(cast: Cast, team: Journey, number: str) -> None:
    client = browser(cast, "manager")
    sent = {"text": "En gang", "tell": str(cast.lead.pk)}
    if number == "the same form":
        found = client.get(address(team)).content.decode().split('name="form_key" value="')
        sent["form_key"] = found[1].split('"')[0]
    assert [client.post(address(team), sent).status_code for _ in range(2)] == [302, 409]
    comment = Comment.objects.get()
    assert comment.mails.count() == 1
    workflow.delete_comment(team.integration, comment.pk, by=cast.manager)
    sent.pop("form_key", None)
    assert client.post(address(team), sent).status_code == 302  # what was deleted may be said anew
