"""How it runs, in words: for administrators alone, from what machines are told."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from milestones.models import Tick, User
from milestones.running import readiness
from tests.addresses.asking import check_outline, get
from tests.addresses.table import CALLERS
from tests.cast import Cast

PAGE = "/running/"


@pytest.fixture
def administrator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.staff.pk).update(is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.staff.pk))
    return client


def test_administrators_alone_may_read_it(cast: Cast, administrator: Client) -> None:
    assert administrator.get(PAGE).status_code == 200
    assert administrator.post(PAGE).status_code == 405
    for who in CALLERS:
        if who != "staff":
            answer = cast.client(getattr(cast, who)).get(PAGE)
            assert answer.status_code == 403, who
            assert "administratorer i Digipost" in answer.content.decode()
    assert Client().get(PAGE)["Location"].startswith("/sign-in/?next=")


def test_a_superuser_who_is_not_of_the_staff_may_not(cast: Cast) -> None:
    """There is none, and would there be one, they would be a member."""
    User.objects.filter(pk=cast.lead.pk).update(is_superuser=True)
    assert cast.client(cast.lead).get(PAGE).status_code == 403


def test_the_menu_leads_those_who_may(cast: Cast, administrator: Client) -> None:
    link = f'href="{reverse("running")}"'
    assert link in administrator.get("/").content.decode()
    assert link not in cast.client(cast.other_staff).get("/").content.decode()
    assert 'aria-current="true">Administrasjon' in administrator.get(PAGE).content.decode()


def test_it_says_what_is_as_it_should_be(administrator: Client) -> None:
    Tick.objects.note()
    answer = get(administrator, PAGE)
    check_outline(PAGE, answer)
    page = " ".join(answer.content.decode().split())
    assert "Drift av løsningen" in page
    assert "Svikter" not in page
    assert "0 innsendinger venter på godkjenning." in page
    assert "Sist noen så etter arbeid: " in page


def test_it_says_what_is_not(administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "has_broker", lambda: True)
    Tick.objects.note()
    Tick.objects.update(at=timezone.now() - datetime.timedelta(hours=1))
    page = administrator.get(PAGE).content.decode()
    assert "beat eller workerne står stille" in page


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_in_each_language(administrator: Client, cast: Cast, language: str) -> None:
    User.objects.filter(pk=cast.staff.pk).update(language=language)
    titles = {"nb": "Drift av løsningen", "nn": "Drift av løysinga", "en": "How it runs"}
    assert f">{titles[language]}</h1>" in administrator.get(PAGE).content.decode()


def test_it_names_nobody_else(cast: Cast, administrator: Client) -> None:
    cast.journey().milestone_1()
    page = administrator.get(PAGE).content.decode()
    others = [one for name, one in cast.everybody().items() if name != "staff"]
    assert [one.name for one in others if one.name in page or one.email in page] == []
