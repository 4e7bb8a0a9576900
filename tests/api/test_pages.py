"""The page of an integration's tokens: each shown once, listed, revoked; no more than there is room for."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.models import ApiToken, EventKind, Scope
from milestones.process import SenderKind
from milestones.workflow import room
from tests.api.calling import a_token, build_of
from tests.cast import Cast
from tests.results.sending import plain

pytestmark = pytest.mark.django_db


def page_of(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/tokens/"


def filled(**more: str) -> dict[str, str]:
    return {"name": "Bygg", "scope": "report", "expires_on": str(clock.today() + datetime.timedelta(days=90)), **more}


def shown_on(page: bytes) -> list[str]:
    return re.findall(r"dgp_[\w-]+", page.decode())


@pytest.mark.parametrize("who", ["manager", "lead"])
def test_it_is_shown_once_and_then_by_its_name(cast: Cast, journey: Journey, who: str) -> None:
    client = cast.client(getattr(cast, who))
    made = client.post(page_of(journey), filled())
    (secret,) = shown_on(made.content)
    assert (made.status_code, made["Cache-Control"]) == (200, "private, no-store")
    assert len(secret) == 4 + 43
    assert build_of(journey, token_made(secret)).get().status_code == 200
    for reader in (client, cast.client(cast.staff), cast.client(cast.observer)):
        again = reader.get(page_of(journey))
        assert shown_on(again.content) == []
        assert "Bygg" in again.content.decode() or reader is not client
    told = [str(list(model.objects.values())) for model in (ApiToken, type(journey.integration.events.latest("pk")))]
    assert [text for text in told if secret in text] == []
    assert secret not in str(dict(client.session.items()))
    assert secret not in client.get("/me/?download").content.decode()


def token_made(secret: str) -> ApiToken:
    token = ApiToken.objects.of_token(secret).get()
    token.token = secret
    return token


def test_the_same_form_twice_makes_one(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.lead)
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(page_of(journey)).content.decode())
    assert key
    sent = filled(form_key=key[1])
    assert [client.post(page_of(journey), sent).status_code for _ in range(2)] == [200, 409]
    assert ApiToken.objects.count() == 1


def test_who_may_make_and_who_may_revoke(cast: Cast, journey: Journey) -> None:
    expected = {"manager": (200, 302), "lead": (200, 302), "staff": (403, 302), "other_staff": (403, 302)}
    expected |= dict.fromkeys(("contract", "owner"), (403, 403))
    for who, (makes, revokes) in expected.items():
        token, client = a_token(journey, cast.lead, name=who), cast.client(getattr(cast, who))
        page = client.get(page_of(journey)).content.decode()
        assert ("/revoke/" in page, 'name="scope"' in page) == (revokes == 302, makes == 200), who
        assert client.post(page_of(journey), filled(name=f"{who} selv")).status_code == makes, who
        assert client.post(f"{page_of(journey)}{token.pk}/revoke/").status_code == revokes, who
        ApiToken.objects.update(revoked_at=clock.now())
    assert cast.client(cast.stranger).get(page_of(journey)).status_code == 404
    assert Client().get(page_of(journey))["Location"].startswith("/sign-in/")


def test_revoked_it_works_no_more_and_says_by_whom(cast: Cast, journey: Journey) -> None:
    token = a_token(journey, cast.lead)
    client = cast.client(cast.staff)
    assert client.post(f"{page_of(journey)}{token.pk}/revoke/")["Location"] == page_of(journey)
    assert build_of(journey, token).get().status_code == 401
    assert client.post(f"{page_of(journey)}{token.pk}/revoke/").status_code == 409
    event = journey.integration.events.get(kind=EventKind.TOKEN_REVOKED)
    assert (event.subject, event.actor) == ("Bygg", cast.staff)
    assert "Ingrid Onboarding" in plain(client.get(page_of(journey)).content)


def test_another_integrations_is_not_found(cast: Cast, journey: Journey) -> None:
    token, other = a_token(journey, cast.lead), cast.journey("En annen")
    other.roles()
    assert cast.client(cast.lead).post(f"{page_of(other)}{token.pk}/revoke/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"scope": "approve"},
        {"expires_on": ""},
        {"expires_on": "2020-01-01"},
        {"expires_on": "2099-01-01"},
    ],
)
def test_what_is_wrong_says_so_and_makes_none(cast: Cast, journey: Journey, wrong: dict[str, str]) -> None:
    answer = cast.client(cast.lead).post(page_of(journey), filled(**wrong))
    assert answer.status_code == 422
    assert "ds-error-summary" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_year_and_a_day_at_most(cast: Cast, journey: Journey) -> None:
    token = a_token(journey, cast.lead, days=365)
    assert token.expires_at - token.made_at <= datetime.timedelta(days=366)
    with pytest.raises(ValidationError):
        a_token(journey, cast.lead, days=366)


def test_there_is_room_for_so_many(cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "TOKENS", 2)
    client = cast.client(cast.lead)
    statuses = [client.post(page_of(journey), filled(name=name)).status_code for name in "ABC"]
    assert statuses == [200, 200, 422]
    workflow.revoke_token(journey.integration, ApiToken.objects.latest("pk").pk, by=cast.staff)
    assert client.post(page_of(journey), filled(name="C")).status_code == 200
    monkeypatch.setattr(room, "TOKENS_A_DAY", 3)
    workflow.revoke_token(journey.integration, ApiToken.objects.latest("pk").pk, by=cast.staff)
    assert client.post(page_of(journey), filled(name="D")).status_code == 422
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)):
        assert a_token(journey, cast.lead, name="D").pk


def test_what_works_no_longer_says_so(cast: Cast, journey: Journey) -> None:
    a_token(journey, cast.lead, Scope.READ)
    client = cast.client(cast.manager)
    assert [works for _token, works in client.get(page_of(journey)).context["live"]] == [True]
    member = journey.integration.members.current().get(user=cast.lead)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    assert [works for _token, works in client.get(page_of(journey)).context["live"]] == [False]


def test_none_before_the_intake_is_accepted(cast: Cast) -> None:
    mine: dict[str, Any] = {"number": "984661185", "organisation": "Fjordvik", "sender_kind": SenderKind.SENDER}
    mine |= {"manager_name": cast.manager.name, "manager_email": cast.manager.email}
    integration = workflow.create_integration(by=cast.manager, name="Ny", **mine)
    address, client = f"/i/{integration.reference}/tokens/", cast.client(cast.manager)
    assert 'name="scope"' not in client.get(address).content.decode()
    assert client.post(address, filled()).status_code == 409


def test_markup_in_a_name_is_shown_as_it_is(cast: Cast, journey: Journey) -> None:
    page = cast.client(cast.lead).post(page_of(journey), filled(name='<b>"Bygg"</b>')).content.decode()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
