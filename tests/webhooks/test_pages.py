"""The pages of webhooks: who adds, changes, tests, removes and sees what; the secret is shown once."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from milestones import workflow
from milestones.demo import Journey
from milestones.models import EventKind, SendState, Webhook, WebhookPost
from milestones.policy import Forbidden
from milestones.workflow import GateClosed, Stale, room
from tests.addresses.table import PEOPLE
from tests.cast import Cast
from tests.loopback import Receiver
from tests.webhooks.receiver import A_WEBHOOK, HOST, TOKEN, Names, deliver_all, outcomes

HINT = f"{HOST} … {TOKEN[-4:]}"
PUBLIC = "93.184.216.34"


@pytest.fixture
def there(cast: Cast, team: Journey, names: Names) -> str:
    """Where the page of an integration with everybody on it is; the names of webhooks are those of public hosts."""
    for name in (HOST, "other.fjordvik.example"):
        names.lead(name, [PUBLIC])
    return reverse("webhooks", args=[team.integration.reference])


def add(team: Journey, address: str = A_WEBHOOK) -> Webhook:
    return workflow.add_webhook(team.integration, by=team.cast.manager, webhook_address=address)


def kinds(journey: Journey) -> list[str]:
    return list(journey.integration.events.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("letter", PEOPLE)
def test_who_may_add_change_test_remove_and_see(cast: Cast, team: Journey, there: str, letter: str) -> None:
    client = cast.client(getattr(cast, PEOPLE[letter]))
    connects, tends = letter in "ML", letter in "MLS"
    assert ('name="webhook_address"' in client.get(there).content.decode()) == connects
    assert client.post(there, {"webhook_address": A_WEBHOOK}).status_code == (200 if connects else 403)
    one = Webhook.objects.first() or add(team)
    here = f"{there}{one.pk}/"
    assert HOST in client.get(there).content.decode()
    html = client.get(here).content.decode()
    assert (HINT in html) == connects
    assert TOKEN not in html
    assert "whsec_" not in html
    for action, may in (("test/", connects), ("secret/", connects), ("remove/", tends)):
        assert (f'action="{here}{action}"' in html) == may, action
    assert (f'action="{here}"' in html) == connects
    assert client.post(here, {"webhook_address": f"{A_WEBHOOK}&b=1"}).status_code == (302 if connects else 403)
    assert client.post(f"{here}test/").status_code == (302 if connects else 403)
    assert client.post(f"{here}secret/").status_code == (200 if connects else 403)
    post = WebhookPost.objects.first() or workflow.send_webhook_test(team.integration, one.pk, by=cast.manager)
    WebhookPost.objects.update(state=SendState.FAILED, error="Fordi.", attempts=3)
    again = f"{there}messages/{post.pk}/again/"
    for page in (there, here):
        html = client.get(page).content.decode()
        assert "Fordi." in html
        assert (f'action="{again}"' in html) == tends
    assert client.post(again).status_code == (302 if tends else 403)
    assert client.post(f"{here}remove/").status_code == (302 if tends else 403)
    assert Webhook.objects.exists() != tends


def test_a_stranger_finds_nothing(cast: Cast, team: Journey, there: str) -> None:
    stranger, one = cast.client(cast.stranger), add(team)
    post = workflow.send_webhook_test(team.integration, one.pk, by=cast.manager)
    here = f"{there}{one.pk}/"
    assert [stranger.get(page).status_code for page in (there, here)] == [404, 404]
    for address in (there, here, *(f"{here}{do}/" for do in ("test", "secret", "remove")), f"{there}{post.pk}/again/"):
        assert stranger.post(address, {"webhook_address": A_WEBHOOK}).status_code == 404


def test_another_integrations_webhook_is_not_found(cast: Cast, team: Journey, there: str) -> None:
    one = workflow.add_webhook(cast.journey("Et annet").integration, by=cast.manager, webhook_address=A_WEBHOOK)
    post = workflow.send_webhook_test(one.integration, one.pk, by=cast.manager)
    client = cast.client(cast.manager)
    assert client.get(f"{there}{one.pk}/").status_code == 404
    for do in ("", "test/", "secret/", "remove/"):
        assert client.post(f"{there}{one.pk}/{do}", {"webhook_address": A_WEBHOOK}).status_code == 404
    assert Webhook.objects.get() == one
    assert client.post(f"{there}messages/{post.pk}/again/").status_code == 404
    with pytest.raises(Stale):
        workflow.repost_to_webhook(team.integration, post.pk, by=cast.manager)


# --- The secret


def shown(html: str) -> list[str]:
    return re.findall(r"whsec_[A-Za-z0-9+/=]+", html)


def test_the_secret_is_shown_once(cast: Cast, team: Journey, there: str) -> None:
    client = cast.client(cast.manager)
    (first,) = shown(client.post(there, {"webhook_address": A_WEBHOOK}).content.decode())
    one = Webhook.objects.get()
    here = f"{there}{one.pk}/"
    assert not shown(client.get(here).content.decode() + client.get(there).content.decode())
    (second,) = shown(client.post(f"{here}secret/").content.decode())
    assert second != first
    now = one.set_at
    assert Webhook.objects.get().secrets_at(now) == [second, first]


def test_a_second_press_adds_no_other_and_tests_no_more(cast: Cast, team: Journey, there: str) -> None:
    client = cast.client(cast.manager)
    key = keys_on(client.get(there).content.decode(), there)[0]
    sent = {"webhook_address": A_WEBHOOK, "form_key": key}
    assert [client.post(there, sent).status_code for _press in range(2)] == [200, 409]
    sent["webhook_address"] = "https://other.fjordvik.example/"
    assert client.post(there, sent).status_code == 200
    here = f"{there}{Webhook.objects.earliest('pk').pk}/"
    key = keys_on(client.get(here).content.decode(), f"{here}test/")[0]
    assert [client.post(f"{here}test/", {"form_key": key}).status_code for _press in range(2)] == [302, 409]


def test_a_second_press_for_a_secret_shows_one_that_holds(cast: Cast, team: Journey, there: str) -> None:
    """A browser shows the answer to the last press: what it says is copied."""
    client, one = cast.client(cast.manager), add(team)
    here = f"{there}{one.pk}/"
    key = keys_on(client.get(here).content.decode(), f"{here}secret/")[0]
    first, second = (shown(client.post(f"{here}secret/", {"form_key": key}).content.decode()) for _press in range(2))
    assert first != second
    assert Webhook.objects.get().secrets_at(one.set_at) == [*second, one.made_secret], "and the receiver's own"


def keys_on(html: str, action: str) -> list[str]:
    return re.findall(rf'action="{action}".*?name="form_key" value="([^"]+)"', html, re.DOTALL)


# --- What is refused


def test_what_is_no_address_is_refused_by_the_field(cast: Cast, team: Journey, there: str) -> None:
    client, one = cast.client(cast.manager), add(team)
    for page in (there, f"{there}{one.pk}/"):
        for wrong in (
            "",
            "http://hooks.fjordvik.example/",
            "https://127.0.0.1/",
            "https://nobody.invalid/",
            "x" * 3000,
        ):
            answer = client.post(page, {"webhook_address": wrong})
            assert answer.status_code == 422, wrong
            assert 'href="#form-webhook_address"' in answer.content.decode()
    assert Webhook.objects.get().address == A_WEBHOOK


def test_what_was_pasted_in_two_lines_is_one_address(cast: Cast, team: Journey, there: str) -> None:
    pasted = f"  {A_WEBHOOK[:20]}\n{A_WEBHOOK[20:]} "
    assert cast.client(cast.lead).post(there, {"webhook_address": pasted}).status_code == 200
    assert Webhook.objects.get().address == A_WEBHOOK


def test_there_is_room_for_five(cast: Cast, team: Journey, there: str) -> None:
    hooks = [add(team, f"{A_WEBHOOK}&n={number}") for number in range(room.WEBHOOKS)]
    client = cast.client(cast.manager)
    answer = client.post(there, {"webhook_address": A_WEBHOOK})
    assert (answer.status_code, Webhook.objects.count()) == (422, 5)
    assert f"Det er {room.WEBHOOKS} webhooker" in answer.content.decode()
    workflow.remove_webhook(team.integration, hooks[0].pk, by=cast.lead)
    assert client.post(there, {"webhook_address": A_WEBHOOK}).status_code == 200


def test_one_address_has_one_webhook(cast: Cast, team: Journey, there: str) -> None:
    one, other = add(team), add(team, f"{A_WEBHOOK}&b=1")
    client = cast.client(cast.manager)
    assert client.post(there, {"webhook_address": one.address}).status_code == 409
    assert client.post(f"{there}{other.pk}/", {"webhook_address": one.address}).status_code == 409
    assert client.post(f"{there}{one.pk}/", {"webhook_address": one.address}).status_code == 302


def test_so_many_changes_and_tests_a_day(
    cast: Cast, team: Journey, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "WEBHOOK_CHANGES_A_DAY", 3)
    monkeypatch.setattr(room, "CHANNEL_TESTS_A_DAY", 2)
    client, one = cast.client(cast.manager), add(team)
    here = f"{there}{one.pk}/"
    assert [client.post(f"{here}secret/").status_code for _press in range(3)] == [200, 200, 409]
    assert client.post(there, {"webhook_address": "https://other.fjordvik.example/"}).status_code == 422
    assert client.post(here, {"webhook_address": "https://other.fjordvik.example/"}).status_code == 422
    assert [client.post(f"{here}test/").status_code for _press in range(3)] == [302, 302, 409]
    assert client.post(f"{here}remove/").status_code == 302


def test_an_intake_that_is_not_accepted_has_none(cast: Cast, team: Journey, there: str) -> None:
    team.integration.__class__.objects.update(accepted_at=None, accepted_by=None)
    with pytest.raises(GateClosed):
        add(team)
    assert 'name="webhook_address"' not in cast.client(cast.manager).get(there).content.decode()


def test_who_changed_sides_still_removes_one(cast: Cast, team: Journey) -> None:
    """It decides nothing about the integration."""
    member, one = cast.contract, add(team)
    team.integration.members.filter(user=member).update(left_at="2026-11-20T10:00:00+01:00")
    member.is_staff = True
    member.save()
    with pytest.raises(Forbidden):
        workflow.rotate_webhook_secret(team.integration, one.pk, by=member)
    workflow.remove_webhook(team.integration, one.pk, by=member)


# --- What is recorded and shown


def test_each_change_is_an_event_and_the_same_again_is_none(cast: Cast, team: Journey, there: str) -> None:
    before, seen = kinds(team), workflow.version_of(team.integration)
    client = cast.client(cast.lead)
    client.post(there, {"webhook_address": A_WEBHOOK})
    here = f"{there}{Webhook.objects.get().pk}/"
    for address in (A_WEBHOOK, "https://other.fjordvik.example/"):
        assert client.post(here, {"webhook_address": address})["Location"] == here
    client.post(f"{here}secret/")
    assert Webhook.objects.get().set_by == cast.lead
    cast.client(cast.staff).post(f"{here}remove/")
    assert cast.client(cast.staff).post(f"{here}remove/").status_code == 409
    new = [EventKind.WEBHOOK_SET, *[EventKind.WEBHOOK_CHANGED] * 2, EventKind.WEBHOOK_REMOVED]
    assert kinds(team) == [*before, *new]
    assert workflow.version_of(team.integration) == seen  # nothing that is decided grows old by it
    html = client.get(reverse("history", args=[team.integration.reference])).content.decode()
    for told in (
        "Terje Teknisk la til en webhook til hooks.fjordvik.example",
        "Terje Teknisk endret adressen til en webhook, som nå er hos other.fjordvik.example",
        "Terje Teknisk laget en ny hemmelighet for webhooken til other.fjordvik.example",
        "Ingrid Onboarding fjernet webhooken til other.fjordvik.example",
    ):
        assert told in html


def test_the_page_says_what_became_of_each(cast: Cast, ready: Journey, webhook: Webhook, receiver: Receiver) -> None:
    there = reverse("webhooks", args=[ready.integration.reference])
    here = f"{there}{webhook.pk}/"
    client = cast.client(cast.manager)
    workflow.submit(ready.integration, 1, by=cast.manager)
    receiver.status = 410
    deliver_all()
    for page in (there, here):
        html = client.get(page).content.decode()
        assert "410" in html
        assert 'data-color="danger"' in html
    assert f'action="{here}test/"' not in html
    assert client.post(f"{here}test/").status_code == 409
    assert ready.integration.reference in cast.client(cast.staff).get("/reminders/").content.decode()
    receiver.status = 202
    assert client.post(here, {"webhook_address": receiver.address}).status_code == 302  # and it is on again
    again = f"{there}messages/{WebhookPost.objects.get().pk}/again/"
    assert cast.client(cast.staff).post(again)["Location"] == there
    assert cast.client(cast.staff).post(again).status_code == 409
    assert deliver_all() == 1
    html = client.get(here).content.decode()
    assert 'data-color="success"' in html
    assert "410" not in html
    assert outcomes()[0][1] == "sent"


def test_closing_forgets_them_and_says_so(cast: Cast, team: Journey, there: str) -> None:
    add(team)
    workflow.close_integration(team.integration, by=cast.staff, reason="Lagt ned.")
    assert not Webhook.objects.exists()
    assert EventKind.WEBHOOK_REMOVED in kinds(team)
    assert f'action="{there}' not in cast.client(cast.manager).get(there).content.decode()
