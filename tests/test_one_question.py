"""One question in a mail: answered by its link without signing in, once, by whom it was sent to, while it is asked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client

from milestones import clock, gates, workflow
from milestones.demo import Journey
from milestones.mails.question_links import Question, question_address
from milestones.models import Event, EventKind, Mail, MailKind, NoticeReceipt, User
from milestones.process import Role
from milestones.snapshots import key_of
from tests.cast import Cast, facts_now, fresh
from tests.mailing import Send

A_DAY = datetime.timedelta(days=1)
Asks = Callable[[Cast, Journey], str]


def path_in(text: str) -> str:
    found = re.search(r"/answer/[^\s/]+/", text)
    assert found, text
    return found[0]


def path_of(person: User, question: Question, *about: int | str) -> str:
    return path_in(question_address(person, question, *about))


def of_a_notice(cast: Cast, team: Journey) -> str:
    member = team.integration.members.get(user=cast.lead)
    workflow.name_readers(team.integration, by=cast.manager, member_ids=[member.pk], shared_mailbox="")
    workflow.send_notice([team.integration], by=cast.staff, kind="job", title="Vindu", body="Nede natt til lørdag.")
    return path_of(cast.lead, Question.READ, NoticeReceipt.objects.get(member=member).pk)


def of_details(cast: Cast, team: Journey) -> str:
    accounts = team.integration.accounts
    accounts.details_passed_at, accounts.details_passed_by, accounts.details = clock.now(), cast.staff, "Adresse"
    accounts.save()
    return path_of(cast.lead, Question.DETAILS, team.integration.pk, accounts.details_passed_at.isoformat())


def of_a_reminder(cast: Cast, team: Journey) -> str:
    item = team.integration.waiting_items.filter(role=Role.CONTRACT_MANAGER).first()
    assert item is not None
    event = workflow.nudge(team.integration, by=cast.manager, item=key_of(item))
    return path_of(cast.contract, Question.NUDGE, event.pk)


def of_a_date(cast: Cast, team: Journey) -> str:
    target = team.integration.milestones.get(number=1).target_on
    return path_of(cast.manager, Question.TRACK, team.integration.pk, 1, str(target))


KINDS: dict[Question, tuple[Asks, EventKind, str]] = {
    Question.READ: (of_a_notice, EventKind.NOTICE_READ, "lead"),
    Question.DETAILS: (of_details, EventKind.DETAILS_ACKNOWLEDGED, "lead"),
    Question.NUDGE: (of_a_reminder, EventKind.NUDGE_ANSWERED, "contract"),
    Question.TRACK: (of_a_date, EventKind.ON_TRACK, "manager"),
}
every_question = pytest.mark.parametrize("question", KINDS)


def answers_to(question: Question, team: Journey) -> list[Event]:
    return list(team.integration.events.filter(kind=KINDS[question][1]))


def post(path: str, **data: str) -> int:
    return int(Client().post(path, {"word": "Venter på signatur"} | data).status_code)


@every_question
def test_a_get_changes_nothing_and_a_post_answers_once(cast: Cast, team: Journey, question: Question) -> None:
    asks, _kind, who = KINDS[question]
    path = asks(cast, team)
    for _scanner in range(3):
        assert Client().get(path).status_code == Client().head(path).status_code == 200
    assert answers_to(question, team) == []
    assert post(path) == 200
    [event] = answers_to(question, team)
    assert event.actor == getattr(cast, who)
    assert "Besvart med lenken i e-posten, uten innlogging." in event.reason
    assert ("Venter på signatur" in event.reason) == (question is Question.NUDGE)
    assert post(path) == 410
    assert Client().get(path).status_code == 410
    assert len(answers_to(question, team)) == 1


def test_a_browser_without_a_session_sends_the_form_that_it_was_shown(cast: Cast, team: Journey) -> None:
    """The answer is a form of ours: what another site sends is no answer."""
    path, browser = of_a_date(cast, team), Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(path).content.decode())
    assert token is not None
    assert browser.post(path).status_code == 403
    assert browser.post(path, {"csrfmiddlewaretoken": token[1]}).status_code == 200
    assert len(answers_to(Question.TRACK, team)) == 1


@every_question
def test_it_is_asked_for_seven_days(cast: Cast, team: Journey, question: Question) -> None:
    path = KINDS[question][0](cast, team)
    with time_machine.travel(clock.now() + 6.9 * A_DAY, tick=False):
        assert Client().get(path).status_code == 200
    with time_machine.travel(clock.now() + 7.1 * A_DAY, tick=False):
        assert Client().get(path).status_code == 410
        assert post(path) == 410
    assert answers_to(question, team) == []


@every_question
@pytest.mark.parametrize("gone", ["left", "inactive", "staff", "paused", "closed"])
def test_it_is_not_asked_of_who_is_no_longer_to_answer(
    cast: Cast, team: Journey, question: Question, gone: str
) -> None:
    asks, _kind, who = KINDS[question]
    path, person = asks(cast, team), getattr(cast, who)
    if gone == "left":
        member = team.integration.members.get(user=person)
        member.left_at = clock.now()
        member.save(update_fields=["left_at"])
    elif gone in ("inactive", "staff"):
        User.objects.filter(pk=person.pk).update(**{"is_active": False} if gone == "inactive" else {"is_staff": True})
    elif gone == "paused":
        workflow.pause_integration(team.integration, by=cast.staff, reason="Hviler")
    else:
        workflow.close_integration(team.integration, by=cast.staff, reason="Gir seg")
    assert Client().get(path).status_code == 410
    assert post(path) == 410
    assert answers_to(question, team) == []


@every_question
def test_a_link_is_its_persons_and_of_its_question(cast: Cast, team: Journey, question: Question) -> None:
    """Changed by a letter it is 404; signed for somebody whom it is not asked of, it asks nothing."""
    path = KINDS[question][0](cast, team)
    assert post(path[:-2] + ("A" if path[-2] != "A" else "B") + "/") == 404
    for wrong in ("/answer/abc/", "/answer/abc:def:ghi/"):
        assert Client().get(wrong).status_code == 404
    about = {
        Question.READ: (NoticeReceipt.objects.values_list("pk", flat=True).first() or 0,),
        Question.DETAILS: (team.integration.pk, _passed_at(team)),
        Question.NUDGE: (Event.objects.latest("pk").pk,),
        Question.TRACK: (team.integration.pk, 1, str(team.integration.milestones.get(number=1).target_on)),
    }[question]
    for other in (cast.stranger, cast.observer, cast.staff):
        assert post(path_of(other, question, *about)) == 410
    assert answers_to(question, team) == []
    assert post(path_of(getattr(cast, KINDS[question][2]), question, *about)) == 200


def _passed_at(team: Journey) -> str:
    at = fresh(team.integration).accounts.details_passed_at
    return at.isoformat() if at else ""


def test_whoever_is_signed_in_answers_for_whom_it_was_sent_to(cast: Cast, team: Journey) -> None:
    path = of_a_date(cast, team)
    assert cast.client(cast.owner).post(path).status_code == 200
    assert Event.objects.get(kind=EventKind.ON_TRACK).actor == cast.manager


def test_it_is_asked_in_its_readers_language(cast: Cast, team: Journey) -> None:
    User.objects.filter(pk=cast.manager.pk).update(language="nn")
    assert "Ja, han er i rute" in Client().get(of_a_date(cast, team)).content.decode()


def test_an_answer_to_a_reminder_has_a_date_or_a_word(cast: Cast, team: Journey, send_all: Send) -> None:
    path = of_a_reminder(cast, team)
    for wrong in ({"word": "", "on": ""}, {"on": "2020-01-01"}, {"on": "i morgen"}):
        assert post(path, **wrong) == 422
    assert answers_to(Question.NUDGE, team) == []
    on = (clock.today() + 3 * A_DAY).isoformat()
    assert post(path, on=on, word="Venter på styret") == 200
    [event] = answers_to(Question.NUDGE, team)
    assert event.to_value == on
    assert event.reason.startswith("Venter på styret (Besvart med lenken")
    Mail.objects.exclude(kind=MailKind.NUDGE_ANSWERED).delete()
    send_all()
    assert mail.outbox[-1].to == [cast.manager.email]
    assert "Venter på styret" in str(mail.outbox[-1].body)


def test_what_has_been_done_is_not_asked_any_more(cast: Cast, team: Journey) -> None:
    path = of_a_reminder(cast, team)
    team.agreement()
    assert post(path) == 410


def test_other_details_and_other_dates_ask_anew(cast: Cast, team: Journey) -> None:
    details, date = of_details(cast, team), of_a_date(cast, team)
    accounts = fresh(team.integration).accounts
    accounts.details_passed_at = clock.now() + A_DAY
    accounts.save()
    milestone = team.integration.milestones.get(number=1)
    milestone.target_on = clock.today() + 90 * A_DAY
    milestone.save(update_fields=["target_on"])
    assert (post(details), post(date)) == (410, 410)


def test_mails_bring_links_that_are_not_kept(cast: Cast, team: Journey, send_all: Send) -> None:
    of_a_notice(cast, team)
    of_a_reminder(cast, team)
    send_all()
    bodies = [str(letter.body) for letter in mail.outbox]
    assert sum("/answer/" in body for body in bodies) == 2
    assert not Mail.objects.filter(text__contains="/answer/").exists()
    for body in bodies:
        if "/answer/" in body:
            assert Client().get(path_in(body)).status_code == 200


@every_question
def test_no_gate_rests_on_an_answer(cast: Cast, team: Journey, question: Question) -> None:
    path, before = KINDS[question][0](cast, team), gates.gate(5, facts_now(team.integration))
    assert post(path) == 200
    assert gates.gate(5, facts_now(team.integration)) == before


def test_the_answer_stands_where_it_was_asked(cast: Cast, team: Journey) -> None:
    path = of_a_reminder(cast, team)
    on = clock.today() + 3 * A_DAY
    post(path, on=on.isoformat(), word="Venter på styret")
    page = cast.client(cast.manager).get(f"/i/{team.integration.reference}/").content.decode()
    assert "Kirsten Kontrakt svarte: ferdig" in page
    assert "Venter på styret" in page


def test_a_date_that_has_passed_is_asked_about_no_more(cast: Cast, team: Journey) -> None:
    path = of_a_date(cast, team)
    team.integration.milestones.filter(number=1).update(target_on=clock.today() - A_DAY)
    gone = path_of(cast.manager, Question.TRACK, team.integration.pk, 1, str(clock.today() - A_DAY))
    assert Client().get(path).status_code == 410
    assert Client().get(gone).status_code == 410


def test_the_page_says_whose_answer_it_is(cast: Cast, team: Journey) -> None:
    """Somebody else may be signed in at this browser."""
    page = cast.client(cast.lead).get(of_a_date(cast, team)).content.decode()
    assert "Du svarer for Kari Prosjekt" in page


def test_it_speaks_its_readers_language_or_the_one_that_is_chosen_here(cast: Cast, team: Journey) -> None:
    User.objects.filter(pk=cast.manager.pk).update(language="en")
    path, client = of_a_date(cast, team), Client()
    assert "You answer for" in client.get(path).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nn"
    assert "You answer for" not in client.get(path).content.decode()
    answered = Client()
    answered.post(path)
    assert "This is no longer asked" in answered.get(path).content.decode()
