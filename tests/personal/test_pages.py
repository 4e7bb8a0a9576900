"""The pages on which staff find and erase a person."""

from __future__ import annotations

from milestones.demo import Journey
from milestones.models import User
from tests.cast import Cast
from tests.personal.common import erase, leave


def test_staff_find_a_person_see_what_happens_and_erase_them(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.staff)
    address = f"/people/{cast.lead.pk}/erase/"
    for words in (cast.lead.email[:6], cast.lead.name.upper()):
        assert address in client.get("/people/", {"q": words}).content.decode()
    assert "Nina Nabo" not in client.get("/people/", {"q": "terje"}).content.decode()
    page = client.get(address).content.decode()
    assert journey.integration.reference in page
    assert "<textarea" not in page  # still a member: refused, and not offered
    assert client.post(address, {"reason": "Ba om det"}).status_code == 422
    leave(cast, journey, cast.lead)
    assert "<textarea" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert User.objects.get(pk=cast.lead.pk).name == cast.lead.name
    assert client.post(address, {"reason": "Ba om det"})["Location"] == "/people/"
    assert client.get(address).status_code == client.post(address, {"reason": "Igjen"}).status_code == 404
    assert client.get(f"/i/{journey.integration.reference}/history/").status_code == 200
    assert cast.lead.name not in client.get("/people/", {"q": "terje"}).content.decode()


def test_nobody_else_reaches_these_pages(cast: Cast, journey: Journey) -> None:
    for who in ("manager", "lead", "observer", "stranger"):
        client = cast.client(getattr(cast, who))
        for address in ("/people/", f"/people/{cast.stranger.pk}/erase/", "/people/9999/erase/"):
            assert client.get(address).status_code == 403
        assert client.post(f"/people/{cast.stranger.pk}/erase/", {"reason": "x"}).status_code == 403


def test_an_administrator_does_not_bring_an_erased_person_back(cast: Cast) -> None:
    administrator = User.objects.create_superuser("astrid@digipost.example", "Astrid")
    erased = erase(cast.stranger, cast.staff)
    client = cast.client(administrator)
    answer = client.post(f"/admin/milestones/user/{erased.pk}/change/", {"email": "a@b.no", "name": "x"})
    assert answer.status_code == 403
