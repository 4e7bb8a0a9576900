"""Staff who take in a known organisation are offered its name and its people; others learn nothing from a number."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milestones.demo import Journey
from milestones.models import User
from tests.cast import Cast

ADDRESS = "/integrations/new/"
KNOWN, UNKNOWN = "984 661 185", "974 760 673"


def test_staff_are_offered_what_is_known_by_the_number(cast: Cast, journey: Journey) -> None:
    journey.roles()
    page = cast.client(cast.staff).get(ADDRESS, {"number": KNOWN})
    text = page.content.decode()
    assert page.context["form"].initial["organisation"] == "Fjordvik kommune"
    for shown in (journey.integration.reference, cast.lead.name, f"manager={cast.lead.pk}#intake-name"):
        assert shown in text
    picked = cast.client(cast.staff).get(ADDRESS, {"number": KNOWN, "manager": str(cast.lead.pk)}).context["form"]
    assert (picked.initial["manager_name"], picked.initial["manager_email"]) == (cast.lead.name, cast.lead.email)


def test_nobody_is_picked_who_is_not_with_this_organisation(cast: Cast, journey: Journey) -> None:
    cast.neighbour()
    form = cast.client(cast.staff).get(ADDRESS, {"number": KNOWN, "manager": str(cast.stranger.pk)}).context["form"]
    assert "manager_name" not in form.initial


def test_a_number_that_is_unknown_or_none_is_said_to_be_so(cast: Cast, journey: Journey) -> None:
    page = cast.client(cast.staff).get(ADDRESS, {"number": UNKNOWN})
    assert (page.context["known"], page.context["form"].initial["number"]) == ([], "974760673")
    page = cast.client(cast.staff).get(ADDRESS, {"number": "123"})
    assert 'id="known-number_error"' in page.content.decode()


def test_others_get_the_same_page_whatever_number_they_ask_for(cast: Cast, journey: Journey) -> None:
    """The same text, by the same queries: there is nothing to measure either."""
    journey.roles()
    for person in (cast.stranger, cast.manager):
        client = cast.client(User.objects.get(pk=person.pk))
        found = {_shown(client, f"?number={number}") for number in (KNOWN, UNKNOWN)}
        assert found == {_shown(client, "")}
        assert "Fjordvik" not in found.pop()
        assert len({_queries(client, number) for number in (KNOWN, UNKNOWN)}) == 1


def _queries(client: Client, number: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(ADDRESS, {"number": number})
    return len(asked)


def _shown(client: Client, query: str) -> str:
    """The page without what differs from one showing to the next, and without its own address."""
    page = client.get(ADDRESS + query).content.decode()
    page = re.sub(r'name="(csrfmiddlewaretoken|form_key|next)"\s+value="[^"]*"', "", page)
    return re.sub(r'nonce="[^"]*"', "", page)
