"""/me/: everybody sees what was sent to, written by or is about them, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils.translation import override

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, Mail, Member, User
from milestones.personal import kind_of, stored_about
from milestones.personal.stored import ways_to_a_person
from milestones.process import Role
from tests.cast import Cast
from tests.personal.common import document_of, named_everywhere


def test_everything_that_points_to_a_person_is_in_it(cast: Cast, journey: Journey) -> None:
    stored = json.loads(json.dumps(stored_about(cast.manager)))
    assert stored["person"]["email"] == cast.manager.email
    pointing = set()
    for relation in User._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if relation.auto_created and model and model._meta.app_label == "milestones":
            name = relation.field.name  # type: ignore[union-attr]
            if model._default_manager.filter(**{name: cast.manager}).exists():
                pointing.add(f"{model._meta.model_name}.{name}")
    assert set(stored["rows"]) - {"roleholding.member.user", "invitation.member.user"} == pointing
    assert {"event.actor", "mail.recipient", "member.user", "milestone.submitted_by"} <= pointing
    assert len(stored["rows"]["event.actor"]) == Event.objects.filter(actor=cast.manager).count()
    mine = stored["rows"]["mail.recipient"]
    assert {row["pk"] for row in mine} == set(Mail.objects.filter(recipient=cast.manager).values_list("pk", flat=True))
    assert "password" not in json.dumps(stored)


def test_what_is_about_them_by_way_of_another_row_is_in_it_too(cast: Cast, journey: Journey) -> None:
    named_everywhere(cast, journey, cast.owner)
    cast.client(cast.owner).get(f"/i/{journey.integration.reference}/documents/{document_of(journey).pk}/")
    rows = stored_about(cast.owner)["rows"]
    assert rows["roleholding.member.user"][0]["role"] == Role.BUSINESS_OWNER
    assert rows["noticereceipt.member.user"][0]["notice__title"] == f"Til {cast.owner.name}"
    assert rows["member.user"][0]["name"] == cast.owner.name
    assert len(rows["documentaccess.user"]) == 1


def test_no_model_is_about_a_person_without_being_shown() -> None:
    """A new column that points to a person, or to what is one's own, must be among what everybody can see."""
    ways = {(model, path) for model, path in ways_to_a_person()}
    ones_own = {Member: "member__user", Mail: "mail__recipient"}
    missing = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is User and (model, field.name) not in ways:
                missing.append((model.__name__, field.name))
            if field.related_model in ones_own and (model, f"{field.name}__{_owner(field)}") not in ways:
                missing.append((model.__name__, field.name))
    assert missing == []


def _owner(field: models.Field[Any, Any]) -> str:
    return "user" if field.related_model is Member else "recipient"


def test_a_person_downloads_their_own_and_no_other(cast: Cast) -> None:
    cast.journey().roles()
    answer = cast.client(cast.lead).get("/me/?download")
    assert answer["Content-Disposition"].startswith("attachment")
    stored = answer.json()
    assert stored["person"]["email"] == cast.lead.email
    assert cast.manager.email not in answer.content.decode()
    assert cast.client(cast.lead).get("/me/?download&person=1").json()["person"] == stored["person"]


@pytest.mark.parametrize("chosen", ["passord", "Nabovik", "Naboens brev", "Ingrid Onboarding"])
def test_a_name_that_an_inviter_chose_finds_nothing_in_what_others_wrote(cast: Cast, chosen: str) -> None:
    """An inviter may call somebody by any word: a text that holds the word is not thereby about that person."""
    journey, neighbour = cast.journey(), cast.neighbour()
    address = "hvem@fjordvik.example"
    workflow.invite(journey.integration, by=cast.manager, name=chosen, email=address, roles=[Role.OBSERVER])
    client = cast.client(User.objects.get(email=address))
    before = client.get("/me/?download").json()

    workflow.send_notice([neighbour.integration], by=cast.staff, kind="job", title=chosen, body=f"{chosen} {address}")
    for integration, by in ((neighbour.integration, cast.stranger), (journey.integration, cast.manager)):
        workflow.add_follow_up(integration, by=by, title=chosen, description=f"{chosen}, {address}")
    Mail.objects.create(key="another's", kind="code", recipient=cast.stranger, day=today(), text=f"{chosen} {address}")
    Mail.objects.create(key="a mailbox's", kind="notice", address=cast.staff.email, day=today(), subject=chosen)

    assert client.get("/me/?download").json() == before
    assert set(before) == {"person", "rows"}


def test_every_row_of_it_points_to_the_person(cast: Cast, journey: Journey) -> None:
    named_everywhere(cast, journey, cast.owner)
    rows = stored_about(cast.owner)["rows"]
    for model, path in ways_to_a_person():
        theirs = set(model._base_manager.filter(**{path: cast.owner}).values_list("pk", flat=True))
        label = f"{model._meta.model_name}.{path.replace('__', '.')}"
        if model._meta.app_label == "milestones":
            assert {row["pk"] for row in rows.get(label, [])} == theirs, label
    page = cast.client(cast.owner).get("/me/").content.decode()
    assert "Spør" not in page


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_kind_of_row_has_a_name_in_the_readers_language(language: str) -> None:
    kinds = {model._meta.label_lower.removeprefix("milestones.") + ".x" for model, _path in ways_to_a_person()}
    with override("en"):
        english = {kind: kind_of(kind) for kind in kinds}
    with override(language):
        assert [kind for kind in kinds if kind_of(kind) == english[kind]] == []
