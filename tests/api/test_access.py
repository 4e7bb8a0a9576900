"""Who gets in: each scope at each address, and what does not work: expired, revoked, somebody else's, a cookie."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.entry import limits
from milestones.models import ApiToken, Scope, User
from milestones.process import Role
from tests.addresses.table import API
from tests.api.calling import DEVIATION, READS, RUN, Build, a_token, build_of, problem
from tests.cast import Cast
from tests.results.sending import junit

pytestmark = pytest.mark.django_db
Call = Callable[[Build], Any]

READING: dict[str, Call] = {
    "api_integrations": lambda build: build.client.get("/api/v1/integrations"),
    **{
        name: lambda build, path=path: build.get(path)  # type: ignore[misc]
        for name, path in zip(("api_integration", "api_gates", "api_scenarios", "api_next_moves"), READS, strict=True)
    },
}
REPORTING: dict[str, Call] = {
    "api_results": lambda build: build.send(junit({"t07_letter": ""})),
    "api_runs": lambda build: build.post("/runs", RUN),
    "api_deviations": lambda build: build.post("/deviations", DEVIATION),
}
CALLS = READING | REPORTING
MAY: dict[tuple[str, Scope], set[str]] = {
    ("lead", Scope.READ): set(READING),
    ("lead", Scope.REPORT): set(CALLS),
    ("manager", Scope.READ): set(READING),
    ("manager", Scope.REPORT): {*READING, "api_deviations"},  # who records no runs has no token that does
}
"""By who made the token and what it may: where it gets through. 403 everywhere else."""


def test_every_address_is_called() -> None:
    assert {"openapi", *CALLS} == API


@pytest.mark.parametrize(("who", "scope"), MAY)
@pytest.mark.parametrize("name", CALLS)
def test_each_scope_at_each_address(cast: Cast, journey: Journey, who: str, scope: Scope, name: str) -> None:
    answer = CALLS[name](build_of(journey, a_token(journey, getattr(cast, who), scope)))
    if name in MAY[who, scope]:
        assert answer.status_code in (200, 201)
    else:
        problem(answer, 403, "forbidden")


@pytest.mark.parametrize("who", ["contract", "owner", "observer", "staff", "stranger"])
def test_nobody_else_makes_one(cast: Cast, journey: Journey, who: str) -> None:
    with pytest.raises((workflow.GateClosed, Exception)) as refusal:
        a_token(journey, getattr(cast, who))
    assert type(refusal.value).__name__ in ("Forbidden", "Http404")


def every_answer(build: Build) -> list[Any]:
    return [call(build) for call in CALLS.values()]


def test_without_a_token(journey: Journey) -> None:
    build = Build("", journey.integration.reference)
    for headers in ({}, {"authorization": "Basic a2FyaTprYXJp"}, {"authorization": "Bearer "}):
        build.client = Client(headers=headers)
        for answer in every_answer(build):
            problem(answer, 401, "token")
            assert answer["WWW-Authenticate"].startswith("Bearer ")


def test_unknown_revoked_and_expired(cast: Cast, journey: Journey, build: Build, token: ApiToken) -> None:
    unknown = Build("dgp_" + "x" * 43, journey.integration.reference)
    told = {problem(answer, 401, "token")["detail"] for answer in every_answer(unknown)}
    workflow.revoke_token(journey.integration, token.pk, by=cast.staff)
    told |= {problem(answer, 401, "token")["detail"] for answer in every_answer(build)}
    short = build_of(journey, a_token(journey, cast.lead, days=1))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        told |= {problem(answer, 401, "token")["detail"] for answer in every_answer(short)}
    assert len(told) == 3  # each in its own words


def test_it_works_to_the_end_of_its_last_day_in_oslo(cast: Cast, journey: Journey) -> None:
    token = a_token(journey, cast.lead, days=0)
    last = token.expires_at
    assert token.last_day == timezone.localdate()
    for moment, status in ((last - datetime.timedelta(seconds=1), 200), (last, 401)):
        with time_machine.travel(moment, tick=False):
            assert build_of(journey, token).get().status_code == status


def test_another_integrations_does_not_exist(cast: Cast, journey: Journey, token: ApiToken) -> None:
    """Not even where its maker is on both: a token is of one."""
    other = cast.journey("En annen")
    other.roles()
    wrong = Build(token.token, other.integration.reference)
    for name, call in CALLS.items():
        if name != "api_integrations":
            problem(call(wrong), 404, "not-found")
    nowhere = Build(token.token, "ZZZZ-999")
    assert nowhere.get().json()["title"] == wrong.get().json()["title"]


def leave(cast: Cast, journey: Journey) -> None:
    workflow.remove_member(journey.integration, _member(journey, cast.lead).pk, by=cast.manager)


def lose_the_role(cast: Cast, journey: Journey) -> None:
    workflow.set_roles(journey.integration, _member(journey, cast.lead).pk, by=cast.manager, roles=[Role.OBSERVER])


def be_deactivated(cast: Cast, journey: Journey) -> None:
    User.objects.filter(pk=cast.lead.pk).update(is_active=False)


def change_sides(cast: Cast, journey: Journey) -> None:
    leave(cast, journey)
    User.objects.filter(pk=cast.lead.pk).update(is_staff=True)


@pytest.mark.parametrize("happens", [leave, lose_the_role, be_deactivated, change_sides])
def test_it_works_no_longer_than_its_maker_may(
    cast: Cast, journey: Journey, build: Build, token: ApiToken, happens: Any
) -> None:
    assert build.get().status_code == 200
    happens(cast, journey)
    for answer in every_answer(build):
        problem(answer, 403, "forbidden")
    token.refresh_from_db()
    assert token.revoked_at is None


def _member(journey: Journey, user: User) -> Any:
    return journey.integration.members.current().get(user=user)


def test_closing_revokes_them(cast: Cast, journey: Journey, build: Build, token: ApiToken) -> None:
    workflow.close_integration(journey.integration, by=cast.staff, reason="Slutt")
    problem(build.get(), 401, "token")
    token.refresh_from_db()
    assert token.revoked_by == cast.staff


def test_paused_it_reads_and_reports(cast: Cast, journey: Journey, build: Build) -> None:
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Ferie")
    assert build.get().json()["status"] == "paused"
    assert build.post("/deviations", DEVIATION).status_code == 201


def test_a_session_is_none_here_and_a_token_is_none_on_pages(cast: Cast, journey: Journey, token: ApiToken) -> None:
    build = build_of(journey, token)
    browser = cast.client(cast.lead)
    for path in READS:
        problem(browser.get(build.of + path), 401, "token")
    problem(browser.post(f"{build.of}/deviations", DEVIATION, content_type="application/json"), 401, "token")
    for page in ("/", f"/i/{journey.integration.reference}/", f"/i/{journey.integration.reference}/tokens/"):
        assert build.client.get(page)["Location"].startswith("/sign-in/")


def test_a_session_beside_a_token_changes_nothing(cast: Cast, journey: Journey, token: ApiToken) -> None:
    """Neither whose it is, nor in which language it is answered; and it leaves no trace."""
    browser = cast.client(cast.stranger)
    answer = browser.get(
        f"/api/v1/integrations/{journey.integration.reference}", headers={"authorization": f"Bearer {token.token}"}
    )
    assert (answer.status_code, answer["Content-Language"]) == (200, "nb")
    assert not answer.cookies


@pytest.fixture
def limited(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITED = True
    fresh = limits.limiter_on("")
    monkeypatch.setattr(limits, "_limiter", lambda: fresh)


@pytest.mark.usefixtures("limited")
def test_each_token_so_often_and_each_network(
    cast: Cast, journey: Journey, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.API_RULES, "GET", limits.Rule("3 per hour", "5 per hour"))
    other = build_of(journey, a_token(journey, cast.manager))
    assert [build.get().status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = build.get()
    problem(refused, 429, "too-often")
    assert int(refused["Retry-After"]) > 0
    assert other.get().status_code == 429  # the network's share is used up
    assert other.client.get(build.of, REMOTE_ADDR="192.0.2.9").status_code == 200
    monkeypatch.setitem(limits.API_RULES, "POST", limits.Rule("1 per hour", ""))
    assert [build.post("/deviations", {**DEVIATION, "title": title}).status_code for title in "ab"] == [201, 429]
