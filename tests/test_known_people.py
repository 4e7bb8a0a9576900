"""Inviting: who is on another integration of the same organisation is offered to those who know them from there."""

from __future__ import annotations

from milestones import demo
from milestones.demo import Journey
from milestones.models import Integration, User
from milestones.process import Role
from tests.cast import Cast
from tests.made_once import made_once


@made_once
def other(cast: Cast) -> Journey:
    """Another integration of the same organisation: Terje is on it, and Kari."""
    other = cast.journey("Faktura")
    other.roles()
    return other


def offered(cast: Cast, who: User, journey: Journey) -> list[str]:
    page = cast.client(who).get(f"/i/{journey.integration.reference}/people/")
    return [member.name for member in page.context["known"]]


def test_staff_and_who_is_there_too_are_offered_them_by_name(cast: Cast, journey: Journey, other: Journey) -> None:
    expected = sorted(person.name for person in (cast.lead, cast.contract, cast.owner))
    assert sorted(offered(cast, cast.staff, journey)) == expected
    assert sorted(offered(cast, cast.manager, journey)) == expected
    address = f"/i/{journey.integration.reference}/people/"
    form = cast.client(cast.manager).get(address, {"invite": str(cast.lead.pk)}).context["invite"]
    assert form.initial == {"name": cast.lead.name, "email": cast.lead.email}


def test_who_is_not_on_the_other_integration_learns_of_nobody(cast: Cast, journey: Journey, other: Journey) -> None:
    demo.bring_in(journey.integration, cast.observer, [Role.PROJECT_MANAGER], by=cast.manager)
    assert offered(cast, cast.observer, journey) == []
    address = f"/i/{journey.integration.reference}/people/"
    page = cast.client(cast.observer).get(address, {"invite": str(cast.lead.pk)})
    assert page.context["invite"].initial == {}
    assert cast.lead.name not in page.content.decode()


def test_who_manages_nobody_is_offered_nobody(cast: Cast, journey: Journey, other: Journey) -> None:
    demo.bring_in(journey.integration, cast.lead, [Role.TECHNICAL_LEAD], by=cast.manager)
    assert offered(cast, cast.lead, journey) == []


def test_nobody_is_offered_of_others_or_of_what_digipost_has_not_accepted(
    cast: Cast, journey: Journey, other: Journey
) -> None:
    cast.neighbour()
    assert cast.stranger.name not in offered(cast, cast.staff, journey)
    Integration.objects.filter(pk=other.integration.pk).update(accepted_at=None, accepted_by=None)
    assert offered(cast, cast.staff, journey) == []
