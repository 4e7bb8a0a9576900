"""The channel of Digipost's whole team: kept by staff, on a page under Administration."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from milestones import workflow
from milestones.demo import Journey
from milestones.models import TeamsAddress, TeamsPost
from milestones.policy import Forbidden
from milestones.workflow import Stale
from tests.cast import Cast
from tests.teams.channel import SECRET, Workflow, a_workflow, post_all

HERE = "/teams/"


def test_staff_alone(cast: Cast, connected: Journey, channel: Workflow) -> None:
    post = TeamsPost.objects.create(key="x", kind="test", audience="digipost", day="2026-11-20", state="failed")
    again = reverse("repost_to_digipost_teams", args=[post.pk])
    for name, user in cast.everybody().items():
        client = cast.client(user)
        assert client.get(HERE).status_code == (200 if user.is_staff else 403), name
        assert (f'href="{HERE}"' in client.get("/").content.decode()) == user.is_staff, name
        if user.is_staff:
            continue
        for address in (HERE, f"{HERE}test/", f"{HERE}remove/", again):
            assert client.post(address, {"workflow_address": a_workflow()}).status_code == 403, (name, address)
        with pytest.raises(Forbidden):
            workflow.repost_to_digipost_teams(post.pk, by=user)
    assert Client().get(HERE)["Location"].startswith("/sign-in/")
    assert not TeamsAddress.objects.filter(integration=None).exists()


def test_it_is_set_changed_tested_and_removed(cast: Cast, channel: Workflow) -> None:
    staff, colleague = cast.client(cast.staff), cast.client(cast.other_staff)
    assert staff.post(HERE, {"workflow_address": "https://evil.example/"}).status_code == 422
    assert staff.post(HERE, {"workflow_address": a_workflow()})["Location"] == HERE
    html = colleague.get(HERE).content.decode()
    assert f"prod-01.norwayeast.logic.azure.com … {SECRET[-4:]}" in html
    assert SECRET not in html
    assert cast.staff.name in html
    assert colleague.post(HERE, {"workflow_address": channel.address}).status_code == 302
    assert TeamsAddress.objects.get().set_by == cast.other_staff
    assert staff.post(f"{HERE}test/").status_code == 302
    assert post_all() == 1
    assert channel.links == [f"http://localhost:8000{HERE}"]
    assert staff.post(f"{HERE}remove/").status_code == 302
    assert [staff.post(f"{HERE}{act}/").status_code for act in ("remove", "test")] == [409, 409]
    with pytest.raises(Stale):
        workflow.disconnect_digipost_teams(by=cast.staff)


def test_what_failed_is_shown_and_sent_again(cast: Cast, ready: Journey, channel: Workflow) -> None:
    workflow.connect_digipost_teams(by=cast.staff, workflow_address=channel.address)
    workflow.submit(ready.integration, 1, by=cast.manager)
    channel.status = 401
    post_all()
    staff, post = cast.client(cast.staff), TeamsPost.objects.get()
    html = staff.get(HERE).content.decode()
    assert "401" in html
    assert f'href="/i/{ready.integration.reference}/"' in html
    channel.status = 202
    again = reverse("repost_to_digipost_teams", args=[post.pk])
    assert [staff.post(again).status_code for _press in range(2)] == [302, 409]
    assert post_all() == 1
    assert staff.post(reverse("repost_to_digipost_teams", args=[post.pk + 1])).status_code == 404


def test_a_message_to_an_integrations_channel_is_not_sent_from_here(
    cast: Cast, connected: Journey, channel: Workflow
) -> None:
    post = workflow.send_teams_test(connected.integration, by=cast.manager)
    TeamsPost.objects.update(state="failed")
    assert cast.client(cast.staff).post(reverse("repost_to_digipost_teams", args=[post.pk])).status_code == 404
