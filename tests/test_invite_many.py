"""Many are invited at once: all or none, looked through first, by the rules that hold for one."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Event, EventKind, Integration, Invitation, Mail, MailKind, Member, User
from milestones.pasted_people import Invitee
from milestones.policy import Forbidden
from milestones.process import Role
from milestones.workflow import room
from tests.cast import Cast
from tests.confirming import confirm, is_asked, post_and_confirm, told_by
from tests.racing import at_once

LINES = "Ola Ny\tola@fjordvik.example\tObserver\nÅse Ny;aase@fjordvik.example;Project manager + technical_lead\n"


@pytest.fixture
def manager(cast: Cast) -> Client:
    User.objects.filter(pk=cast.manager.pk).update(language="en")
    return cast.client(cast.manager)


@pytest.fixture
def address(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/people/many/"


def some(count: int, at: str = "x.example", first: int = 1) -> list[Invitee]:
    people = range(first, first + count)
    return [Invitee(one, f"Ny Nr{'x' * one}", f"ny{one}@{at}", (Role.OBSERVER,)) for one in people]


def stored() -> list[int]:
    return [model._default_manager.count() for model in (Event, Mail, Member, Invitation, User)]


# --- The page


def test_they_are_looked_through_and_then_invited(cast: Cast, manager: Client, journey: Journey, address: str) -> None:
    before = stored()
    asked = manager.post(address, {"people": LINES})
    for part in (
        "2 people are invited:",
        "Ola Ny, ola@fjordvik.example: observer",
        "Åse Ny, aase@fjordvik.example: project manager and technical lead",
        "Ola Ny and Åse Ny are told by e-mail.",
    ):
        assert part in told_by(asked)
    assert stored() == before
    answer = confirm(manager, address, {"people": LINES}, asked)
    assert (answer.status_code, answer.url) == (302, address.replace("many/", ""))
    assert "2 invitations are sent." in manager.get(answer.url).content.decode()
    members = {one.user.email: one.current_roles for one in journey.integration.members.filter(accepted_at=None)}
    assert members == {
        "ola@fjordvik.example": [Role.OBSERVER],
        "aase@fjordvik.example": [Role.PROJECT_MANAGER, Role.TECHNICAL_LEAD],
    }
    kinds = journey.integration.events.filter(actor=cast.manager).values_list("kind", flat=True)
    assert Counter(kinds)[EventKind.MEMBER_INVITED] == 2
    mailed = Mail.objects.filter(kind=MailKind.INVITED, integration=journey.integration)
    assert set(mailed.values_list("recipient__email", flat=True)) == {cast.manager.email, *members}


def test_every_error_is_told_and_what_was_typed_is_kept(
    cast: Cast, manager: Client, journey: Journey, address: str
) -> None:
    typed = "\n".join(
        [
            f"Kari Prosjekt;{cast.manager.email};observer",
            f"Jonas;{cast.other_staff.email};observer",
            "Ola;ola@fjordvik.example;sjef",
            "Per;per@;observer",
        ]
    )
    before, answer = stored(), manager.post(address, {"people": typed})
    text = answer.content.decode()
    assert answer.status_code == 422
    for part in (
        "Line 1: This person is already a member.",
        "Line 2: Digipost&#x27;s staff cannot be members of an integration.",
        "Line 3: “sjef” is no role.",
        "Line 4: Write a whole e-mail address",
        "Ola;ola@fjordvik.example;sjef",
        'id="invite_many-people_error"',
    ):
        assert part in text, part
    assert '<details class="ds-details" open>' in text
    assert stored() == before


def test_nothing_pasted_says_what_to_do(manager: Client, address: str) -> None:
    answer = manager.post(address, {"people": " \n "})
    assert answer.status_code == 422
    assert "Enter the people, one a line" in answer.content.decode()


def test_what_was_confirmed_is_what_is_done(cast: Cast, manager: Client, journey: Journey, address: str) -> None:
    asked = manager.post(address, {"people": LINES})
    again = confirm(manager, address, {"people": LINES + "Per Ny;per@fjordvik.example;observer"}, asked)
    assert is_asked(again)
    assert not journey.integration.members.filter(user__email="per@fjordvik.example").exists()


def test_one_who_became_a_member_meanwhile_stops_them_all(
    cast: Cast, manager: Client, journey: Journey, address: str
) -> None:
    asked = manager.post(address, {"people": LINES})
    workflow.invite(
        journey.integration, by=cast.staff, name="Ola", email="ola@fjordvik.example", roles=[Role.OBSERVER]
    )
    before, answer = stored(), confirm(manager, address, {"people": LINES}, asked)
    assert answer.status_code == 422
    assert "Line 1: This person is already a member." in answer.content.decode()
    assert stored() == before


def test_the_page_offers_it_to_who_may_invite(cast: Cast, journey: Journey, address: str) -> None:
    journey.roles()
    page = address.replace("many/", "")
    for who, offered in ((cast.manager, True), (cast.staff, True), (cast.lead, False)):
        assert (f'action="{address}"' in cast.client(who).get(page).content.decode()) == offered
    assert cast.client(cast.lead).post(address, {"people": LINES}).status_code == 403
    assert cast.client(cast.stranger).post(address, {"people": LINES}).status_code == 404


def test_sent_twice_it_is_done_once(manager: Client, journey: Journey, address: str) -> None:
    assert post_and_confirm(manager, address, {"people": LINES}).status_code == 302
    assert post_and_confirm(manager, address, {"people": LINES}).status_code == 422
    assert journey.integration.members.filter(accepted_at=None).count() == 2


# --- The door


def test_all_or_none(cast: Cast, journey: Journey) -> None:
    people = [*some(2), Invitee(7, "Jonas", cast.other_staff.email, (Role.OBSERVER,)), Invitee(9, "T01", "a@x.no", ())]
    before = stored()
    with pytest.raises(ValidationError) as refused:
        workflow.invite_many(journey.integration, by=cast.manager, people=people)
    assert stored() == before
    assert [told.partition(":")[0].split()[-1] for told in refused.value.message_dict["people"]] == ["9"]
    with pytest.raises(ValidationError) as refused:
        workflow.invite_many(journey.integration, by=cast.manager, people=people[:-1])
    assert [told.partition(":")[0].split()[-1] for told in refused.value.message_dict["people"]] == ["7"]
    assert stored() == before


def test_twice_in_the_list_is_refused(cast: Cast, journey: Journey) -> None:
    with pytest.raises(ValidationError):
        workflow.invite_many(journey.integration, by=cast.manager, people=some(2) + some(1))


def test_who_may(cast: Cast, journey: Journey) -> None:
    journey.roles()
    with pytest.raises(Forbidden):
        workflow.invite_many(journey.integration, by=cast.lead, people=some(1))
    assert len(workflow.invite_many(journey.integration, by=cast.staff, people=some(3))) == 3


def test_not_before_the_intake_is_accepted(cast: Cast, journey: Journey) -> None:
    Integration.objects.filter(pk=journey.integration.pk).update(accepted_at=None, accepted_by=None)
    with pytest.raises(workflow.GateClosed):
        workflow.invite_many(journey.integration, by=cast.manager, people=some(1))


def test_so_many_a_day(cast: Cast, journey: Journey, settings: Any) -> None:
    settings.INVITATIONS_A_DAY = 6  # one has gone to the manager
    with pytest.raises(ValidationError, match="7"):
        workflow.invite_many(journey.integration, by=cast.manager, people=some(7))
    workflow.invite_many(journey.integration, by=cast.manager, people=some(3))
    with pytest.raises(ValidationError):
        workflow.invite_many(journey.integration, by=cast.manager, people=some(3, first=10))
    workflow.invite_many(journey.integration, by=cast.manager, people=some(2, first=10))
    with pytest.raises(ValidationError):
        workflow.invite_many(journey.integration, by=cast.manager, people=some(1, first=20))


def test_no_more_than_there_is_room_for(cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MEMBERS", 4)
    with pytest.raises(ValidationError, match="4"):
        workflow.invite_many(journey.integration, by=cast.manager, people=some(4))
    assert len(workflow.invite_many(journey.integration, by=cast.manager, people=some(3))) == 3


# --- Races


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_postgresql")
def test_two_lists_at_once_are_one_list(cast: Cast, journey: Journey) -> None:
    for number in range(5):
        people = some(4, first=1 + 10 * number)
        do = partial(workflow.invite_many, journey.integration, people=people)
        answers = at_once(partial(do, by=cast.manager), partial(do, by=cast.staff))
        assert sorted(answers) == ["ValidationError", "done"]
    assert journey.integration.members.filter(accepted_at=None).count() == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_postgresql")
def test_the_same_people_on_two_integrations_in_another_order(cast: Cast, journey: Journey) -> None:
    other = cast.journey("Faktura").integration
    for number in range(5):
        people = some(6, first=1 + 10 * number)
        answers = at_once(
            partial(workflow.invite_many, journey.integration, by=cast.manager, people=people),
            partial(workflow.invite_many, other, by=cast.staff, people=people[::-1]),
        )
        assert answers == ("done", "done")
    assert User.objects.filter(email__startswith="ny").count() == 30
