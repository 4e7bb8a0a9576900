"""Pages that are read anew when somebody comes back to them (static/fresh.js): which they are, and at what cost."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.messages import get_messages

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.opened import as_they_stand
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BY_ITSELF = {"X-Fresh": "1"}


def reads_itself(answer: Any) -> bool:
    return b"/fresh." in answer.content


def home(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/"


def test_a_page_of_an_integration_does(cast: Cast, journey: Journey) -> None:
    assert reads_itself(cast.client(cast.manager).get(home(journey)))


def test_one_that_shows_a_secret_once_does_not(cast: Cast, journey: Journey) -> None:
    until = clock.today() + datetime.timedelta(days=30)
    filled = {"name": "Nattlig bygg", "scope": "read", "expires_on": str(until)}
    made = cast.client(cast.manager).post(f"{home(journey)}tokens/", filled)
    assert journey.integration.api_tokens.count() == 1
    assert (made.status_code, reads_itself(made)) == (200, False)


@pytest.mark.parametrize("path", ["/me/security/", "/me/data/", "/notices/"])
def test_one_where_reading_it_twice_may_change_something_does_not(cast: Cast, path: str) -> None:
    assert not reads_itself(cast.client(cast.staff).get(path, follow=True))


def test_what_it_was_told_is_told_to_whoever_reads_it(cast: Cast, journey: Journey) -> None:
    client, page = cast.client(cast.manager), f"{home(journey)}milestones/1/"
    journey.milestone_1_facts()
    version = workflow.version_of(journey.integration)
    client.post(f"{page}submit/", {"seen": version})
    client.get(page, headers=BY_ITSELF)
    assert len(list(get_messages(client.get(page).wsgi_request))) == 1


def test_what_it_reads_is_not_opened(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    client, page = cast.client(cast.staff), f"/approvals/{journey.integration.reference}/1/"
    assert not as_they_stand(client.get(page, headers=BY_ITSELF).wsgi_request, [journey.integration])
    assert as_they_stand(client.get(page).wsgi_request, [journey.integration])
