"""Whom a comment names, and the mail that they get: one each, at once, while they may still read it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from milestones import talk, workflow
from milestones.demo import Journey
from milestones.models import Mail, MailKind, Member, SendState, User
from milestones.process import Role
from tests.cast import Cast
from tests.mailing import FRIDAY, Send
from tests.personal.common import erase, leave
from tests.talking import address, browser, key_on, milestone, note, page, say

PEOPLE = {1: "Kari Prosjekt", 2: "Kari Nordmann", 3: "Terje Teknisk", 4: "Anne-Lise Berg", 5: "Åse Å", 6: "Kari"}


@pytest.mark.parametrize(
    ("text", "people", "nobody"),
    [
        ("@Terje, kan du se?", {3}, ()),
        ("Hei @terje teknisk og @Åse Å!", {3, 5}, ()),
        ("@Kari Prosjekt", {1}, ()),
        ("(@Kari  Nordmann)", {2}, ()),
        ("@Kari Prosjektleder", {6}, ()),  # she alone is called Kari and no more
        ("@KARI", {6}, ()),
        ("@Anne-Lise: ferdig?", {4}, ()),
        ("@Anne", set(), ("Anne",)),
        ("@Nils og @nils", set(), ("Nils", "nils")),
        ("kari@fjordvik.example, a+@b, x.@Terje", set(), ()),
        ("@ Terje, @@ og @", set(), ()),
        ("@Terjes", set(), ("Terjes",)),
        ("@Terje @Terje", {3}, ()),
        ("A\u030ase: @A\u030ase", {5}, ()),
        ("@" * 5000, set(), ()),
    ],
)
def test_whom_a_text_names(text: str, people: set[int], nobody: tuple[str, ...]) -> None:
    assert talk.named_in(text, PEOPLE) == talk.Named(frozenset(people), nobody)


def test_a_name_that_two_have_names_neither() -> None:
    assert talk.named_in("@Ola Nordmann og @Ola", {1: "Ola Nordmann", 2: "Ola Nordmann"}).people == set()
    assert talk.named_in("@Ola Nordmann", {1: "Ola Nordmann", 2: "Ola Nordmann", 3: "Ola"}).nobody == ("Ola",)


def queued() -> set[str]:
    return {row.to for row in Mail.objects.filter(kind=MailKind.MENTIONED)}


def test_it_says_what_by_whom_about_what_and_where(cast: Cast, team: Journey, send_all: Send) -> None:
    comment = say(team, cast.manager, "@Terje, se her:\n\n<b>https://x.example/</b>\n-- \nHilsen")
    assert queued() == {cast.lead.email}
    assert send_all() == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == ([cast.lead.email], [cast.manager.email])
    assert str(letter.subject).startswith(f"{team.integration.reference}: Kari Prosjekt ")
    assert "1.1" in str(letter.subject)
    place = f"/i/{team.integration.reference}/milestones/1/?talk=requirement-1.1#comment-{comment.pk}"
    quoted = "> @Terje, se her:\n> \n> <b>https://x.example/</b>\n> -- \n> Hilsen"
    for words in (quoted, "Kari Prosjekt", team.integration.name, place):
        assert words in str(letter.body)
    shown = str(letter.alternatives[0][0])  # type: ignore[union-attr]
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_its_link_leads_to_where_it_is_said(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.manager, "@Terje?")
    path = f"/i/{team.integration.reference}/milestones/1/?talk=requirement-1.1"
    (fold,) = page(browser(cast, "lead"), path).xpath(f"//details[@open][.//li[@id='comment-{comment.pk}']]")
    assert fold.get("id") == "talk-requirement-1.1"
    assert len(page(browser(cast, "lead"), milestone(team)).xpath("//details[@open][.//form]")) == 0


def test_what_is_kept_of_it_is_no_copy_of_the_comment(cast: Cast, team: Journey, send_all: Send) -> None:
    """What is edited, deleted or erased in the comment would live on there."""
    say(team, cast.manager, "@Terje, e?")
    send_all()
    kept = Mail.objects.get(kind=MailKind.MENTIONED)
    assert "Terje, e?" not in kept.text
    assert cast.lead.name in kept.text  # the rest is as it was
    assert browser(cast, "lead").get(f"/mail/{kept.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("who", "text", "told"),
    [
        ("manager", "@Terje @Olga @Ingrid", {"lead", "observer", "staff"}),
        ("manager", "@Jonas", set()),  # not the contact, and not known from here
        ("staff", "@Jonas @Kari", {"other_staff", "manager"}),
        ("manager", "@Kari", set()),  # oneself
        ("manager", "@Nina", set()),  # a neighbour
    ],
)
def test_who_may_be_told(cast: Cast, team: Journey, who: str, text: str, told: set[str]) -> None:
    cast.neighbour()
    Mail.objects.all().delete()
    say(team, getattr(cast, who), text)
    assert queued() == {getattr(cast, one).email for one in told}


def test_members_may_tell_those_of_the_staff_who_have_written_to_them(cast: Cast, team: Journey) -> None:
    note(team, cast.other_staff, "Et notat")
    say(team, cast.manager, "@Jonas, hei")
    assert queued() == set()
    say(team, cast.other_staff, "Hei")
    say(team, cast.manager, "@Jonas, takk")
    assert queued() == {cast.other_staff.email}


def test_those_who_are_ticked_are_told_too_once_each(cast: Cast, team: Journey) -> None:
    ticked = [str(cast.lead.pk), str(cast.owner.pk)]
    client = browser(cast, "manager")
    answer = client.post(address(team), {"text": "@Terje og andre", "tell": ticked}, follow=True)
    assert queued() == {cast.lead.email, cast.owner.email}
    assert Mail.objects.count() == 2
    assert "Bjørn Forretning, Terje Teknisk" in answer.content.decode()
    answer = client.post(address(team), {"text": "@Nils, hva med deg?"}, follow=True)
    assert "@Nils" in " ".join(map(str, answer.context["messages"]))


def test_nobody_is_ticked_who_may_not_read_it(cast: Cast, team: Journey) -> None:
    cast.neighbour()
    outside = [str(one.pk) for one in (cast.stranger, cast.other_staff, cast.manager)]
    for pk in (*outside, "x", "0", "9" * 30):
        answer = browser(cast, "manager").post(address(team), {"text": "Hei", "tell": [pk]})
        assert (answer.status_code, set(answer.context[f"comment-{'requirement-1.1'}"].errors)) == (422, {"tell"})
    with pytest.raises(ValidationError):
        say(team, cast.manager, tell=[cast.stranger.pk])
    sent = {"text": "Hei", "tell": [str(cast.lead.pk)], "audience": "digipost"}
    answer = browser(cast, "staff").post(address(team), sent)
    assert (answer.status_code, set(answer.context["comment-requirement-1.1"].errors)) == (422, {"tell"})
    assert queued() == set()


def test_a_note_tells_staff_alone(cast: Cast, team: Journey, send_all: Send) -> None:
    note(team, cast.staff, "@Jonas og @Kari")
    assert queued() == {cast.other_staff.email}
    send_all()
    (letter,) = mail.outbox
    assert "> @Jonas og @Kari" in str(letter.body)


def test_an_edit_tells_those_who_are_new_in_it(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.manager, "@Terje")
    workflow.edit_comment(team.integration, comment.pk, by=cast.manager, text="@Terje og @Bjørn")
    assert queued() == {cast.lead.email, cast.owner.email}
    assert Mail.objects.count() == 2


# --- Not sent after all


def _leaves(cast: Cast, team: Journey, comment: Any) -> None:
    leave(cast, team, cast.lead)


def _is_deleted(cast: Cast, team: Journey, comment: Any) -> None:
    workflow.delete_comment(team.integration, comment.pk, by=cast.manager)


def _is_closed(cast: Cast, team: Journey, comment: Any) -> None:
    workflow.close_integration(team.integration, by=cast.staff, reason="Avlyst")


def _cannot_sign_in(cast: Cast, team: Journey, comment: Any) -> None:
    User.objects.filter(pk=cast.lead.pk).update(is_active=False)


@pytest.mark.parametrize("happens", [_leaves, _is_deleted, _is_closed, _cannot_sign_in])
def test_who_may_not_read_it_any_more_is_not_told(cast: Cast, team: Journey, send_all: Send, happens: Any) -> None:
    comment = say(team, cast.manager, "@Terje")
    happens(cast, team, comment)
    send_all()
    row = Mail.objects.get(kind=MailKind.MENTIONED)
    assert row.state == SendState.DROPPED
    assert row.error


def test_who_is_no_longer_of_the_staff_is_not_told_of_a_note(cast: Cast, team: Journey, send_all: Send) -> None:
    note(team, cast.staff, "@Jonas")
    User.objects.filter(pk=cast.other_staff.pk).update(is_staff=False)
    Member.objects.create(integration=team.integration, user=cast.other_staff, name="Jonas", accepted_at=FRIDAY)
    send_all()
    assert Mail.objects.get(kind=MailKind.MENTIONED).state == SendState.DROPPED
    assert mail.outbox == []


def test_who_has_another_role_and_a_pause_still_are(cast: Cast, team: Journey, send_all: Send) -> None:
    say(team, cast.manager, "@Terje, når begynner vi igjen?")
    member = team.integration.members.current().get(user=cast.lead)
    workflow.set_roles(team.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    workflow.pause_integration(team.integration, by=cast.staff, reason="Ferie")
    send_all()
    assert Mail.objects.get(kind=MailKind.MENTIONED).state == SendState.SENT


def test_it_says_what_is_said_when_it_is_sent(cast: Cast, team: Journey, send_all: Send) -> None:
    comment = say(team, cast.manager, "@Terje, klokka ni")
    workflow.edit_comment(team.integration, comment.pk, by=cast.manager, text="@Terje, klokka ti")
    send_all()
    assert "klokka ti" in str(mail.outbox[0].body)
    assert "klokka ni" not in str(mail.outbox[0].body)


def test_of_what_is_on_no_page_any_more_it_leads_to_what_is_said(cast: Cast, team: Journey, send_all: Send) -> None:
    item = workflow.add_item(
        team.integration, by=cast.manager, milestone=1, title="Avklar", description="", required=False,
        stands_on=Role.PROJECT_MANAGER,
    )  # fmt: skip
    Mail.objects.all().delete()
    say(team, cast.manager, "@Terje", f"requirement-{item.key}")
    workflow.remove_item(team.integration, item.pk, by=cast.manager, reason="Ikke nødvendig")
    send_all()
    (letter,) = (one for one in mail.outbox if one.to == [cast.lead.email])
    path = f"/i/{team.integration.reference}/comments/requirement-{item.key}/"
    assert path in str(letter.body)
    assert browser(cast, "lead").get(path).status_code == 200


def test_an_erased_author_is_called_by_their_pseudonym(cast: Cast, team: Journey, send_all: Send) -> None:
    say(team, cast.lead, "@Kari, hilsen Terje Teknisk")
    leave(cast, team, cast.lead)
    erased = erase(cast.lead, cast.staff)
    Mail.objects.exclude(kind=MailKind.MENTIONED).delete()
    send_all()
    (letter,) = mail.outbox
    assert "Terje" not in f"{letter.subject}{letter.body}"
    assert erased.name in str(letter.body)


def test_where_it_was_written_one_comes_back_to(cast: Cast, team: Journey) -> None:
    client, action = browser(cast, "manager"), address(team)
    sent = {"text": "Hei", "form_key": key_on(client, milestone(team), action)}
    assert client.post(action, sent)["Location"] == f"{milestone(team)}?talk=requirement-1.1#latest-requirement-1.1"
    staff, review = browser(cast, "staff"), f"/approvals/{team.integration.reference}/1/?queue=all"
    sent = {"text": "Hei", "audience": "everybody", "form_key": key_on(staff, review, action)}
    assert staff.post(action, sent)["Location"] == f"{review}&talk=requirement-1.1#latest-requirement-1.1"
    sent = {"text": "Hei", "form_key": key_on(client, f"{milestone(team)[:-2]}2/", f"{action[:-4]}2.1/")}
    assert client.post(action, sent | {"text": "Her"})["Location"] == f"{action}#latest-requirement-1.1"
