"""Comments: who writes, edits and deletes; what is left of what was said; and that no gate reads any of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone

from milestones import policy, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import AppendOnlyError, Comment, CommentVersion, Event, EventKind
from milestones.process import Environment, Role
from tests.cast import Cast, add_observer
from tests.made_once import made_once
from tests.talking import address, browser, say, texts_on

TALK = (EventKind.COMMENTED, EventKind.COMMENT_EDITED, EventKind.COMMENT_DELETED)
MEMBERS = ("manager", "lead", "contract", "owner")


@made_once
def team(cast: Cast, journey: Journey) -> Journey:
    journey.roles()
    add_observer(journey, cast.observer)
    return journey


# --- Who


@pytest.mark.parametrize("who", [*MEMBERS, "staff", "other_staff"])
def test_who_takes_part_writes_and_everybody_reads(cast: Cast, team: Journey, who: str) -> None:
    comment = say(team, getattr(cast, who))
    assert (comment.author, comment.internal) == (getattr(cast, who), False)
    for reader in (*MEMBERS, "observer", "staff"):
        assert texts_on(browser(cast, reader), address(team)) == ["Ser bra ut"]


def test_observers_read_along(cast: Cast, team: Journey) -> None:
    with pytest.raises(policy.Forbidden):
        say(team, cast.observer)
    assert browser(cast, "observer").post(address(team), {"text": "Hei"}).status_code == 403
    assert 'method="post"\n' not in browser(cast, "observer").get(address(team)).content.decode().split("<main")[1]


def test_to_a_stranger_nothing_is_said(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead)
    with pytest.raises(Http404):
        say(team, cast.stranger)
    for path in (address(team), address(team, comment=comment)):
        assert browser(cast, "stranger").get(path).status_code == 404
    neighbour = cast.neighbour()
    assert browser(cast, "stranger").get(address(neighbour, comment=comment)).status_code == 404


@pytest.mark.parametrize("who", [*MEMBERS, "observer", "staff"])
def test_nobody_but_its_author_edits_it(cast: Cast, team: Journey, who: str) -> None:
    comment = say(team, cast.other_staff)
    with pytest.raises(policy.Forbidden, match="Jonas Onboarding"):
        workflow.edit_comment(team.integration, comment.pk, by=getattr(cast, who), text="Noe annet")
    assert browser(cast, who).post(address(team, comment=comment), {"text": "Noe annet"}).status_code == 403
    assert Comment.objects.get().text == "Ser bra ut"


@pytest.mark.parametrize(
    ("who", "reason", "done"),
    [
        ("lead", "", True),
        ("staff", "Feil sted", True),
        ("staff", "", False),
        ("manager", "Feil sted", False),
        ("observer", "Feil sted", False),
    ],
)
def test_its_author_deletes_it_and_staff_with_a_reason(
    cast: Cast, team: Journey, who: str, reason: str, done: bool
) -> None:
    comment = say(team, cast.lead)
    answer = browser(cast, who).post(address(team, comment=comment, delete=True), {"reason": reason})
    refused = 422 if who == "staff" else 403
    assert answer.status_code == (302 if done else refused)
    kept = Comment.objects.get()
    assert (kept.deleted_by, kept.text, kept.deleted_because) == (
        (getattr(cast, who), "", reason) if done else (None, "Ser bra ut", "")
    )


def test_who_has_become_an_observer_edits_nothing_and_may_delete_their_own(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead)
    member = team.integration.members.current().get(user=cast.lead)
    workflow.set_roles(team.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    with pytest.raises(policy.Forbidden):
        workflow.edit_comment(team.integration, comment.pk, by=cast.lead, text="Nei")
    workflow.delete_comment(team.integration, comment.pk, by=cast.lead)


def test_closed_it_is_read_only_and_paused_it_goes_on(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead)
    workflow.pause_integration(team.integration, by=cast.staff, reason="Ferie")
    say(team, cast.manager, "Når begynner vi igjen?")
    workflow.close_integration(team.integration, by=cast.staff, reason="Avlyst")
    for attempt in (
        lambda: say(team, cast.staff, "Takk"),
        lambda: workflow.edit_comment(team.integration, comment.pk, by=cast.lead, text="Nei"),
        lambda: workflow.delete_comment(team.integration, comment.pk, by=cast.lead),
    ):
        with pytest.raises(workflow.Stale):
            attempt()
    for path in (address(team), address(team, comment=comment)):
        shown = browser(cast, "lead").get(path).content.decode()
        assert "<textarea" not in shown
        assert "Ser bra ut" in shown


# --- The trace


def test_what_it_said_before_is_kept_and_read(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead, "Først")
    edit = browser(cast, "lead").post
    assert [edit(address(team, comment=comment), {"text": word}).status_code for word in ("Så", "Sist")] == [302, 302]
    kept = list(CommentVersion.objects.order_by("pk").values_list("text", "written_at", "ended_at"))
    assert [text for text, _from, _to in kept] == ["Først", "Så"]
    assert kept[0][1] == comment.at
    assert kept[0][2] == kept[1][1]
    assert kept[1][2] == Comment.objects.get().edited_at
    for reader in ("lead", "observer", "staff"):
        shown = browser(cast, reader).get(address(team, comment=comment)).content.decode()
        assert all(word in shown for word in ("Først", "Så", "Sist"))
    assert [event.kind for event in team.integration.events.filter(kind__in=TALK).order_by("pk")] == [
        EventKind.COMMENTED, EventKind.COMMENT_EDITED, EventKind.COMMENT_EDITED,
    ]  # fmt: skip


def test_the_same_text_again_is_no_edit(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead)
    workflow.edit_comment(team.integration, comment.pk, by=cast.lead, text="Ser bra ut")
    assert not CommentVersion.objects.exists()
    assert Comment.objects.get().edited_at is None


def test_of_a_deleted_one_it_shows_who_and_when_and_no_word_of_it(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead, "Passordet er x")
    workflow.edit_comment(team.integration, comment.pk, by=cast.lead, text="Passordet er y")
    workflow.delete_comment(team.integration, comment.pk, by=cast.staff, reason="Hemmelig")
    assert list(CommentVersion.objects.order_by("pk").values_list("text", flat=True)) == [
        "Passordet er x", "Passordet er y",
    ]  # fmt: skip
    for reader in (*MEMBERS, "observer", "staff"):
        for path in (address(team), address(team, comment=comment), f"/i/{team.integration.reference}/history/"):
            shown = browser(cast, reader).get(path).content.decode()
            assert "Passordet" not in shown
            assert cast.staff.name in shown
    for change in (
        lambda: workflow.edit_comment(team.integration, comment.pk, by=cast.lead, text="Nei"),
        lambda: workflow.delete_comment(team.integration, comment.pk, by=cast.lead),
    ):
        with pytest.raises(workflow.Stale):
            change()


def test_events_say_on_what_and_not_what(cast: Cast, team: Journey) -> None:
    deviation = workflow.open_deviation(
        team.integration, by=cast.lead, title="Treg", description="", handler="Vakta", opened_on=today()
    )
    scenario = workflow.add_scenario(
        team.integration, by=cast.lead, environment=Environment.TEST, code="E77", title="Eget", passes_when="Virker"
    )
    item = workflow.add_item(
        team.integration, by=cast.manager, milestone=1, title="Avklar", description="", required=False,
        stands_on=Role.PROJECT_MANAGER,
    )  # fmt: skip
    things = {
        "requirement-1.1": "1.1", "requirement-D.2": "D.2", f"requirement-{item.key}": "Avklar", "milestone-3": "3",
        f"scenario-{scenario.pk}": "E77", f"deviation-{deviation.pk}": "Treg",
    }  # fmt: skip
    for about in things:
        say(team, cast.lead, "Noe å si", about)
    events = Event.objects.filter(kind=EventKind.COMMENTED)
    assert {event.to_value: event.subject for event in events} == things
    assert not [event for event in events if "Noe å si" in "".join(map(str, vars(event).values()))]


def test_the_database_refuses_to_change_a_former_text(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead)
    workflow.edit_comment(team.integration, comment.pk, by=cast.lead, text="Nei")
    version = CommentVersion.objects.get()
    for refused in (version.save, version.delete, CommentVersion.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            refused()
    for statement in ("UPDATE milestones_commentversion SET text = 'x'", "DELETE FROM milestones_commentversion"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "changed",
    [{"about": "note-1"}, {"about": "milestone-6"}, {"about": "scenario-1\n"}, {"text": ""}, {"deleted_at": 1}],
)
def test_the_database_takes_no_comment_that_makes_no_sense(cast: Cast, team: Journey, changed: dict[str, Any]) -> None:
    say(team, cast.lead)
    if "deleted_at" in changed:
        changed = {"deleted_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.update(**changed)


@pytest.mark.parametrize("about", ["requirement-9.9", "requirement-item-999", "scenario-999", "deviation-999"])
def test_nothing_is_said_of_what_is_not_there(cast: Cast, team: Journey, about: str) -> None:
    with pytest.raises(workflow.Stale):
        say(team, cast.lead, about=about)
    assert browser(cast, "lead").get(address(team, about=about)).status_code == 404
    assert browser(cast, "lead").post(address(team, about=about), {"text": "Hei"}).status_code == 404
