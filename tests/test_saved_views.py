"""Views of the portfolio that somebody keeps under a name: theirs alone, no more than there is room for, erased."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from milestones import personal, portfolio
from milestones.models import SavedView, User
from tests.cast import Cast

ADDRESS = "/integrations/"
SAVE = "/integrations/views/"


def save(client: Client, name: str, query: str = "view=overdue") -> int:
    return int(client.post(SAVE, {"name": name, "queue": query}).status_code)


def tabs(client: Client, query: str = "") -> dict[str, str]:
    """The saved views among the tabs, with their addresses."""
    page = client.get(ADDRESS + query).content.decode()
    return {name: unescape(address) for address, name in re.findall(r'<a href="([^"]*)"[^>]*>★ ([^<]*)</a>', page)}


@pytest.mark.parametrize("who", ["staff", "manager", "lead", "contract", "owner", "observer", "stranger"])
def test_everybody_saves_a_view_and_removes_it(cast: Cast, who: str) -> None:
    cast.journey().roles()
    client = cast.client(getattr(cast, who))
    answer = client.post(SAVE, {"name": "Haster", "queue": "sort=-due&q=brev&page=3&view=overdue&next=//x"})
    assert answer["Location"] == f"{ADDRESS}?q=brev&sort=-due&view=overdue"
    assert tabs(client) == {"Haster": answer["Location"]}
    saved = getattr(cast, who).saved_views.get()
    page = client.get(answer["Location"]).content.decode()
    assert re.search(r'aria-current="page">★ Haster', page)
    assert page.count('aria-current="page"') == 1
    assert f"{SAVE}{saved.pk}/remove/" in page
    gone = client.post(f"{SAVE}{saved.pk}/remove/", {"queue": saved.query})
    assert gone["Location"] == answer["Location"]
    assert tabs(client) == {}


def test_another_ones_are_neither_seen_nor_removed(cast: Cast) -> None:
    save(cast.client(cast.staff), "Haster")
    saved = SavedView.objects.get()
    for other in (cast.other_staff, cast.manager):
        assert tabs(cast.client(other)) == {}
        assert cast.client(other).post(f"{SAVE}{saved.pk}/remove/").status_code == 404
        assert save(cast.client(other), "Haster", "q=x") == 302
    assert SavedView.objects.filter(name="Haster").count() == 3


def test_only_by_post_and_signed_in(cast: Cast) -> None:
    save(cast.client(cast.staff), "Haster")
    remove = f"{SAVE}{SavedView.objects.get().pk}/remove/"
    for address in (SAVE, remove):
        assert cast.client(cast.staff).get(address).status_code == 405
        assert Client().post(address, {"name": "Ny"})["Location"].startswith("/sign-in/")
    assert SavedView.objects.count() == 1


def test_a_name_is_one_view(cast: Cast) -> None:
    """The same again, as a second press sends it, is done already."""
    staff = cast.client(cast.staff)
    assert [save(staff, "Haster"), save(staff, " Haster "), save(staff, "Haster", "q=x")] == [302, 302, 422]
    assert cast.staff.saved_views.get().query == "view=overdue"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_what_is_wrong_with_a_name_is_said_on_the_page(cast: Cast, name: str) -> None:
    answer = cast.client(cast.staff).post(SAVE, {"name": name, "queue": "view=mine"})
    assert answer.status_code == 422
    assert answer.context["shown"].query == "view=mine"
    page = answer.content.decode()
    assert re.search(r'<details class="ds-details" open>\s*<summary>', page)
    assert "ds-error-summary" in page


def test_nobody_keeps_more_than_there_is_room_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert portfolio.MOST_SAVED == 20
    monkeypatch.setattr(portfolio, "MOST_SAVED", 2)
    staff = cast.client(cast.staff)
    assert [save(staff, name, f"q={name}") for name in "ABC"] == [302, 302, 422]
    assert save(staff, "A", "q=A") == 302
    cast.staff.saved_views.get(name="A").delete()
    assert save(staff, "C") == 302
    assert save(cast.client(cast.manager), "A") == 302


def test_markup_in_a_name_is_shown_as_it_is(cast: Cast) -> None:
    save(cast.client(cast.staff), '<b>"Viktig"</b>')
    page = cast.client(cast.staff).get(ADDRESS).content.decode()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_they_are_shown_to_whom_they_are_and_forgotten_with_them(cast: Cast) -> None:
    save(cast.client(cast.stranger), "Mine saker", "q=brev")
    (row,) = personal.stored_about(cast.stranger)["rows"]["savedview.user"]
    assert (row["name"], row["query"]) == ("Mine saker", "q=brev")
    personal.erase(User.objects.get(pk=cast.stranger.pk), [], by=cast.staff, reason="Bedt om")
    assert not SavedView.objects.filter(user=cast.stranger).exists()
    assert User.objects.get(pk=cast.stranger.pk).erased_at
