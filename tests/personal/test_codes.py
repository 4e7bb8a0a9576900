"""Somebody is called like a code: erasing them leaves every id, reference, key, digest and state as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.models import CatalogueScenario, Event, EventKind, Member, Scenario, User
from milestones.personal import records
from tests.cast import Cast, reasons
from tests.personal.common import document_of, erase, leave, snapshots_differ

CODES = (
    "T01", "2.1", "D.1", "500123", "700456", "120", "1", "item-1", "M1", "T07 test", "application", "pdf", "passed",
    "sender", "digipost", "api", "kickoff", "letter", "terms", "use", "active", "approved", "operations", "digest",
    "test_account_id", "project_manager", "False",
)  # fmt: skip


def rows_beside(people: list[User]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All that is stored, but for these people's own rows and for what says that they were erased."""
    erased = [EventKind.PERSON_ERASED]
    for model in records.models_of():
        rows = model._default_manager.order_by("pk")
        if model is User:
            rows = rows.exclude(pk__in=[one.pk for one in people])
        if model is Member:
            rows = rows.exclude(user__in=people)
        if model is Event:
            rows = rows.exclude(kind__in=erased)
        for row in rows.values():
            yield model.__name__, row


def test_who_is_called_like_a_code_takes_nothing_along(cast: Cast, journey: Journey) -> None:
    """Accounts may have such names from before codes were refused as names."""
    document = document_of(journey)
    codes = [
        *CODES,
        journey.integration.reference,
        document.sha256,
        document.content_type,
        str(journey.integration.pk),
    ]
    workflow.add_follow_up(journey.integration, by=cast.manager, title="T01 og 2.1", description="pdf, 500123, passed")
    people = [User.objects.create_user(f"n{number}@x.example", code) for number, code in enumerate(codes)]
    now = journey.integration.created_at
    for person in people:
        Member.objects.create(
            integration=journey.integration, user=person, name=person.name, joined_at=now, left_at=now
        )
    before = list(rows_beside(people))

    for person in people:
        erase(person, cast.staff)

    assert list(rows_beside(people)) == before
    assert not Member.objects.filter(name__in=codes).exists()
    assert not User.objects.filter(name__in=codes).exists()
    assert not snapshots_differ()


@pytest.mark.parametrize("field", ["title", "passes_when"])
def test_the_catalogue_and_what_a_set_took_from_it_are_out_of_reach(cast: Cast, journey: Journey, field: str) -> None:
    said = getattr(CatalogueScenario.objects.in_force().get(code="T01"), field)
    User.objects.filter(pk=cast.lead.pk).update(name=said[:150])
    journey.integration.members.filter(user=cast.lead).update(name=said[:150])
    titles = ("code", "title", "passes_when")
    basic = Scenario.objects.filter(code__startswith="T")
    before = list(CatalogueScenario.objects.values(*titles)), list(basic.values(*titles))
    leave(cast, journey, cast.lead)
    erase(cast.lead, cast.staff)
    assert (list(CatalogueScenario.objects.values(*titles)), list(basic.values(*titles))) == before
    assert reasons(journey.integration, "3.2") == []
    assert Event.objects.get(kind=EventKind.SCENARIO_ADDED, subject="T01").to_value == before[0][0]["title"]


def test_what_another_sender_chose_to_call_somebody_is_no_word_here(cast: Cast) -> None:
    """An account is called what its first inviter typed; a single word of it is not searched for elsewhere."""
    journey, neighbour = cast.journey(), cast.neighbour()
    theirs, ours = "Nabovik", "Kari Nabo"
    invited = workflow.invite(neighbour.integration, by=cast.stranger, name="Avtale", email="k@x.example", roles=[])
    member = workflow.invite(journey.integration, by=cast.manager, name=ours, email="k@x.example", roles=[])
    for integration, by in ((journey.integration, cast.manager), (neighbour.integration, cast.stranger)):
        workflow.add_follow_up(integration, by=by, title=f"Avtale med {ours}", description=theirs)
    workflow.remove_member(neighbour.integration, invited.pk, by=cast.stranger)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    erased = erase(User.objects.get(email="k@x.example"), cast.staff)
    assert journey.integration.follow_ups.get().title == f"Avtale med {erased.name}"
    assert neighbour.integration.follow_ups.get().title == f"{erased.name} med {ours}"


def test_notices_are_rewritten_only_where_the_person_is_tied_to_them(cast: Cast, journey: Journey) -> None:
    neighbour = cast.neighbour()
    said = {"kind": "job", "body": f"Spør {cast.lead.name}."}
    ours = workflow.send_notice([journey.integration], by=cast.staff, title="Vår", **said)
    theirs = workflow.send_notice([neighbour.integration], by=cast.staff, title="Deres", **said)
    leave(cast, journey, cast.lead)
    erased = erase(cast.lead, cast.staff)
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert ours.body == f"Spør {erased.name}."
    assert theirs.body == said["body"]
