"""The table that the tests of access go by knows every address and every role."""

from __future__ import annotations

from django.urls import get_resolver

from milestones.process import MEMBER_ROLES, Role
from milestones.urls import of_one_integration
from tests.addresses.asking import ROLE_OF, names_of
from tests.addresses.table import (
    ABOUT_A_PERSON,
    ACROSS,
    ACROSS_POST_ONLY,
    API,
    BEATS,
    CALENDARS,
    EVERYBODY,
    EXPORTS,
    IMPORTS,
    LINKS,
    MY_SECURITY,
    OTHERS,
    PEOPLE,
    POSTS,
    PROBES,
    READABLE,
    REVIEWS,
    ROWS_OF_MAIL,
    RUNNING,
    SAVED_VIEWS,
    SPELLINGS,
    TEAMS,
    WAYS_IN,
)


def test_every_url_is_in_the_table() -> None:
    of_one = READABLE | set(POSTS)
    assert set(names_of(of_one_integration)) == of_one
    rest = set(ACROSS) | set(ACROSS_POST_ONLY) | ROWS_OF_MAIL | REVIEWS | ABOUT_A_PERSON | {"sign_out"}
    rest |= (
        OTHERS
        | SPELLINGS
        | SAVED_VIEWS
        | CALENDARS
        | API
        | BEATS
        | LINKS
        | EXPORTS
        | IMPORTS
        | TEAMS
        | PROBES
        | RUNNING
        | set(WAYS_IN)
        | set(MY_SECURITY)
    )
    assert set(names_of(get_resolver().url_patterns)) == of_one | rest


def test_the_table_knows_every_role() -> None:
    assert {PEOPLE[letter] for letter in EVERYBODY} == {"manager", "lead", "contract", "owner", "observer", "staff"}
    assert {ROLE_OF[letter] for letter in EVERYBODY} == set(Role)
    assert len(MEMBER_ROLES) + 1 == len(EVERYBODY)
