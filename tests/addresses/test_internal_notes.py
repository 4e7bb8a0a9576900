"""Internal notes never leave Digipost: no page, count, history, mail, download, error or address tells of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

import pytest
from django.core import mail
from django.db import transaction
from django.http import Http404
from django.test import Client

from milestones import policy, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.mails import sending
from milestones.models import Comment, CommentVersion, Event, EventKind, Mail, SendState, SentForm, User
from milestones.personal import stored_about
from milestones.process import MILESTONE_NUMBERS
from milestones.reminders import cases, sweep
from tests.addresses.asking import across_addresses, entry_address
from tests.addresses.place import Place
from tests.addresses.table import FILES, MY_SECURITY, PDF, POSTS, READABLE, dated
from tests.amounts import IN_FULL
from tests.cast import Cast
from tests.talking import NOTE, address, browser, note, say, summary, texts_on

MEMBERS = ("manager", "lead", "contract", "owner", "observer")
OUTSIDE = (*MEMBERS, "stranger")
WHO_POST = OUTSIDE if IN_FULL else ("manager", "stranger")
"""A member with nearly every right, and somebody with none; in full everybody."""
EVERY_THING = ("requirement-2.1", "requirement-1.1", "requirement-D.2", "milestone-5", "milestone-1")


def things_of(place: Place) -> Iterator[str]:
    yield from (*EVERY_THING, f"requirement-{place.own_item}")
    yield from (f"scenario-{place.pks['scenario']}", f"deviation-{place.pks['deviation']}")


def write_notes(cast: Cast, place: Place) -> list[Comment]:
    """A note on everything, edited once; on one thing one that was deleted; each telling a colleague."""
    notes = []
    for about in things_of(place):
        told = [cast.other_staff.pk]
        written = workflow.add_comment(
            place.integration, about, by=cast.staff, text=f"{NOTE} {about} @Jonas", internal=True, tell=told
        )
        workflow.edit_comment(place.integration, written.pk, by=cast.staff, text=f"{NOTE} {about}, altså")
        notes.append(written)
    gone = workflow.add_comment(place.integration, "milestone-1", by=cast.staff, text=f"{NOTE} borte", internal=True)
    workflow.delete_comment(place.integration, gone.pk, by=cast.other_staff, reason=f"{NOTE}: feil")
    return [*notes, gone]


def crawl(client: Client, place: Place, notes: Iterable[Comment] = ()) -> dict[str, str]:
    """All that somebody is answered, by address: each of the table, each query that unfolds or turns a page, mails."""
    home = f"/i/{place.integration.reference}"
    addresses = [place.address(name) for name in READABLE - FILES]
    addresses += [*across_addresses(), *(entry_address(name) for name in MY_SECURITY), "/", "/me/?download"]
    addresses += [f"{home}/comments/{about}/?page=1" for about in things_of(place)]
    addresses += [f"{home}/comments/{one.pk}/" for one in notes]
    addresses += [f"{home}/milestones/{number}/?talk=milestone-{number}" for number in MILESTONE_NUMBERS]
    addresses += [f"{home}/history/?kind=talk", "/find/?q=Hemmelighet"]
    addresses += [f"/mail/{pk}/" for pk in Mail.objects.values_list("pk", flat=True)]
    answers = {path: client.get(path) for path in addresses}
    return {path: f"{one.get('Location', '')} {one.content.decode()}" for path, one in answers.items()}


@pytest.mark.parametrize("who", OUTSIDE)
def test_no_answer_to_anybody_outside_holds_a_word_of_a_note(cast: Cast, place: Place, who: str) -> None:
    notes = write_notes(cast, place)
    said = crawl(browser(cast, who), place, notes)
    assert [path for path, text in said.items() if NOTE in text] == []
    assert len(said) > 80


def test_the_same_addresses_tell_digiposts_staff(cast: Cast, place: Place) -> None:
    said = crawl(browser(cast, "other_staff"), place, write_notes(cast, place))
    assert sum(NOTE in text for text in said.values()) > 20


@pytest.mark.parametrize("who", ["manager", "observer"])
def test_to_a_member_every_page_is_as_if_there_were_none(cast: Cast, place: Place, who: str) -> None:
    """Not only no word of it: no count, no line, no person who could be told, no gap that is said."""
    client = browser(cast, who)
    before = crawl(client, place)
    write_notes(cast, place)
    after = crawl(client, place)
    assert [path for path in before if plain(before[path]) != plain(after[path])] == []
    assert len(before) > 60


def plain(text: str) -> str:
    """Without what is drawn anew each time: keys, tokens, nonces and the ids of requests."""
    text = re.sub(r'(name="(?:form_key|csrfmiddlewaretoken)" value|nonce)="[^"]*"', "", text)
    return re.sub(r'<code class="wraps">[0-9a-f]{32}</code>', "", text)


@pytest.mark.parametrize("who", WHO_POST)
def test_no_answer_to_a_post_does_either(cast: Cast, place: Place, who: str) -> None:
    """Every form, empty and filled in, by every member: errors, refusals and confirmations."""
    notes, client = write_notes(cast, place), browser(cast, who)
    reference = place.integration.reference
    addresses = [(place.address(name), data) for name, (_letters, data) in POSTS.items()]
    addresses += [(f"/i/{reference}/comments/{about}/", POSTS["comments"][1]) for about in things_of(place)]
    for one in notes:
        own = f"/i/{reference}/comments/{one.pk}/"
        addresses += [(own, {"text": "Noe annet"}), (f"{own}delete/", {"reason": "Derfor"})]
    leaks, missing = [], []
    for path, data in addresses:
        for sent in ({}, dated({name: value for name, value in data.items() if value != PDF})):
            with transaction.atomic():
                answer = client.post(path, sent, follow=True)
                transaction.set_rollback(True)
            leaks += [path] if NOTE in answer.content.decode() else []
            missing += (
                [path] if any(f"/comments/{one.pk}/" in path for one in notes) and (answer.status_code != 404) else []
            )
    assert (leaks, missing) == ([], [])
    assert Comment.objects.filter(internal=True, text__startswith=NOTE).count() == len(notes) - 1


def test_a_note_that_a_member_asks_to_change_is_not_there(cast: Cast, place: Place) -> None:
    (written, *_others) = write_notes(cast, place)
    missing = workflow.edit_comment, workflow.delete_comment
    for who in MEMBERS:
        for do in missing:
            more = {"text": "x"} if do is workflow.edit_comment else {"reason": "x"}
            told = set()
            for pk in (written.pk, 10**9):
                with pytest.raises(workflow.Stale) as refused:
                    do(place.integration, pk, by=getattr(cast, who), **more)
                told.add(str(refused.value))
            assert len(told) == 1
        with pytest.raises(policy.Forbidden):
            workflow.add_comment(place.integration, "milestone-1", by=getattr(cast, who), text="x", internal=True)
    with pytest.raises(Http404):
        workflow.edit_comment(place.integration, written.pk, by=cast.stranger, text="x")


def test_what_a_member_means_for_digipost_alone_is_not_shown_to_everybody(cast: Cast, place: Place) -> None:
    """A form of the staff's, sent by who is no longer one of them: refused, and not published."""
    before = Comment.objects.count()
    answer = browser(cast, "lead").post(
        f"/i/{place.integration.reference}/comments/milestone-1/", {"text": "Internt", "audience": "digipost"}
    )
    assert (answer.status_code, Comment.objects.count()) == (403, before)


