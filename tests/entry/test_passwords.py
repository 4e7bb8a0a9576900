"""Passwords that are known from breaches are refused, and so are their easy variations; nobody is asked for it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from milestones.entry.passwords import BreachedPasswordValidator
from milestones.models import User
from tests.cast import PASSWORD, Cast
from tests.entry.factors import by_password

VARIATIONS = {
    "capital": str.capitalize,
    "mark": lambda one: f"{one}!",
    "repeated": lambda one: one * 3,
    "turned around": lambda one: one[::-1],
    "letters put in": lambda one: one.replace("a", "@").replace("o", "0").replace("e", "3"),
}


def is_refused(password: str, by: Any) -> bool:
    try:
        by.validate(password)
    except ValidationError:
        return True
    return False


def drawn(passwords: Iterable[str], many: int) -> list[str]:
    """The same for every run, of those that are long enough for us."""
    return random.Random(8).sample(sorted(one for one in passwords if len(one) >= 8), many)  # noqa: S311


def share(passwords: list[str], by: Any) -> float:
    return sum(is_refused(one, by) for one in passwords) / len(passwords)


def test_the_most_used_of_breached_passwords_are_refused() -> None:
    """Django's own list knows a third of those that are long enough for us."""
    ranked = drawn(FREQUENCY_LISTS["passwords"], 400)
    assert share(ranked, CommonPasswordValidator()) < 0.5
    assert share(ranked, BreachedPasswordValidator()) == 1
    assert share(drawn(CommonPasswordValidator().passwords, 400), BreachedPasswordValidator()) == 1


@pytest.mark.parametrize("variation", VARIATIONS)
def test_small_changes_do_not_help(variation: str) -> None:
    changed = [VARIATIONS[variation](one) for one in drawn(FREQUENCY_LISTS["passwords"], 60)]
    assert share(changed, BreachedPasswordValidator()) > 0.6


@pytest.mark.parametrize(
    "password",
    ["Sommer2026!", "Vinter2025!", "Passord123!", "Digipost2026!", "Velkommen1!", "password" * 12, "P@ssw0rd1!"],
)
def test_what_people_here_would_begin_with(password: str) -> None:
    assert is_refused(password, BreachedPasswordValidator())


@pytest.mark.parametrize(
    "password", ["hest batteri stift sky", "kV9#x2Lq!tR", "et-annet-langt-passord", "å" + "x7" * 60, PASSWORD]
)
def test_a_good_password_is_taken(password: str) -> None:
    validate_password(password, User(name="Kari Nordmann", email="kari@firma.no"))


def test_a_name_is_easily_guessed() -> None:
    person = User(name="Gudbrand Skjeggestad", email="gs@firma.no")
    with pytest.raises(ValidationError):
        BreachedPasswordValidator().validate("Skjeggestad2026", person)


def test_the_page_says_what_to_do(cast: Cast) -> None:
    User.objects.filter(pk=cast.lead.pk).update(language="en")
    browser = by_password(cast.lead.email)
    sent = {"oldpassword": PASSWORD, "password1": "iloveyou2024", "password2": "iloveyou2024"}
    answer = browser.post("/me/security/password/", sent)
    assert answer.status_code == 422
    assert answer.content.decode().count("known from data breaches, or is easily guessed") == 2  # summary, and field
    assert User.objects.get(pk=cast.lead.pk).check_password(PASSWORD)
