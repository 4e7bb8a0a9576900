"""A token's name, and what a build was answered, are people's words: erasing finds them."""

from __future__ import annotations

import pytest

from milestones.demo import Journey
from milestones.models import ApiAnswer, ApiToken
from milestones.personal import stored_about
from tests.api.calling import DEVIATION, a_token, build_of
from tests.cast import Cast
from tests.personal.common import erase, leave, stands_somewhere
from tests.results.sending import junit

pytestmark = pytest.mark.django_db


def test_who_is_erased_stands_in_none(cast: Cast, journey: Journey) -> None:
    lead = cast.lead
    token = a_token(journey, cast.lead, name=f"Bygget til {lead.name}")
    build = build_of(journey, token)
    build.send_raw(junit(), name=f"{lead.name}.xml")
    build.post("/deviations", {**DEVIATION, "handler": lead.name})
    assert ApiAnswer.objects.filter(body__icontains="Terje").exists()
    journey.runs()
    journey.approve_tests()  # who has reported what is not judged yet is not erased
    leave(cast, journey, lead)
    erase(lead, cast.staff)
    assert stands_somewhere(lead.name) == []
    assert build.get().status_code == 403
    assert ApiToken.objects.get(pk=token.pk).name.startswith("Bygget til ")


def test_it_is_among_what_is_stored_about_a_person(cast: Cast, journey: Journey) -> None:
    token = a_token(journey, cast.lead)
    (row,) = stored_about(cast.lead)["rows"]["apitoken.made_by"]
    assert (row["name"], row["scope"], row["integration__reference"]) == (
        "Bygg",
        "report",
        journey.integration.reference,
    )
    assert token.token not in str(row)
    assert token.token_hash not in str(row)