def test_no_event_and_no_mail_to_others(cast: Cast, place: Place) -> None:
    events, mails = Event.objects.count(), Mail.objects.count()
    version = workflow.version_of(place.integration)
    notes = write_notes(cast, place)
    assert Event.objects.count() == events
    assert workflow.version_of(place.integration) == version
    queued = Mail.objects.filter(comment__in=notes)
    assert {row.recipient for row in queued} == {cast.other_staff}
    assert Mail.objects.count() == mails + queued.count()
    sweep.queue_digests(today(), cases.rules_in_force(), forced=True)
    sweep.queue_summaries(today())
    Mail.objects.update(forced=True)
    while sending.send_batch():
        pass
    letters = [(one.to, f"{one.subject}{one.body}{getattr(one, 'alternatives', '')}") for one in mail.outbox]
    assert {address for to, said in letters if NOTE in said for address in to} == {cast.other_staff.email}
    assert len({address for one in mail.outbox for address in one.to}) > 3
    kept = Mail.objects.filter(state=SendState.SENT)
    assert not [row.pk for row in kept if NOTE in f"{row.subject}{row.text}{row.detail}{row.error}"]
    assert NOTE not in json.dumps(list(SentForm.objects.values()), default=str)
    assert NOTE not in json.dumps(list(Event.objects.values()), default=str)


