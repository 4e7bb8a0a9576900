"""The page of an integration's channel: who sets, tests, removes and reads what; what was sent, and what was not."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Event, EventKind, SendState, TeamsAddress, TeamsPost
from milestones.policy import Forbidden
from milestones.process import MILESTONE_TITLES
from milestones.workflow import GateClosed, Stale, room
from tests.addresses.table import PEOPLE
from tests.cast import Cast
from tests.teams.channel import SECRET, Workflow, a_workflow, outcomes, post_all

OTHER = a_workflow("prod-02.westeurope.logic.azure.com")
HINT = f"prod-01.norwayeast.logic.azure.com … {SECRET[-4:]}"


@pytest.fixture
def there(cast: Cast, team: Journey) -> str:
    """Where the page of an integration with everybody on it is."""
    return reverse("teams", args=[team.integration.reference])


def kinds(journey: Journey) -> list[str]:
    return list(journey.integration.events.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("letter", PEOPLE)
def test_who_may_set_test_remove_and_see(cast: Cast, team: Journey, there: str, letter: str) -> None:
    person, client = getattr(cast, PEOPLE[letter]), cast.client(getattr(cast, PEOPLE[letter]))
    connects, tends = letter in "ML", letter in "MLS"
    answer = client.get(there)
    assert ('name="workflow_address"' in answer.content.decode()) == connects
    status = client.post(there, {"workflow_address": a_workflow()}).status_code
    assert status == (302 if connects else 403)
    if not connects:
        workflow.connect_teams(team.integration, by=cast.manager, workflow_address=a_workflow())
    html = client.get(there).content.decode()
    assert (HINT in html) == connects
    assert SECRET not in html
    assert (person.name if connects else "Kari Prosjekt") in html
    assert (f'action="{there}test/"' in html) == connects
    assert (f'action="{there}remove/"' in html) == tends
    assert client.post(f"{there}test/").status_code == (302 if connects else 403)
    TeamsPost.objects.all().delete()
    post = workflow.send_teams_test(team.integration, by=cast.manager)
    TeamsPost.objects.update(state=SendState.FAILED, error="Fordi.", attempts=3)
    again = f"{there}{post.pk}/again/"
    html = client.get(there).content.decode()
    assert "Fordi." in html
    assert (f'action="{again}"' in html) == tends
    assert client.post(again).status_code == (302 if tends else 403)
    assert client.post(f"{there}remove/").status_code == (302 if tends else 403)
    assert TeamsAddress.objects.exists() != tends


def test_a_stranger_finds_nothing(cast: Cast, team: Journey, there: str) -> None:
    stranger = cast.client(cast.stranger)
    post = TeamsPost.objects.create(key="x", integration=team.integration, audience="integration", day="2026-11-20")
    assert stranger.get(there).status_code == 404
    for address in (there, f"{there}test/", f"{there}remove/", f"{there}{post.pk}/again/"):
        assert stranger.post(address, {"workflow_address": a_workflow()}).status_code == 404


def test_what_is_no_address_is_refused_by_the_field(cast: Cast, team: Journey, there: str) -> None:
    client = cast.client(cast.manager)
    for wrong in (
        "",
        "https://evil.example/",
        "http://prod.logic.azure.com/a",
        "https://127.0.0.1/",
        f"x{'y' * 3000}",
    ):
        answer = client.post(there, {"workflow_address": wrong})
        assert answer.status_code == 422, wrong
        assert 'href="#form-workflow_address"' in answer.content.decode()
    assert not TeamsAddress.objects.exists()
    pasted = f"  {a_workflow()[:40]}\n{a_workflow()[40:]} "
    assert client.post(there, {"workflow_address": pasted}).status_code == 302
    assert TeamsAddress.objects.get().address == a_workflow()


def test_each_change_is_an_event_and_the_same_again_is_none(cast: Cast, team: Journey, there: str) -> None:
    before = kinds(team)
    for address in (a_workflow(), a_workflow(), OTHER):
        assert cast.client(cast.lead).post(there, {"workflow_address": address}).status_code == 302
    assert TeamsAddress.objects.get().set_by == cast.lead
    cast.client(cast.staff).post(f"{there}remove/")
    assert cast.client(cast.staff).post(f"{there}remove/").status_code == 409
    new = [EventKind.TEAMS_ADDRESS_SET, EventKind.TEAMS_ADDRESS_SET, EventKind.TEAMS_ADDRESS_REMOVED]
    assert kinds(team) == [*before, *new]


def test_nothing_that_is_decided_grows_old_by_it(cast: Cast, ready: Journey) -> None:
    workflow.submit(ready.integration, 1, by=cast.manager)
    seen = workflow.version_of(ready.integration)
    workflow.connect_teams(ready.integration, by=cast.manager, workflow_address=a_workflow())
    assert workflow.version_of(ready.integration) == seen


def test_an_intake_that_is_not_accepted_is_not_connected(cast: Cast, ready: Journey) -> None:
    ready.integration.__class__.objects.update(accepted_at=None, accepted_by=None)
    with pytest.raises(GateClosed):
        workflow.connect_teams(ready.integration, by=cast.manager, workflow_address=a_workflow())
    html = cast.client(cast.manager).get(reverse("teams", args=[ready.integration.reference])).content.decode()
    assert 'name="workflow_address"' not in html


def test_the_page_says_what_became_of_each(cast: Cast, connected: Journey, channel: Workflow) -> None:
    there = reverse("teams", args=[connected.integration.reference])
    workflow.submit(connected.integration, 1, by=cast.manager)
    channel.status = 410
    post_all()
    html = cast.client(cast.manager).get(there).content.decode()
    assert "410" in html
    assert 'data-color="danger"' in html
    with override("nb"):
        assert f"1 {MILESTONE_TITLES[1]}" in html
    channel.status = 202
    again = f"{there}{TeamsPost.objects.get().pk}/again/"
    assert cast.client(cast.lead).post(again)["Location"] == there
    assert cast.client(cast.lead).post(again).status_code == 409
    assert post_all() == 1
    html = cast.client(cast.manager).get(there).content.decode()
    assert 'data-color="success"' in html
    assert "410" not in html


def test_the_other_channel_is_no_business_of_an_integrations(
    cast: Cast, connected: Journey, channel: Workflow
) -> None:
    workflow.connect_digipost_teams(by=cast.staff, workflow_address=channel.address)
    workflow.disconnect_teams(connected.integration, by=cast.manager)
    workflow.submit(connected.integration, 1, by=cast.manager)
    channel.status = 404
    post_all()
    post = TeamsPost.objects.get()
    there = reverse("teams", args=[connected.integration.reference])
    for person in (cast.manager, cast.staff):
        assert "404" not in cast.client(person).get(there).content.decode()
        assert cast.client(person).post(f"{there}{post.pk}/again/").status_code == 404
        with pytest.raises(Stale):
            workflow.repost_to_teams(connected.integration, post.pk, by=person)


def test_a_second_press_sends_one_test(cast: Cast, connected: Journey, channel: Workflow) -> None:
    there = reverse("teams", args=[connected.integration.reference])
    client = cast.client(cast.manager)
    html = client.get(there).content.decode()
    (key,) = re.findall(rf'action="{there}test/".*?name="form_key" value="([^"]+)"', html, re.DOTALL)
    assert [client.post(f"{there}test/", {"form_key": key}).status_code for _press in range(2)] == [302, 409]
    assert client.post(f"{there}test/").status_code == 302
    assert outcomes() == [("test", "waiting", 0)] * 2


def test_so_many_tests_a_day(cast: Cast, connected: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CHANNEL_TESTS_A_DAY", 2)
    there = reverse("teams", args=[connected.integration.reference])
    statuses = [cast.client(cast.manager).post(f"{there}test/").status_code for _press in range(3)]
    assert statuses == [302, 302, 409]


def test_without_an_address_there_is_nothing_to_test(cast: Cast, ready: Journey) -> None:
    there = reverse("teams", args=[ready.integration.reference])
    assert cast.client(cast.manager).post(f"{there}test/").status_code == 409


def test_who_changed_sides_still_removes_an_address(cast: Cast, connected: Journey) -> None:
    """It decides nothing about the integration."""
    member = cast.contract
    connected.integration.members.filter(user=member).update(left_at="2026-11-20T10:00:00+01:00")
    member.is_staff = True
    member.save()
    workflow.disconnect_teams(connected.integration, by=member)
    with pytest.raises(Forbidden):
        workflow.connect_teams(connected.integration, by=member, workflow_address=a_workflow())


def test_closing_forgets_the_address_and_says_so(cast: Cast, connected: Journey, channel: Workflow) -> None:
    workflow.close_integration(connected.integration, by=cast.staff, reason="Lagt ned.")
    assert not TeamsAddress.objects.exists()
    assert Event.objects.filter(kind=EventKind.TEAMS_ADDRESS_REMOVED).exists()
    there = reverse("teams", args=[connected.integration.reference])
    html = cast.client(cast.manager).get(there).content.decode()
    assert f'action="{there}' not in html
