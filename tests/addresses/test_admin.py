"""The admin shows staff what the process governs, changes none of it, and lets nobody else in."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from milestones.models import AccountEvent, CalendarFeed, Draft, SavedView, TeamsAddress, User, Webhook
from tests.addresses.asking import get
from tests.addresses.place import Place
from tests.cast import Cast

NOT_READ_THERE = (User, CalendarFeed, Draft, SavedView, TeamsAddress, Webhook)
"""People are kept there; the others are somebody's alone, or a secret."""
GOVERNED: list[Any] = [one for one in apps.get_app_config("milestones").get_models() if one not in NOT_READ_THERE]


@pytest.mark.parametrize("administrator", [False, True], ids=["staff", "administrator"])
def test_the_admin_only_shows(cast: Cast, place: Place, administrator: bool) -> None:
    """What the process governs is read there, by all staff, and written there by nobody: not one row.

    Where people were when they signed in is for administrators alone.
    """
    client = Client()
    client.force_login(
        User.objects.create_user(
            "astrid@digipost.example", "Astrid Administrator", is_staff=True, is_superuser=administrator
        )
    )
    wrong = []
    for model in GOVERNED:
        before = sorted(model._default_manager.values_list())
        assert before, f"the place has no {model.__name__} to try"
        answers = answers_of_admin(client, model.__name__.lower(), before[0][0])
        listed = 200 if administrator or model is not AccountEvent else 403
        if answers != {"list": listed, "add": 403, "change": 403, "delete": 403}:
            wrong.append((model.__name__, answers))
        assert sorted(model._default_manager.values_list()) == before
    assert wrong == []


def answers_of_admin(client: Client, model: str, pk: int) -> dict[str, int]:
    """The list's answer to GET and the others' to POST; the list's bulk deletion is tried too."""
    listed = reverse(f"admin:milestones_{model}_changelist")
    client.post(listed, {"action": "delete_selected", "_selected_action": str(pk), "post": "yes"})
    return {
        "list": client.get(listed).status_code,
        "add": client.post(reverse(f"admin:milestones_{model}_add"), {}).status_code,
        "change": client.post(reverse(f"admin:milestones_{model}_change", args=[pk]), {}).status_code,
        "delete": client.post(reverse(f"admin:milestones_{model}_delete", args=[pk]), {"post": "yes"}).status_code,
    }


def test_members_are_refused_the_admin(cast: Cast, place: Place) -> None:
    addresses = [reverse(f"admin:milestones_{model.__name__.lower()}_changelist") for model in [*GOVERNED, User]]
    for who in ("manager", "owner", "observer", "stranger"):
        for address in ["/admin/", *addresses]:
            answer = get(cast.client(getattr(cast, who)), address)
            assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={address}")
