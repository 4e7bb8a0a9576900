"""Every address that takes a POST × every role: who is let through, and who is told who would be."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import resolve, reverse
from django.utils.translation import override
from django_fsm import has_transition_perm

from milestones import workflow
from milestones.actors import actor_of
from milestones.models import CatalogueScenario
from milestones.process import RESPONSIBLE_ROLES, Role
from milestones.texts import mid_sentence
from tests.addresses.asking import ROLE_OF, get, page, post
from tests.addresses.place import Place, own_item
from tests.addresses.table import (
    AGREE_ON,
    CALLERS,
    EVERYBODY,
    FILES,
    NAMES_SOMEBODY_ELSE,
    PEOPLE,
    POSTS,
    READABLE,
    TAKEN,
)
from tests.cast import Cast, add_observer, facts_now, fresh


def named_roles(answer: HttpResponse) -> str:
    """The letters of the roles that a 403 page says may do it, in the table's order; fails where it says nobody."""
    told = re.search(r"Du kan ikke gjøre dette\. Ansvarlig: ([^<]+)\.<", answer.content.decode())
    assert told, "no sentence that says who has the right"
    with override("nb"):
        labels = {mid_sentence(role.label): letter for letter, role in ROLE_OF.items()}
    return "".join(sorted((labels.get(name, "") for name in told[1].split(", ")), key=EVERYBODY.find))


def test_who_may_act(cast: Cast, place: Place) -> None:
    """Let through means done, or refused by the gate or the state; a form that is refused would hide policy's answer.

    Who is not let through is told, in a sentence, who is.
    """
    wrong: list[tuple[str, str, object]] = []
    for name, (allowed, data) in POSTS.items():
        for who, letter in CALLERS.items():
            answer = post(cast.client(getattr(cast, who)), place.address(name), data)
            if answer.status_code not in ((*TAKEN, 409) if letter in allowed else (403,)):
                wrong.append((name, who, answer.status_code))
            elif answer.status_code == 403:
                told = named_roles(answer)
                wrong += [(name, who, told)] if told != NAMES_SOMEBODY_ELSE.get(name, allowed) else []
    assert wrong == []


@pytest.mark.parametrize(("subject", "allowed"), AGREE_ON.items())
def test_who_may_agree(cast: Cast, place: Place, subject: str, allowed: str) -> None:
    address = reverse("agree", args=[place.integration.reference, subject])
    for who, letter in CALLERS.items():
        status = post(cast.client(getattr(cast, who)), address, {"version": "1"}).status_code
        assert (status != 403) == (letter in allowed), (who, status)


@pytest.mark.parametrize("stands_on", RESPONSIBLE_ROLES)
def test_an_own_item_is_checked_off_by_whom_it_stands_on(cast: Cast, place: Place, stands_on: Role) -> None:
    item = own_item(cast, place, stands_on, required=True)
    address = reverse("confirmation", args=[place.integration.reference, item.key])
    for who, letter in CALLERS.items():
        status = post(cast.client(getattr(cast, who)), address, POSTS["confirmation"][1]).status_code
        assert status == (302 if ROLE_OF[letter] is stands_on else 403), (who, status)


def test_no_page_offers_what_would_be_refused(cast: Cast, place: Place) -> None:
    wrong, offered = [], set()
    for name in READABLE - FILES:
        for letter in EVERYBODY:
            html = page(cast, place, name, PEOPLE[letter]).content.decode()
            for action in re.findall(r'<form method="post"\s+action="([^"]+)"', html):
                target = resolve(action).url_name
                offered.add(target)
                if target in POSTS and letter not in POSTS[target][0]:
                    wrong.append((name, PEOPLE[letter], target))
    assert wrong == []
    assert len(offered & set(POSTS)) > 25  # the pages do offer things


def test_the_state_machines_ask_the_same_policy(cast: Cast) -> None:
    journey = cast.journey("Et annet brev")
    journey.milestone_1_facts()
    add_observer(journey, cast.observer)
    workflow.submit(journey.integration, 1, by=cast.manager)
    facts, integration = facts_now(journey.integration), fresh(journey.integration)
    milestone = integration.milestones.get(number=1)
    milestone.unmet = []
    for letter in EVERYBODY:
        actor: Any = actor_of(getattr(cast, PEOPLE[letter]), facts)
        for name in ("approve", "withdraw", "return_milestone"):
            assert has_transition_perm(getattr(milestone, name), actor) == (letter in POSTS[name][0]), (name, letter)
        for name in ("pause", "close"):
            assert has_transition_perm(getattr(integration, name), actor) == (letter in POSTS[name][0]), (name, letter)


def test_only_staff_retire_from_the_catalogue(cast: Cast) -> None:
    address = reverse("retire_catalogue_entry", args=["T01"])
    shown = str(CatalogueScenario.objects.in_force().get(code="T01").pk)
    for name, user in cast.everybody().items():
        assert post(cast.client(user), address, {"expected_id": shown}).status_code == (
            302 if user.is_staff else 403
        ), name
        assert get(cast.client(user), address).status_code == 405
