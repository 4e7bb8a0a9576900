"""Who gets which rows: those that they see on the page, and nobody else's names."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from milestones import workflow
from milestones.process import Role
from tests.addresses.asking import NOWHERE
from tests.cast import Cast, add_observer
from tests.exports.reading import by_csv, exported, same_in_all

PAGES = ("plan", "scenarios", "history", "people")
FORMATS = ("xlsx", "csv")
PORTFOLIO = "/integrations/export/"


def test_everybody_on_it_and_all_staff_get_every_file(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    add_observer(journey, cast.observer)
    for page in PAGES:
        address = f"/i/{journey.integration.reference}/{page}/export/"
        readers = (cast.manager, cast.lead, cast.contract, cast.owner, cast.observer, cast.staff, cast.other_staff)
        rows = [same_in_all(cast.client(one), address) for one in readers]
        assert all(one == rows[0] for one in rows), page


def test_to_others_there_is_none(cast: Cast) -> None:
    journey = cast.journey()
    cast.neighbour()
    for page in PAGES:
        for reference in (journey.integration.reference, NOWHERE):
            for ending in FORMATS:
                address = f"/i/{reference}/{page}/export/{ending}/"
                assert cast.client(cast.stranger).get(address).status_code == 404
                assert Client().get(address)["Location"].startswith("/sign-in/")
        assert (
            cast.client(cast.manager).get(f"/i/{journey.integration.reference}/{page}/export/pdf/").status_code == 404
        )
    for ending in FORMATS:
        assert Client().get(f"{PORTFOLIO}{ending}/")["Location"].startswith("/sign-in/")
        assert cast.client(cast.manager).post(f"{PORTFOLIO}{ending}/").status_code == 405


def test_the_portfolio_holds_what_its_reader_sees(cast: Cast) -> None:
    mine, other = cast.journey(), cast.neighbour()
    for user, expected in (
        (cast.manager, {mine.integration.reference}),
        (cast.stranger, {other.integration.reference}),
        (cast.staff, {mine.integration.reference, other.integration.reference}),
        (cast.observer, set()),
    ):
        assert {row[0] for row in same_in_all(cast.client(user), PORTFOLIO)} == expected


def test_who_is_invited_and_has_not_come_in_gets_nothing(cast: Cast) -> None:
    journey = cast.journey()
    workflow.invite(journey.integration, by=cast.manager, name="Olga", email=cast.observer.email, roles=[])
    assert same_in_all(cast.client(cast.observer), PORTFOLIO) == []
    address = reverse("export_people", args=[journey.integration.reference, "csv"])
    assert cast.client(cast.observer).get(address).status_code == 404


def test_what_only_staff_may_ask_for_counts_for_staff_alone(cast: Cast) -> None:
    """A member has neither the view of what nobody has, nor the filter by contact: their rows are as on their page."""
    journey = cast.journey()
    for query in ("?view=nobodys", f"?contact={cast.other_staff.pk}", "?phase=x&sort=x&view=x&page=9"):
        assert [row[0] for row in same_in_all(cast.client(cast.manager), PORTFOLIO, query)] == [
            journey.integration.reference
        ]


@pytest.mark.parametrize("noun", PAGES)
def test_people_are_called_as_on_this_integration(cast: Cast, noun: str) -> None:
    journey = cast.journey()
    journey.to_operations()
    neighbour = cast.neighbour().integration
    workflow.invite(neighbour, by=cast.stranger, name="Kallenavn", email=cast.lead.email, roles=[Role.OBSERVER])
    journey.integration.members.filter(user=cast.lead).update(name="Terje Her")
    told = str(same_in_all(cast.client(cast.manager), f"/i/{journey.integration.reference}/{noun}/export/"))
    assert "Kallenavn" not in told
    if noun != "plan":  # the lead submits no milestone
        assert "Terje Her" in told
    if noun != "history":  # where an event has recorded a name as its subject
        assert "Terje Teknisk" not in told


def test_whom_it_waits_on_is_called_as_there(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    neighbour = cast.neighbour().integration
    workflow.invite(neighbour, by=cast.stranger, name="Kallenavn", email=cast.lead.email, roles=[Role.OBSERVER])
    journey.integration.members.filter(user=cast.lead).update(name="Terje Her")
    told = str(by_csv(exported(cast.client(cast.staff), PORTFOLIO, "csv", f"?q={journey.integration.reference}")))
    assert "Terje Her" in told
    assert "Kallenavn" not in told
    assert "Terje Teknisk" not in told


def test_who_is_erased_is_erased_from_files(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    workflow.close_integration(journey.integration, by=cast.staff, reason="Stanset.")
    workflow.erase_person(cast.lead, by=cast.staff, reason="Ba om det.")
    for page in PAGES:
        assert "Terje" not in str(
            same_in_all(cast.client(cast.manager), f"/i/{journey.integration.reference}/{page}/export/")
        )
