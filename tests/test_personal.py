"""What is stored about a person: they see all of it, and nothing of anybody else's."""

from __future__ import annotations

import json
from typing import Any

from milestones.models import Event, Mail, User
from milestones.personal import stored_about
from tests.cast import Cast


def test_everything_that_points_to_a_person_is_in_it(cast: Cast) -> None:
    journey = cast.journey()
    journey.to_operations()
    stored = json.loads(json.dumps(stored_about(cast.manager)))
    assert stored["person"]["email"] == cast.manager.email
    pointing = set()
    for relation in User._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if relation.auto_created and model and model._meta.app_label == "milestones":
            name = relation.field.name  # type: ignore[union-attr]
            if model._default_manager.filter(**{name: cast.manager}).exists():
                pointing.add(f"{model._meta.model_name}.{name}")
    assert set(stored["rows"]) == pointing
    assert {"event.actor", "mail.recipient", "member.user", "milestone.submitted_by"} <= pointing
    assert len(stored["rows"]["event.actor"]) == Event.objects.filter(actor=cast.manager).count()
    mine = stored["rows"]["mail.recipient"]
    assert {row["pk"] for row in mine} == set(Mail.objects.filter(recipient=cast.manager).values_list("pk", flat=True))
    assert "password" not in json.dumps(stored)


def test_a_person_downloads_their_own_and_no_other(cast: Cast) -> None:
    cast.journey().roles()
    answer = cast.client(cast.lead).get("/me/?download")
    assert answer["Content-Disposition"].startswith("attachment")
    stored = answer.json()
    assert stored["person"]["email"] == cast.lead.email
    assert cast.manager.email not in answer.content.decode()
    assert cast.client(cast.lead).get("/me/?download&person=1").json()["person"] == stored["person"]
