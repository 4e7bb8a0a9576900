"""The admin has no door of its own, and opens none: no password, address or factor is set there."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.admin import site as admin_site
from django.core import mail
from django.test import Client

from milestones.models import User
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed
from tests.entry.factors import add_app, by_password


def test_the_admin_has_no_door_of_its_own(cast: Cast) -> None:
    answer: Any = Client().get("/admin/login/?next=/admin/")
    assert answer["Location"].startswith("/sign-in/?next=")
    posted: Any = Client().post("/admin/login/", {"username": cast.staff.email, "password": PASSWORD})
    assert posted["Location"].startswith("/sign-in/")


def test_who_is_not_of_the_staff_is_told_so_by_the_admin(cast: Cast) -> None:
    """Not sent to sign in, which would send them back."""
    answer = cast.client(cast.manager).get("/admin/", follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)


def test_the_admin_changes_no_password(cast: Cast) -> None:
    sent = {"old_password": PASSWORD, "new_password1": "et-langt-passord-9", "new_password2": "et-langt-passord-9"}
    for address in ("/admin/password_change/", "/admin/password_change/done/"):
        answer: Any = cast.client(cast.staff).post(address, sent)
        assert answer["Location"] == "/me/security/password/"
    assert User.objects.get(pk=cast.staff.pk).check_password(PASSWORD)


def test_an_administrator_lets_go_of_a_factor_that_was_lost(cast: Cast, mailed: Mailed) -> None:
    admin = User.objects.create_superuser("astrid@digipost.example", "Astrid")
    lead = by_password(cast.lead.email)
    add_app(lead)
    mailed()
    browser, staff = Client(), Client()
    browser.force_login(admin)
    staff.force_login(cast.staff)
    lost = Authenticator.objects.get(user=cast.lead, type=Authenticator.Type.TOTP)
    address = f"/admin/mfa/authenticator/{lost.pk}/delete/"
    assert staff.post(address, {"post": "yes"}).status_code == 403
    assert "secret" not in browser.get(f"/admin/mfa/authenticator/{lost.pk}/change/").content.decode()
    assert browser.post(address, {"post": "yes"}).status_code == 302
    assert lead.get("/mail/").status_code == 302  # signs in anew
    mailed()
    assert [letter.to for letter in mail.outbox] == [[cast.lead.email]]


def test_an_administrator_makes_no_way_in_for_themselves(cast: Cast) -> None:
    """No password or other address for somebody else, and no address, account or provider by hand."""
    admin = User.objects.create_superuser("astrid@digipost.example", "Astrid")
    browser = Client()
    browser.force_login(admin)
    address = f"/admin/milestones/user/{cast.manager.pk}/password/"
    sent = {"password1": "et-langt-passord-9", "password2": "et-langt-passord-9", "usable_password": "true"}
    assert browser.post(address, sent).status_code == 403
    sent = {"email": "mitt@digipost.example", "name": "Kari", "language": "nb", "is_active": "on"}
    assert browser.post(f"/admin/milestones/user/{cast.manager.pk}/change/", sent).status_code == 302
    changed = User.objects.get(pk=cast.manager.pk)
    assert (changed.name, changed.email) == ("Kari", cast.manager.email)
    registered = {model._meta.label for model in admin_site._registry}
    assert {label for label in registered if not label.startswith("milestones.")} == {"mfa.Authenticator"}
    sent = {"email": "ny@digipost.example", "name": "Ny Kollega", "is_staff": "on"}
    assert browser.post("/admin/milestones/user/add/", sent).status_code == 302
    assert not User.objects.get(email="ny@digipost.example").has_usable_password()
