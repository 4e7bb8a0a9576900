"""Every URL × every role × member or not, and signed out: the answer that tests/access_table.py expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django_fsm import has_transition_perm

from milestones import workflow
from milestones.demo import Journey
from milestones.facts import actor_of, today
from milestones.models import Document, User
from milestones.process import MEMBER_ROLES, Role
from milestones.urls import of_one_integration, urlpatterns
from tests.access_table import (
    ACROSS,
    ACROSS_POST_ONLY,
    EVERYBODY,
    OPEN_TO_ALL,
    OTHERS,
    PDF,
    PEOPLE,
    POSTS,
    READABLE,
)
from tests.cast import Cast, add_observer, build_cast, facts_now, fresh

PK_OF = {
    "document": "document",
    "one_agreement": "agreement",
    "verify_agreement": "agreement",
    "withdraw_agreement": "agreement",
    "member": "member",
    "remove_member": "member",
    "meeting": "meeting",
    "scenario": "scenario",
    "remove_scenario": "scenario",
    "follow_up": "follow_up",
    "close_follow_up": "follow_up",
    "defer_follow_up": "follow_up",
    "accept_deferral": "follow_up",
    "reopen_follow_up": "follow_up",
    "deviation": "deviation",
    "notice": "receipt",
    "read_notice": "receipt",
}
"""Which row the `pk` of a URL is taken from."""


class Place:
    """An integration in which there is a row of every kind, reopened for its launch."""

    def __init__(self, journey: Journey) -> None:
        journey.to_operations()
        self.integration = integration = journey.integration
        cast = journey.cast
        workflow.reopen(integration, 5, by=cast.staff, reason="Ny dato")
        item = workflow.add_item(
            integration,
            by=cast.manager,
            milestone=5,
            title="Eget",
            description="",
            required=False,
            stands_on=Role.PROJECT_MANAGER,
        )
        self.own_item = item.key
        reader = integration.members.current().filter(user=cast.lead).get()
        workflow.name_readers(integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
        workflow.send_notice([integration], by=cast.staff, kind="job", title="Emne", body="Tekst")
        follow_up = workflow.add_follow_up(integration, by=cast.manager, title="Punkt", description="")
        deviation = workflow.open_deviation(
            integration, by=cast.lead, title="Avvik", description="", handler="Vakta", opened_on=today()
        )
        workflow.grant_exception(integration, "2.1", by=cast.staff, reason="Kjenner den fra før")
        self.pks = {
            "document": Document.objects.filter(integration=integration).earliest("pk").pk,
            "agreement": integration.agreements.get().pk,
            "member": integration.members.get(user=cast.contract).pk,
            "meeting": integration.meetings.get().pk,
            "scenario": integration.scenarios.earliest("pk").pk,
            "follow_up": follow_up.pk,
            "deviation": deviation.pk,
            "receipt": integration.notice_receipts.get().pk,
        }

    def address(self, name: str, pks: dict[str, int] | None = None) -> str:
        return reverse(name, kwargs=self._arguments(name, pks or self.pks))

    def _arguments(self, name: str, pks: dict[str, int]) -> dict[str, Any]:
        arguments: dict[str, Any] = {"reference": self.integration.reference}
        route = str(next(pattern.pattern for pattern in of_one_integration if pattern.name == name))
        if "milestone:number" in route:
            arguments["number"] = 5
        if "key:key" in route:
            arguments["key"] = self.own_item if name == "remove_item" else "2.1"
        if "accord:subject" in route:
            arguments["subject"] = "plan"
        if "int:pk" in route:
            arguments["pk"] = pks[PK_OF[name]]
        return arguments


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Place]]:
    """The cast and their place, made once for the file: every test undoes what it posts."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = build_cast()
        journey = cast.journey()
        journey.roles()
        add_observer(journey, cast.observer)
        for user in cast.everybody().values():
            cast.client(user)  # signed in before the tests, whose own changes are undone
        yield cast, Place(journey)
        transaction.set_rollback(True)


@pytest.fixture
def cast(scene: tuple[Cast, Place]) -> Iterator[Cast]:
    with transaction.atomic():
        yield scene[0]
        transaction.set_rollback(True)


@pytest.fixture
def place(scene: tuple[Cast, Place], cast: Cast) -> Place:
    return scene[1]


