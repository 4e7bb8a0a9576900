"""A work account as staff's second factor: what the mailbox alone, or another provider, does not stand in for."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from tests.cast import Cast
from tests.entry.conftest import Mailed, ask_for_code, code_in, signed_in_as
from tests.entry.factors import add_app
from tests.entry.oidc.asking import SENDERS, WORK, answer_for, asked, come_in, without_password


def by_code(email: str, mailed: Mailed) -> Client:
    """Whoever reads somebody's mail."""
    browser = Client()
    ask_for_code(browser, email)
    browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})
    return browser


SETTING_UP = ("/me/security/app/", "/me/security/passkeys/add/")


@pytest.mark.usefixtures("second_factor_asked")
def test_the_mailbox_is_not_enough_where_there_is_a_work_account(cast: Cast, provider: str, mailed: Mailed) -> None:
    cast.staff.language = "en"
    without_password(cast.staff)
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser = by_code(cast.staff.email, mailed)
    for address in SETTING_UP:
        assert browser.get(address)["Location"] == browser.post(address)["Location"] == "/me/security/"
    assert "mfa.totp.secret" not in browser.session
    page = browser.get("/me/security/").content.decode()
    assert "You have a work account: sign in with it first." in page
    assert f'action="/sign-in/with/{WORK}/"' in page
    assert "/me/security/accounts/" not in page  # nothing to disconnect
    assert browser.get("/approvals/")["Location"] == "/me/security/"


@pytest.mark.usefixtures("second_factor_asked")
def test_nor_is_it_enough_to_connect_another_work_account(cast: Cast, provider: str, mailed: Mailed) -> None:
    """A colleague who reads the mailbox would come in with their own: that button signs in, and as themselves."""
    without_password(cast.staff)
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser = by_code(cast.staff.email, mailed)
    come_in(browser, WORK, f"jonas {cast.other_staff.email}")
    assert signed_in_as(browser) == str(cast.other_staff.pk)
    assert SocialAccount.objects.filter(user=cast.staff).count() == 1


@pytest.mark.usefixtures("second_factor_asked")
def test_nor_to_have_asked_for_it_before_there_was_one(cast: Cast, provider: str, mailed: Mailed) -> None:
    without_password(cast.staff)
    browser = by_code(cast.staff.email, mailed)
    path = answer_for(asked(browser, WORK), f"jonas {cast.other_staff.email}")
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser.get(path)
    assert [account.user for account in SocialAccount.objects.all()] == [cast.staff]


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor on commit, inside the request
@pytest.mark.usefixtures("second_factor_asked")
def test_with_the_work_account_they_set_up_more(cast: Cast, provider: str, mailed: Mailed) -> None:
    without_password(cast.staff)
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser = by_code(cast.staff.email, mailed)
    come_in(browser, WORK, "ingrid")
    assert browser.get("/approvals/").status_code == 200
    add_app(browser)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("second_factor_asked")
def test_who_has_neither_begins_with_a_code(cast: Cast, provider: str, mailed: Mailed) -> None:
    without_password(cast.staff)
    browser = by_code(cast.staff.email, mailed)
    add_app(browser)
    assert browser.get("/approvals/").status_code == 200


@pytest.mark.usefixtures("second_factor_asked")
def test_a_senders_provider_sets_nothing_up_for_staff(cast: Cast, provider: str, mailed: Mailed) -> None:
    """They connected their account there themselves; it is trusted with no more for that."""
    without_password(cast.staff)
    come_in(by_code(cast.staff.email, mailed), SENDERS, "ingrid")
    browser = Client()
    come_in(browser, SENDERS, "ingrid")
    assert signed_in_as(browser) == str(cast.staff.pk)
    for address in (*SETTING_UP, "/approvals/"):
        assert browser.get(address)["Location"] == "/me/security/"
    come_in(browser, WORK, f"jonas {cast.other_staff.email}")
    assert not SocialAccount.objects.filter(user=cast.staff, provider=WORK).exists()


def test_a_senders_provider_is_no_second_factor_for_staff(cast: Cast, provider: str, settings: Any) -> None:
    connecting = Client()
    connecting.force_login(without_password(cast.staff))
    come_in(connecting, SENDERS, "ingrid")
    settings.STAFF_SECOND_FACTOR = True
    browser = Client()
    come_in(browser, SENDERS, "ingrid")
    assert signed_in_as(browser) == str(cast.staff.pk)
    assert browser.get("/approvals/")["Location"] == "/me/security/"
