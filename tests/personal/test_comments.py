"""Comments and their former texts: erased, anonymised and taken out with whoever wrote them or is named in them."""

from __future__ import annotations

from typing import Any

import pytest

from milestones import clock, tasks, workflow
from milestones.demo import Journey
from milestones.models import Comment, CommentVersion, Event, User
from milestones.personal import effects, stored_about
from tests.cast import Cast
from tests.personal.common import erase, leave, require_refusal, snapshots_differ, stands_somewhere
from tests.talking import note, say

MONTH = 31
"""Days: 25 of them are more than two years ago."""


def talk(cast: Cast, journey: Journey) -> Comment:
    """Of Terje and by Terje, in comments, in what they said before, and in a note."""
    comment = say(journey, cast.manager, "Spør @Terje Teknisk")
    workflow.edit_comment(journey.integration, comment.pk, by=cast.manager, text="terje.teknisk vet det")
    gone = say(journey, cast.lead, "Jeg er Terje Teknisk", "milestone-1")
    workflow.delete_comment(journey.integration, gone.pk, by=cast.staff, reason="Skrevet av Teknisk, Terje")
    note(journey, cast.staff, f"{cast.lead.email} svarer ikke")
    return comment


def test_who_is_erased_is_in_no_comment(cast: Cast, journey: Journey) -> None:
    comment = talk(cast, journey)
    events = Event.objects.count()
    leave(cast, journey, cast.lead)
    (effect,) = effects(cast.lead)
    assert effect.texts > 4
    erased = erase(cast.lead, cast.staff)
    assert stands_somewhere("Terje", cast.lead.email) == []
    assert Comment.objects.get(pk=comment.pk).text == f"{erased.name} vet det"
    assert list(CommentVersion.objects.order_by("pk").values_list("text", flat=True)) == [
        f"Spør @{erased.name}", f"Jeg er {erased.name}",
    ]  # fmt: skip
    assert Comment.objects.get(about="milestone-1").author == erased
    assert Event.objects.count() > events
    assert not snapshots_differ()
    require_refusal()


def test_what_was_closed_for_long_names_nobody(cast: Cast, journey: Journey) -> None:
    with clock.ago(26 * MONTH):
        old = cast.journey("Gammel")
        old.roles()
        talk(cast, old)
        workflow.close_integration(old.integration, by=cast.staff, reason="Ferdig")
    assert tasks.anonymise() == 1
    rows = Comment.objects.filter(integration=old.integration)
    said = " ".join([*rows.values_list("text", flat=True), *rows.values_list("deleted_because", flat=True)])
    said += " ".join(CommentVersion.objects.filter(comment__in=rows).values_list("text", flat=True))
    assert "Terje" not in said
    assert cast.lead.email not in said
    on_another = User.objects.get(pk=cast.lead.pk)  # and keeps their name there
    assert on_another.name == cast.lead.name
    assert not rows.filter(author=on_another).exists()
    assert {one.is_staff for one in User.objects.filter(comments__in=rows)} == {True, False}


def test_what_one_wrote_is_among_what_is_stored_about_them(cast: Cast, journey: Journey) -> None:
    comment = talk(cast, journey)
    mine: Any = stored_about(cast.manager)["rows"]
    assert [row["text"] for row in mine["comment.author"]] == ["terje.teknisk vet det"]
    assert [row["text"] for row in mine["commentversion.comment.author"]] == ["Spør @Terje Teknisk"]
    assert mine["comment.author"][0]["pk"] == comment.pk
    theirs = stored_about(cast.lead)["rows"]
    assert [row["text"] for row in theirs["commentversion.comment.author"]] == ["Jeg er Terje Teknisk"]
    assert "vet det" not in str(theirs)
    assert "svarer ikke" not in str(theirs)


@pytest.mark.parametrize("who", ["staff", "other_staff"])
def test_a_name_that_somebody_shares_who_only_wrote_a_note_stays(cast: Cast, journey: Journey, who: str) -> None:
    """Who has left no event is beside them all the same: the text may mean either."""
    namesake = User.objects.create_user("terje@digipost.example", "Terje Teknisk", is_staff=True)
    comment = say(journey, cast.manager, "Spør Terje Teknisk")
    note(journey, namesake if who == "staff" else cast.staff, "Ja")
    leave(cast, journey, cast.lead)
    erase(cast.lead, cast.staff)
    assert (Comment.objects.get(pk=comment.pk).text == "Spør Terje Teknisk") == (who == "staff")
