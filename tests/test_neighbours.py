"""Two senders crawl each other: what one's pages contain is nothing to the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from milestones import demo, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.mails import sending
from milestones.models import Event, Mail, User
from milestones.process import Role
from milestones.reminders import cases, sweep
from tests.cast import Cast
from tests.made_once import made_once

LINK = re.compile(r'(?:href|action|formaction)="([^"#]+)')


@made_once
def neighbours(cast: Cast) -> tuple[Journey, Journey]:
    """Two integrations of strangers, each with a row of most kinds."""
    journeys = cast.journey(), cast.neighbour()
    for journey in journeys:
        journey.to_operations()
        by = journey.cast.manager
        workflow.add_follow_up(journey.integration, by=by, title="Punkt", description="")
        workflow.open_deviation(
            journey.integration, by=by, title="Avvik", description="", handler="Vakta", opened_on=today()
        )
        reader = journey.integration.members.get(user=by)
        workflow.name_readers(journey.integration, by=by, member_ids=[reader.pk], shared_mailbox="")
        workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Varsel", body="Les.")
    sweep.queue_digests(today(), cases.rules_in_force(), forced=True)
    Mail.objects.update(state="sent")
    return journeys


def crawl(client: Client) -> set[str]:
    """Every address of ours on any page that the client's owner can reach."""
    todo, seen = ["/", "/integrations/", "/mail/"], set()
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            todo += [link for link in links_of(answer.content.decode()) if link not in seen]
    return seen


def links_of(html: str) -> Iterator[str]:
    for link in LINK.findall(html):
        path = urlsplit(link).path
        if path.startswith("/") and not path.startswith(("/static/", "/sign-out")):
            yield path


def test_what_one_senders_pages_contain_is_nothing_to_the_other(
    cast: Cast, neighbours: tuple[Journey, Journey]
) -> None:
    ours, theirs = neighbours
    sides = ((cast.client(cast.manager), ours), (cast.client(cast.stranger), theirs))
    pages = [crawl(client) for client, _journey in sides]
    for number, (client, journey) in enumerate(sides):
        other, reference = pages[1 - number], journey.integration.reference
        foreign = sides[1 - number][1].integration.reference
        private = {address for address in other if foreign in address or re.match(r"/mail/\d", address)}
        assert len(private) > 60
        before = Event.objects.count()
        for address in sorted(private):
            statuses = {client.get(address).status_code, client.post(address).status_code}
            assert statuses <= {404, 405}, address
            assert 404 in statuses, address
        assert Event.objects.count() == before
        rows = {
            address for address in private if re.search(r"/\d+/", address.replace(foreign, "")) and "/i/" in address
        }
        rows = {address for address in rows if "/milestones/" not in address}
        assert len(rows) > 20
        for address in sorted(rows):  # their numbers under our own reference
            swapped = address.replace(foreign, reference)
            assert client.get(swapped).status_code in (404, 405), swapped
            assert client.post(swapped).status_code in (404, 405), swapped
        assert Event.objects.count() == before


def test_what_another_sender_calls_somebody_does_not_show(cast: Cast) -> None:
    """Ola works for both, and his account has the name that the other one gave him."""
    ola = User.objects.create_user("ola@konsulent.example", "Ola Nordmann")
    travellers = demo.Cast(cast.staff, ola, ola, ola, ola)
    journey = Journey.begin(travellers, "974760673", "Nabovik AS", "Naboens brev")
    demo.bring_in(journey.integration, cast.stranger, [Role.PROJECT_MANAGER], by=ola)
    journey.to_operations()
    workflow.open_deviation(
        journey.integration, by=ola, title="Avvik", description="", handler="Vakta", opened_on=today()
    )
    workflow.reopen(journey.integration, 5, by=cast.staff, reason="Se igjen")
    sweep.queue_digests(today(), cases.rules_in_force(), forced=True)
    sweep.queue_summaries(today())
    User.objects.filter(pk=ola.pk).update(name="Ola fra Fjordvik")
    while sending.send_batch():
        pass
    client = cast.client(cast.stranger)
    pages = {address: client.get(address) for address in sorted(crawl(client))}
    said = {address: page.content.decode() for address, page in pages.items() if not page.streaming}
    told = [letter for letter in mail.outbox if letter.to == [cast.stranger.email]]
    said |= {str(letter.subject): str(letter.body) for letter in told}
    assert sum("Ola Nordmann" in text for text in said.values()) > 20
    assert [where for where, text in said.items() if "Ola fra Fjordvik" in text] == []
