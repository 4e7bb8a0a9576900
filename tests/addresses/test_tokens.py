"""No form is taken without its own token, nor once the session that it was sent in is over."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.addresses.asking import addresses_of_forms, entry_address, token_of
from tests.addresses.place import Place
from tests.addresses.table import OTHERS, WAYS_IN
from tests.cast import Cast


def test_no_form_is_taken_without_its_own_token(cast: Cast, place: Place) -> None:
    """Not without one, not with somebody else's, and not with the one from before signing in."""
    addresses = addresses_of_forms(place)
    addresses += [entry_address(name) for name in WAYS_IN] + [reverse(name) for name in OTHERS]
    wrong = []
    for user in (cast.staff, cast.manager):
        strict, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
        before = token_of(strict)
        strict.force_login(user)
        for token in ("", token_of(other), before if user is cast.manager else ""):
            for address in addresses:
                with transaction.atomic():
                    answer = strict.post(address, {"reason": "Derfor", "csrfmiddlewaretoken": token})
                    transaction.set_rollback(True)
                if answer.status_code != 403:
                    wrong.append((user.name, address, answer.status_code))
            strict.cookies.pop("csrftoken", None)
    assert wrong == []


@pytest.mark.parametrize("end", ["sign_out", "sign_out_everywhere", "on another device"])
def test_what_was_sent_cannot_be_sent_again_once_the_session_is_over(cast: Cast, place: Place, end: str) -> None:
    """A request that somebody kept, with its cookies and its own token, is nobody's."""
    kept, elsewhere = Client(enforce_csrf_checks=True), Client()
    for browser in (kept, elsewhere):
        browser.force_login(cast.manager)
    form = {"reason": "Derfor", "digest": "daily", "csrfmiddlewaretoken": token_of(kept, reverse("my_mail"))}
    cookies = SimpleCookie(kept.cookies)
    assert kept.post(reverse("my_mail"), form)["Location"] == reverse("my_mail")
    if end == "on another device":
        elsewhere.post(reverse("sign_out_everywhere"))
    else:
        kept.post(reverse(end), form)
    wrong = []
    for address in addresses_of_forms(place):
        kept.cookies = SimpleCookie(cookies)
        answer = kept.post(address, form)
        if (answer.status_code, answer.get("Location", "").split("?")[0]) != (302, "/sign-in/"):
            wrong.append((address, answer.status_code, answer.get("Location")))
    assert wrong == []
