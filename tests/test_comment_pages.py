"""Where comments stand, how they read, and what it costs to show them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Comment, CommentVersion
from milestones.process import Environment
from milestones.templatetags.talk import linked
from milestones.views.talking import SHOWN
from tests.cast import Cast, add_observer
from tests.entry.drafting import browser_of, epoch
from tests.made_once import made_once
from tests.query_counts import queries_at
from tests.talking import ABOUT, address, browser, key_on, milestone, note, page, say, summary, texts_on

LINK = re.compile(r'<a class="ds-link" href="([^"]*)" rel="nofollow noopener">([^<]*)</a>')


@made_once
def team(cast: Cast, journey: Journey) -> Journey:
    journey.roles()
    add_observer(journey, cast.observer)
    return journey


# --- Where


def test_they_stand_under_what_they_are_about(cast: Cast, team: Journey) -> None:
    deviation = workflow.open_deviation(
        team.integration, by=cast.lead, title="Treg", description="", handler="Vakta", opened_on=today()
    )
    scenario = workflow.add_scenario(
        team.integration, by=cast.lead, environment=Environment.TEST, code="E77", title="Eget", passes_when="Virker"
    )
    home = f"/i/{team.integration.reference}/"
    places = {
        "requirement-1.1": [f"{home}milestones/1/", f"/approvals/{team.integration.reference}/1/"],
        "milestone-2": [f"{home}milestones/2/", f"/approvals/{team.integration.reference}/2/"],
        "requirement-D.3": [f"{home}operations/"],
        f"scenario-{scenario.pk}": [f"{home}scenarios/{scenario.pk}/"],
        f"deviation-{deviation.pk}": [f"{home}deviations/{deviation.pk}/"],
    }
    for about in places:
        say(team, cast.lead, f"Om {about}", about)
    for about, paths in places.items():
        for path in (*paths, address(team, about=about)):
            assert texts_on(browser(cast, "staff"), path) == [f"Om {about}"], path
        for path in paths:
            assert "(1)" in summary(browser(cast, "staff"), path, about)


def test_an_empty_fold_is_for_who_may_write(cast: Cast, team: Journey) -> None:
    assert "(0)" in summary(browser(cast, "lead"), milestone(team))
    assert page(browser(cast, "observer"), milestone(team)).xpath("//details[starts-with(@id, 'talk-')]") == []
    say(team, cast.lead)
    assert "(1)" in summary(browser(cast, "observer"), milestone(team))
    (fold,) = page(browser(cast, "observer"), milestone(team)).xpath("//details[@id='talk-requirement-1.1']")
    assert fold.xpath(".//form") == []


def test_of_many_the_latest_stand_there_and_all_on_a_page_of_their_own(cast: Cast, team: Journey) -> None:
    said = {"integration": team.integration, "about": ABOUT, "author": cast.lead}
    Comment.objects.bulk_create(Comment(text=f"Nr. {n}", **said) for n in range(SHOWN + 40))
    client = browser(cast, "lead")
    assert texts_on(client, milestone(team)) == [f"Nr. {n}" for n in range(40, SHOWN + 40)]
    assert f"({SHOWN + 40})" in summary(client, milestone(team))
    assert f'href="{address(team)}"' in client.get(milestone(team)).content.decode()
    assert texts_on(client, address(team)) == [f"Nr. {n}" for n in range(50, SHOWN + 40)]
    assert texts_on(client, f"{address(team)}?page=1") == [f"Nr. {n}" for n in range(50)]
    for odd in ("0", "-1", "x", "99"):
        assert client.get(f"{address(team)}?page={odd}").status_code == 200


def test_what_is_deleted_is_not_counted(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead)
    say(team, cast.manager, "En til")
    workflow.delete_comment(team.integration, comment.pk, by=cast.lead)
    assert "(1)" in summary(browser(cast, "lead"), milestone(team))
    assert texts_on(browser(cast, "lead"), milestone(team)) == ["", "En til"]


# --- What it costs


def test_as_many_queries_for_many_as_for_none(cast: Cast, team: Journey) -> None:
    home = f"/i/{team.integration.reference}/"
    paths = (milestone(team), f"{home}operations/", address(team), f"/approvals/{team.integration.reference}/1/")
    say(team, cast.lead)
    browser(cast, "staff").get(paths[-1])  # notes, once, that it was opened
    before = {path: queries_at(browser(cast, "staff"), path) for path in paths}
    members = {path: queries_at(browser(cast, "lead"), path) for path in paths[:3]}
    for number in range(5):
        for about in ("requirement-1.1", "requirement-1.2", "requirement-D.1", "milestone-1"):
            for who in ("manager", "lead", "other_staff"):
                say(team, getattr(cast, who), f"Nr. {number}", about)
            note(team, cast.staff, f"Nr. {number}", about)
    assert {path: queries_at(browser(cast, "staff"), path) for path in paths} == before
    assert {path: queries_at(browser(cast, "lead"), path) for path in paths[:3]} == members


@pytest.mark.parametrize(("who", "most"), [("staff", 2), ("lead", 2), ("observer", 1)])
def test_a_page_reads_them_in_one_query_and_who_may_be_told_in_another(
    cast: Cast, team: Journey, who: str, most: int
) -> None:
    say(team, cast.lead)
    with CaptureQueriesContext(connection) as queries:
        browser(cast, who).get(milestone(team))
    reads = [one["sql"] for one in queries.captured_queries if Comment._meta.db_table in one["sql"]]
    told = [one["sql"] for one in queries.captured_queries if '"is_staff"' in one["sql"].partition("WHERE")[2]]
    assert len([sql for sql in reads if "ROW_NUMBER" in sql.upper()]) == 1
    assert len({*reads, *told}) <= most + 1  # the session's own user is read by its key
    assert not [one for one in queries.captured_queries if CommentVersion._meta.db_table in one["sql"]]


# --- How they read


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Se https://digipost.example/dok?a=1&b=2#c.", ["https://digipost.example/dok?a=1&b=2#c"]),
        ("(http://x.example/a_(b)), ja", ["http://x.example/a_(b)"]),
        ("HTTPS://X.example/ og https://y.example", ["HTTPS://X.example/", "https://y.example"]),
        ("https://no.example/wiki/Ærfugl!", ["https://no.example/wiki/Ærfugl"]),
        ("javascript:alert(1) data:text/html,x ftp://x.example file:///etc mailto:a@b.example", []),
        ("www.x.example x.example kari@x.example //x.example", []),
        ("https://digipost.example@ond.example/ https://a:b@ond.example", []),
        ("https:// https:/// http://[ https://]x", []),
        ("xhttps://x.example", []),
        ('https://x.example/"onmouseover="alert(1)', ["https://x.example/"]),
        ("https://x.example/<script>alert(1)</script>", ["https://x.example/"]),
        ("https://x.example\\@ond.example", ["https://x.example"]),
    ],
)
def test_whole_addresses_alone_are_links_that_say_where_they_lead(text: str, links: list[str]) -> None:
    shown = linked(text)
    found = LINK.findall(shown)
    assert [unescape(href) for href, _words in found] == links
    assert all(href == words for href, words in found)
    assert unescape(LINK.sub(r"\2", shown)) == text
    assert shown.count("<") == 2 * len(links)


def test_a_hostile_text_is_a_text(cast: Cast, team: Journey) -> None:
    hostile = [
        "<script>alert(1)</script>", "</div></li></ol><h1>Hei</h1>", "{{ 7|add:7 }} {% debug %}", "& < > \" '",
        "<img src=x onerror=alert(1)>", "å" * 4999, "x" * 5000, "\n\n\n<p>\n", "%s %(who)s %",
        "https://" + "a" * 4900 + ".example/", "@" + "a" * 4000, "((((" * 600 + "https://x.example" + "))))" * 600,
    ]  # fmt: skip
    client = browser(cast, "lead")
    for text in hostile:
        assert client.post(address(team), {"text": text}).status_code == 302, text[:20]
    shown = client.get(milestone(team)).content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert escape(hostile[0]) in shown
    assert "{{ 7|add:7 }}" in shown
    assert shown.count("<h1") == 1
    read = texts_on(client, milestone(team))
    assert [one.split() for one in read] == [text.split() for text in hostile]
    for refused in ("", " \n ", "x" * 5001, "a\u202eb", "a\0b"):
        assert client.post(address(team), {"text": refused}).status_code == 422


def test_lines_and_paragraphs_stay(cast: Cast, team: Journey) -> None:
    say(team, cast.lead, "En\nto\n\ntre https://x.example/")
    shown = browser(cast, "lead").get(milestone(team)).content.decode()
    assert "<p>En<br>to</p>" in shown
    assert re.search(r"<p>tre <a [^>]+>https://x\.example/</a></p>", shown)


# --- What was typed


def test_what_was_typed_survives_an_ended_session(cast: Cast, team: Journey) -> None:
    client = browser_of(cast.staff)
    typed = {"text": "Nesten ferdig", "audience": "digipost", "tell": [str(cast.other_staff.pk)]}
    key = {"form_key": key_on(client, milestone(team), address(team))}
    epoch(client, cast.staff)
    answer = client.post(address(team), typed | key)
    assert not Comment.objects.exists()
    assert answer["Location"] == f"/sign-in/?next={milestone(team)}"
    client.force_login(type(cast.staff).objects.get(pk=cast.staff.pk))
    shown = page(client, milestone(team))
    (fold,) = shown.xpath("//details[@id='talk-requirement-1.1' and @open]")
    assert fold.xpath(".//textarea")[0].text.strip() == "Nesten ferdig"
    assert {one.get("value") for one in fold.xpath(".//input[@checked]")} == {"digipost", str(cast.other_staff.pk)}
    assert len(shown.xpath("//details[starts-with(@id, 'talk-') and @open]")) == 1


def test_what_is_wrong_is_said_where_it_is_written(cast: Cast, team: Journey) -> None:
    answer = browser(cast, "lead").post(address(team), {"text": ""})
    assert answer.status_code == 422
    assert 'id="comment-requirement-1.1-text_error"' in answer.content.decode()
    assert answer.content.decode().count("<form") == browser(cast, "lead").get(address(team)).content.decode().count(
        "<form"
    )


def test_an_old_page_does_not_undo_an_edit(cast: Cast, team: Journey) -> None:
    comment = say(team, cast.lead)
    path, client = address(team, comment=comment), browser(cast, "lead")
    old = client.get(path).context["form"]["was"].value()
    workflow.edit_comment(team.integration, comment.pk, by=cast.lead, text="Fra en annen fane")
    assert client.post(path, {"text": "Fra den første", "was": old}).status_code == 422
    assert Comment.objects.get().text == "Fra en annen fane"
