"""The audit log's page: every event in a sentence, by days, and found by what it is about and by who did it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.utils.translation import override

from milestones import workflow
from milestones.demo import Journey
from milestones.event_words import Family, kinds_of
from milestones.models import Event, EventKind
from milestones.process import Role
from milestones.templatetags.history import subject_of, value_of
from milestones.views.integration_page import PAGE_SIZE
from tests.cast import Cast
from tests.query_counts import queries_at

SENTENCE = re.compile(r"<summary>((?:[^<]|<(?!time|/summary))*)<time")


def history(cast: Cast, journey: Journey, **asked: Any) -> Any:
    return cast.client(cast.manager).get(f"/i/{journey.integration.reference}/history/", asked)


def sentences(answer: Any) -> list[str]:
    return [html.unescape(one.strip()) for one in SENTENCE.findall(answer.content.decode())]


def shown(answer: Any) -> list[Event]:
    return [event for _day, lines in answer.context["days"] for line in lines for event in line.events]


def test_every_event_is_on_one_of_its_pages(cast: Cast) -> None:
    journey = cast.journey()
    journey.to_operations()
    recorded = list(journey.integration.events.all())
    pages = range(1, (len(recorded) - 1) // PAGE_SIZE + 2)
    assert len(pages) > 1
    assert [event for number in pages for event in shown(history(cast, journey, page=number))] == recorded


def test_what_a_line_tells_of_several_unfolds_to_all_that_the_log_holds(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1_facts()
    answer = history(cast, journey)
    parts = re.findall(r"<li>\s*<p>(.*?)</li>", answer.content.decode(), re.DOTALL)
    assert len(parts) == journey.integration.events.count() > len(sentences(answer))
    with override("nb"):
        for event, part in zip(shown(answer), map(html.unescape, parts), strict=True):
            assert event.get_kind_display() in part
            assert all(text in part for text in (subject_of(event), value_of(event, "from"), value_of(event, "to")))
            assert event.reason in part


@pytest.mark.parametrize("family", Family)
def test_by_what_it_is_about(cast: Cast, family: str) -> None:
    journey = cast.journey()
    journey.to_operations()
    found = shown(history(cast, journey, kind=family))
    assert found == list(journey.integration.events.filter(kind__in=kinds_of(family))[:PAGE_SIZE])


def test_by_who_did_it_and_by_both(cast: Cast) -> None:
    journey = cast.journey()
    journey.to_operations()
    events = journey.integration.events
    assert shown(history(cast, journey, who=cast.lead.pk)) == list(events.filter(actor=cast.lead)[:PAGE_SIZE])
    assert shown(history(cast, journey, who="system")) == list(events.filter(actor=None)[:PAGE_SIZE])
    found = shown(history(cast, journey, who=cast.lead.pk, kind="tests"))
    assert found
    assert {(event.actor, event.kind in kinds_of("tests")) for event in found} == {(cast.lead, True)}


@pytest.mark.parametrize("asked", [{"kind": "x"}, {"who": "x"}, {"who": "999999"}, {"who": "\0"}, {"kind": "%"}])
def test_what_makes_no_sense_leaves_all(cast: Cast, asked: dict[str, str]) -> None:
    journey = cast.journey()
    assert len(shown(history(cast, journey, **asked))) == journey.integration.events.count()


def test_the_integrations_page_tells_of_the_latest(cast: Cast) -> None:
    journey = cast.journey()
    journey.to_operations()
    home = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/")
    assert sentences(home) == sentences(history(cast, journey))[:8]


def test_who_is_chosen_from_are_those_who_did_something_there(cast: Cast) -> None:
    journey = cast.journey()
    cast.neighbour()
    choices = dict(history(cast, journey).context["filter"].fields["who"].choices)
    actors = set(journey.integration.events.exclude(actor=None).values_list("actor", flat=True))
    assert set(choices) - {"", "system"} == set(map(str, actors))


def test_the_pages_keep_what_was_chosen(cast: Cast) -> None:
    journey = cast.journey()
    rows = [Event(integration=journey.integration, kind=EventKind.RUN_RECORDED) for _row in range(PAGE_SIZE + 1)]
    Event.objects.bulk_create(rows)
    address = f"/i/{journey.integration.reference}/history/?kind=tests&amp;who=&amp;page=2"
    assert address in history(cast, journey, kind="tests", who="").content.decode()


def test_nothing_fits(cast: Cast) -> None:
    answer = history(cast, cast.journey(), kind="production")
    assert shown(answer) == []
    assert answer.status_code == 200


def test_people_are_called_as_on_this_integration(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    workflow.add_follow_up(journey.integration, by=cast.lead, title="Punkt", description="")
    neighbour = cast.neighbour().integration
    workflow.invite(neighbour, by=cast.stranger, name="Kallenavn", email=cast.lead.email, roles=[Role.OBSERVER])
    journey.integration.members.filter(user=cast.lead).update(name="Terje Her")
    for address in (f"/i/{journey.integration.reference}/history/", f"/i/{journey.integration.reference}/", "/"):
        page = cast.client(cast.manager).get(address).content.decode()
        assert "Terje Her " in page, address
        assert "Kallenavn" not in page
        assert "Terje Teknisk added" not in page


def test_who_is_erased_is_erased_from_the_sentences(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    workflow.add_follow_up(journey.integration, by=cast.lead, title="Ring Terje Teknisk", description="")
    workflow.close_integration(journey.integration, by=cast.staff, reason="Stanset.")
    workflow.erase_person(cast.lead, by=cast.staff, reason="Ba om det.")
    for address in (f"/i/{journey.integration.reference}/history/", f"/i/{journey.integration.reference}/", "/"):
        page = cast.client(cast.manager).get(address).content.decode()
        assert "Terje" not in page, address
    answer = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/history/")
    assert not [one for one in sentences(answer) if "Terje" in one]


def test_a_long_history_takes_as_many_queries_as_a_short_one(cast: Cast) -> None:
    journey = cast.journey()
    journey.to_operations()
    home, manager = f"/i/{journey.integration.reference}/", cast.client(cast.manager)
    addresses = (home, f"{home}history/", f"{home}history/?kind=milestones&who={cast.staff.pk}", "/")
    before = [queries_at(manager, address) for address in addresses]
    Event.objects.bulk_create(
        Event(integration=journey.integration, actor=actor, kind=kind, subject="Ny")
        for kind in EventKind
        for actor in (cast.lead, cast.owner, cast.contract, cast.staff, None)
    )
    assert [queries_at(manager, address) for address in addresses] == before