def names_of(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from names_of(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, pattern
            yield pattern.name


def get(client: Client, address: str) -> HttpResponse:
    return client.get(address)  # type: ignore[return-value]


def post(client: Client, address: str, data: dict[str, Any]) -> HttpResponse:
    """Post and undo, so that cases do not depend on each other."""
    filled = {
        name: SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n") if value == PDF else value
        for name, value in data.items()
    }
    with transaction.atomic():
        answer = client.post(address, filled)
        transaction.set_rollback(True)
    return answer  # type: ignore[return-value]


def test_every_url_is_in_the_table() -> None:
    of_one = READABLE | set(POSTS)
    assert set(names_of(of_one_integration)) == of_one
    rest = set(ACROSS) | set(ACROSS_POST_ONLY) | OPEN_TO_ALL | {"sign_out"}
    assert set(names_of([one for one in urlpatterns if isinstance(one, URLPattern)])) == rest
    assert set(names_of(get_resolver().url_patterns)) == of_one | rest | OTHERS


def test_who_may_read(cast: Cast, place: Place) -> None:
    wrong = []
    for name in sorted(READABLE | set(POSTS)):
        address = place.address(name)
        for letter in EVERYBODY:
            status = get(cast.client(getattr(cast, PEOPLE[letter])), address).status_code
            if status != (200 if name in READABLE else 405):
                wrong.append((name, PEOPLE[letter], status))
    assert wrong == []


def test_who_may_act(cast: Cast, place: Place) -> None:
    """Let through means anything but 403 and 404: done, or refused by the gate, the state or the form."""
    wrong = []
    for name, (allowed, data) in POSTS.items():
        for letter in EVERYBODY:
            address = place.address(name)
            answer = post(cast.client(getattr(cast, PEOPLE[letter])), address, data)
            through = answer.status_code in (302, 409, 422)
            if through != (letter in allowed) or (not through and answer.status_code != 403):
                wrong.append((name, PEOPLE[letter], answer.status_code))
    assert wrong == []


def test_data_of_the_table_is_valid(cast: Cast, place: Place) -> None:
    """A form that is refused would hide whether policy was asked."""
    wrong = []
    for name, (allowed, data) in POSTS.items():
        answer = post(cast.client(getattr(cast, PEOPLE[allowed[0]])), place.address(name), data)
        if answer.status_code == 422:
            wrong.append(name)
    assert wrong == []


def test_no_page_offers_what_would_be_refused(cast: Cast, place: Place) -> None:
    wrong, offered = [], set()
    for name in READABLE - {"document"}:
        for letter in EVERYBODY:
            page = get(cast.client(getattr(cast, PEOPLE[letter])), place.address(name)).content.decode()
            for action in re.findall(r'<form method="post"\s+action="([^"]+)"', page):
                target = resolve(action).url_name
                offered.add(target)
                if target in POSTS and letter not in POSTS[target][0]:
                    wrong.append((name, PEOPLE[letter], target))
    assert wrong == []
    assert len(offered & set(POSTS)) > 25  # the pages do offer things


def test_the_state_machines_ask_the_same_policy(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1_facts()
    add_observer(journey, cast.observer)
    workflow.submit(journey.integration, 1, by=cast.manager)
    facts, integration = facts_now(journey.integration), fresh(journey.integration)
    milestone = integration.milestones.get(number=1)
    milestone.unmet = []
    for letter in EVERYBODY:
        actor: Any = actor_of(getattr(cast, PEOPLE[letter]), facts)
        for name in ("approve", "withdraw", "send_back"):
            assert has_transition_perm(getattr(milestone, name), actor) == (letter in POSTS[name][0]), (name, letter)
        for name in ("pause", "close"):
            assert has_transition_perm(getattr(integration, name), actor) == (letter in POSTS[name][0]), (name, letter)


def test_a_refusal_says_who_has_the_right(cast: Cast, place: Place) -> None:
    answer = post(cast.client(cast.observer), place.address("submit"), {})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert str(Role.PROJECT_MANAGER.label) in page or "Prosjektleder" in page
    assert "Teknisk ansvarlig" in page


def test_to_a_stranger_it_does_not_exist(cast: Cast, place: Place) -> None:
    stranger = cast.client(cast.stranger)
    cast.neighbour()
    statuses = {get(stranger, place.address(name)).status_code for name in READABLE}
    assert statuses == {404}
    assert {post(stranger, place.address(name), data).status_code for name, (_who, data) in POSTS.items()} == {404}


def test_rows_of_another_integration_do_not_exist_under_ones_own(cast: Cast, place: Place) -> None:
    neighbour = Place(cast.neighbour())
    stranger = cast.client(cast.stranger)
    staff = cast.client(cast.staff)
    for name in PK_OF:
        address = neighbour.address(name, place.pks)
        data = POSTS.get(name, ("", {}))[1]
        for client in (stranger, staff):
            answer = get(client, address) if name in READABLE else post(client, address, data)
            assert answer.status_code == 404, (name, answer.status_code)


def test_across_integrations(cast: Cast, place: Place) -> None:
    wrong = []
    for name, (allowed, data) in ACROSS.items():
        address = reverse(name, args=["T01"] if name == "catalogue_entry" else [])
        for letter in EVERYBODY:
            client = cast.client(getattr(cast, PEOPLE[letter]))
            expected = 200 if letter in allowed else 403
            answers = [(get(client, address).status_code, {expected})]
            done = {302, 409, 200} if letter in allowed else {403}
            answers.append((post(client, address, data).status_code if data else 405, done if data else {405}))
            wrong += [(name, PEOPLE[letter], status) for status, allowed_ in answers if status not in allowed_]
    assert wrong == []


def test_only_staff_retire_from_the_catalogue(cast: Cast) -> None:
    address = reverse("retire_catalogue_entry", args=["T01"])
    for user in cast.everybody().values():
        status = post(cast.client(user), address, {"expected_id": "1"}).status_code
        assert status == (403 if not user.is_staff else status)
        assert status in (302, 403, 409)


def test_signed_out_one_is_sent_to_sign_in(cast: Cast, place: Place) -> None:
    nobody = Client()
    addresses = [place.address(name) for name in READABLE | set(POSTS)]
    addresses += [reverse(name) for name in ACROSS if name != "catalogue_entry"]
    for address in addresses:
        for answer in (get(nobody, address), post(nobody, address, {})):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/sign-in/?next="), address


@pytest.mark.django_db  # also what makes pytest-django set the database up for `scene` when this file runs alone
def test_what_is_open_to_all() -> None:
    for name in OPEN_TO_ALL:
        arguments = ["MQ", "a-token"] if name == "password_reset_confirm" else []
        assert Client().get(reverse(name, args=arguments)).status_code == 200


@pytest.mark.parametrize("model", ["integration", "milestone", "event", "agreement", "accounts", "followupitem"])
def test_the_admin_only_shows(cast: Cast, place: Place, model: str) -> None:
    administrator = User.objects.create_superuser("astrid@digipost.example", "Astrid Administrator")
    staff, member = Client(), cast.client(cast.manager)
    staff.force_login(administrator)
    listed = reverse(f"admin:milestones_{model}_changelist")
    assert staff.get(listed).status_code == 200
    assert staff.post(reverse(f"admin:milestones_{model}_add"), {}).status_code == 403
    assert staff.post(reverse(f"admin:milestones_{model}_change", args=[1]), {}).status_code in (302, 403)
    assert staff.post(reverse(f"admin:milestones_{model}_delete", args=[1]), {"post": "yes"}).status_code in (302, 403)
    assert member.get(listed).status_code == 302


# --- What every page has in common


class Outline(HTMLParser):
    """Title, h1s, ids and what a strict policy on scripts and styles would block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.blocked: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for value in [given.get("id")] if value]
        self.blocked += [name for name in given if name == "style" or name.startswith("on")]
        self.blocked += ["script"] if tag == "script" and not given.get("src") else []
        self.blocked += ["style element"] if tag == "style" else []
        if tag == "title":
            self.titles.append("")
        if tag == "h1":
            self.headings.append("")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.titles[-1] += data
        if "h1" in self._open:
            self.headings[-1] += data


def test_every_page_has_one_heading_that_is_its_title_and_nothing_inline(cast: Cast, place: Place) -> None:
    addresses = [place.address(name) for name in sorted(READABLE - {"document"})]
    addresses += [reverse(name) for name in ACROSS if name != "catalogue_entry"]
    for user in (cast.staff, cast.manager):
        for address in addresses:
            answer = get(cast.client(user), address)
            if answer.status_code == 200:
                check_outline(address, answer)


def check_outline(address: str, answer: HttpResponse) -> None:
    outline = Outline(answer.content.decode())
    (heading,) = [" ".join(heading.split()) for heading in outline.headings]
    (title,) = [" ".join(title.split()) for title in outline.titles]
    assert title.startswith(heading), (address, title, heading)
    assert sorted(outline.ids) == sorted(set(outline.ids)), address
    assert outline.blocked == [], address
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_table_knows_every_role() -> None:
    assert {PEOPLE[letter] for letter in EVERYBODY} == {"manager", "lead", "contract", "owner", "observer", "staff"}
    assert len(MEMBER_ROLES) + 1 == len(EVERYBODY)
