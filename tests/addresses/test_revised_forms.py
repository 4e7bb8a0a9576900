"""A form that shows what is recorded does not undo what somebody else recorded meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from milestones.forms.base import Form, RevisedForm
from tests.addresses.asking import across_addresses, get, page, post
from tests.addresses.place import Place
from tests.addresses.table import FILES, PEOPLE, READABLE
from tests.cast import Cast

NAME_THEIR_VERSION = {"PlanForm", "CatalogueForm"}
"""What they show is named by its version, which workflow compares under the lock."""
SUGGEST = {
    *("AgreementForm", "ConfirmForm", "DeviationForm", "MeetingForm", "RunForm", "RunsForm", "NoticeForm"),
    *("MailChoiceForm", "PlanMeetingForm", "CalendarForm", "RecordResultsForm", "TokenForm"),
}
"""What they show is a first guess, or one's own choice: nobody else's record is undone."""


def forms_of(answer: HttpResponse) -> Iterator[Form]:
    """Every form of a page, by what its template was given."""
    for layer in getattr(answer, "context", None) or []:
        yield from (value for value in layer.flatten().values() if isinstance(value, Form))


@pytest.mark.parametrize("who", ["staff", "manager", "lead", "owner"])
def test_a_form_that_shows_what_is_recorded_does_not_undo_what_is_newer(cast: Cast, place: Place, who: str) -> None:
    """A new form is found here by being shown: it is a RevisedForm, or named above with its reason."""
    answers = [page(cast, place, name, who) for name in sorted(READABLE - FILES)]
    answers += [get(cast.client(getattr(cast, who)), address) for address in across_addresses()]
    shown = {type(form) for answer in answers for form in forms_of(answer) if set(form.initial) & visible(form)}
    bare = {one.__name__ for one in shown if not issubclass(one, RevisedForm)}
    assert bare <= NAME_THEIR_VERSION | SUGGEST


def visible(form: Form) -> set[str]:
    return {field.name for field in form.visible_fields()}


def test_a_revised_form_knows_an_old_page_from_a_fresh_one(cast: Cast, place: Place) -> None:
    """Wherever one is sent to: the view gives it what is recorded now, so that it can compare."""
    tried = set()
    for name in sorted(READABLE - FILES):
        for who in PEOPLE.values():
            for address, was in REVISED.findall(page(cast, place, name, who).content.decode()):
                client = cast.client(getattr(cast, who))
                assert (says_changed(client, address, "old"), says_changed(client, address, was)) == (True, False)
                tried.add(resolve(address).url_name)
    assert tried == {
        *("services", "accounts", "contact", "member", "meeting", "solution", "production_tests"),
        *("pass_details", "first_sending", "defer_follow_up", "monitoring", "readers", "certificate"),
        *("one_comment", "heartbeat"),
    }


REVISED = re.compile(
    r'<form method="post"\s+action="([^"]+)"(?:(?!</form>).)*?name="was" value="([0-9a-f]+)"', re.DOTALL
)


def says_changed(client: Client, address: str, was: str) -> bool:
    """Whether a form that was opened with `was` is told that somebody changed it meanwhile."""
    answer = post(client, address, {"was": was})
    told = (form.non_field_errors() for form in forms_of(answer) if form.is_bound) if answer.status_code == 422 else ()
    return any("Noen endret" in str(errors) for errors in told)