def test_who_has_left_digipost_is_told_nothing_of_what_they_wrote(cast: Cast, place: Place) -> None:
    """Nor by what is stored about them, once they are a sender's member; that there are rows is told."""
    write_notes(cast, place)
    assert NOTE in json.dumps(stored_about(cast.staff))
    User.objects.filter(pk=cast.staff.pk).update(is_staff=False)
    former = stored_about(User.objects.get(pk=cast.staff.pk))
    assert NOTE not in json.dumps(former)
    assert len(former["rows"]["comment.author"]) == Comment.objects.filter(author=cast.staff).count()
    assert (
        len(former["rows"]["commentversion.comment.author"])
        == CommentVersion.objects.filter(comment__author=cast.staff).count()
    )


def test_they_stand_apart_beside_what_everybody_reads(cast: Cast, place: Place) -> None:
    """In words, with a lock, in a colour of their own, and counted by themselves."""
    journey = Journey(place.integration, cast.travellers)
    say(journey, cast.lead, "Alle ser dette", "milestone-5")
    note(journey, cast.staff, "Bare vi ser dette", "milestone-5")
    path = f"/i/{place.integration.reference}/milestones/5/"
    everybody, staff = (summary(browser(cast, who), path, "milestone-5") for who in ("lead", "staff"))
    assert "(1)" in everybody
    assert "(1)" in staff
    assert staff != everybody
    html = browser(cast, "staff").get(path).content.decode()
    apart = html[: html.index("Bare vi ser dette")].rpartition("<li")[2]
    assert "data-internal" in apart
    assert 'class="lock"' in apart
    assert "data-internal" not in html[: html.index("Alle ser dette")].rpartition("<li")[2]
    about = f"/i/{place.integration.reference}/comments/milestone-5/"
    assert texts_on(browser(cast, "lead"), about) == ["Alle ser dette"]
    assert texts_on(browser(cast, "staff"), about) == ["Alle ser dette", "Bare vi ser dette"]


def test_staff_say_each_time_who_sees_it(cast: Cast, place: Place) -> None:
    """Nothing is chosen first: a note that everybody reads is one slip away otherwise."""
    about, client = f"/i/{place.integration.reference}/comments/milestone-5/", browser(cast, "staff")
    before = Comment.objects.count()
    assert client.post(about, {"text": "Hvem ser dette?"}).status_code == 422
    assert "audience" not in browser(cast, "lead").get(about).content.decode()
    assert "checked" not in client.get(about).content.decode().split("<main")[1].split("</main")[0]
    for audience in ("everybody", "digipost"):
        assert client.post(about, {"text": "Hvem ser dette?", "audience": audience}).status_code == 302
    assert list(Comment.objects.order_by("pk").values_list("internal", flat=True))[before:] == [False, True]
    assert Event.objects.filter(kind=EventKind.COMMENTED, subject="5").count() == 1


def test_another_of_the_staff_reads_and_deletes_a_note_and_does_not_edit_it(cast: Cast, place: Place) -> None:
    journey = Journey(place.integration, cast.travellers)
    written = note(journey, cast.staff)
    colleague, path = browser(cast, "other_staff"), address(journey, comment=written)
    assert NOTE in colleague.get(path).content.decode()
    assert colleague.post(path, {"text": "Nei"}).status_code == 403
    assert colleague.post(f"{path}delete/", {"reason": "Feil"}).status_code == 302
    assert NOTE not in colleague.get(path).content.decode()
