"""The session ends over a form: what was typed is there after signing in again, for its owner alone, and not sent."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.mails import sending
from milestones.models import Deviation, Draft, Integration, Meeting, Notice, User
from milestones.process import SenderKind
from tests.cast import Cast
from tests.entry.conftest import code_in
from tests.entry.drafting import KEPT, LONG, MINUTES, browser_of, epoch, key_of, says, sign_in


def idle(browser: Client, user: User) -> None:
    """A day has passed."""


def without_cookie(browser: Client, user: User) -> None:
    del browser.cookies["sessionid"]


def gone(browser: Client, user: User) -> None:
    browser.session.delete()


@pytest.mark.parametrize("end", [idle, epoch, without_cookie, gone])
def test_what_was_typed_survives_signing_in(cast: Cast, meetings: str, end: Any) -> None:
    browser = browser_of(cast.manager)
    sent = MINUTES | {"form_key": key_of(browser, meetings)}
    end(browser, cast.manager)
    days = 1 if end is idle else 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=days), tick=False):
        answer = browser.post(meetings, sent)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={meetings}")
        assert not Meeting.objects.exists()
        assert says(browser.get(answer["Location"]), KEPT)
        shown = sign_in(browser, cast.manager, answer["Location"])
        text = shown.content.decode()
        assert shown.redirect_chain[-1][0] == meetings
        assert LONG.strip() in text
        assert 'value="2026-01-02"' in text
        assert says(shown, "If you had chosen a document, choose it again.")
        assert not Meeting.objects.exists()
        again = MINUTES | {"form_key": key_of(browser, meetings)}
        assert browser.post(meetings, again).status_code == 302
    assert Meeting.objects.get().minutes == LONG.strip()
    assert not Draft.objects.exists()
    assert LONG not in browser.get(meetings).content.decode()


def test_with_a_code_by_mail(cast: Cast, meetings: str) -> None:
    browser = browser_of(cast.manager)
    sent = MINUTES | {"form_key": key_of(browser, meetings)}
    browser.logout()
    browser.post(meetings, sent)
    browser.post("/sign-in/code/", {"email": cast.manager.email, "next": meetings})
    while sending.send_batch():
        pass
    shown = browser.post(
        "/sign-in/code/enter/", {"code": code_in(str(mail.outbox[-1].body)), "next": meetings}, follow=True
    )
    assert shown.redirect_chain[-1][0] == meetings
    assert LONG.strip() in shown.content.decode()


def test_nobody_else_on_the_same_browser_sees_it(cast: Cast, meetings: str) -> None:
    browser = browser_of(cast.manager)
    sent = MINUTES | {"form_key": key_of(browser, meetings)}
    epoch(browser, cast.manager)
    answer = browser.post(meetings, sent)
    assert LONG not in sign_in(browser, cast.lead, answer["Location"]).content.decode()
    browser.post("/sign-out/")
    assert LONG.strip() in sign_in(browser, cast.manager, answer["Location"]).content.decode()


def test_a_button_and_an_empty_form_lead_back_to_their_page(cast: Cast, team: Journey, meetings: str) -> None:
    browser = browser_of(cast.manager)
    text = browser.get(f"/i/{team.integration.reference}/milestones/1/").content.decode()
    keys = set(re.findall(r'name="form_key" value="([^"]+)"', text))
    browser.logout()
    for key in keys:
        answer = browser.post(f"/i/{team.integration.reference}/milestones/1/submit/", {"form_key": key})
        assert answer["Location"] == f"/sign-in/?next=/i/{team.integration.reference}/milestones/1/"
    assert not Draft.objects.exists()


def test_of_several_forms_on_a_page_it_is_that_one_and_it_is_unfolded(cast: Cast, team: Journey) -> None:
    home = f"/i/{team.integration.reference}"
    browser = browser_of(cast.lead)
    key = key_of(browser, f"{home}/operations/", f'action="{home}/deviations/"')
    epoch(browser, cast.lead)
    sent = {"title": "Treg", "handler": "Vakta", "opened_on": "ikke en dato", "form_key": key}
    answer = browser.post(f"{home}/deviations/", sent)  # an address that takes no GET
    shown = sign_in(browser, cast.lead, answer["Location"])
    assert shown.status_code == 200
    assert shown.context["deviation_form"].opened
    assert not shown.context["monitoring"].opened
    text = shown.content.decode()
    assert 'value="Treg"' in text
    assert 'value="ikke en dato"' in text
    sent = {"title": "Treg", "handler": "Vakta", "opened_on": "ikke", "form_key": shown_key(text, home)}
    refused = browser.post(f"{home}/deviations/", sent)
    assert refused.status_code == 422
    epoch(browser, cast.lead)  # once more, over the page with the errors
    answer = browser.post(f"{home}/deviations/", sent | {"form_key": shown_key(refused.content.decode(), home)})
    assert answer["Location"] == f"/sign-in/?next={home}/operations/"
    assert Draft.objects.get().sent["opened_on"] == ["ikke"]
    assert not Deviation.objects.exists()


def shown_key(text: str, home: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', text[text.index(f'action="{home}/deviations/"') :])
    assert found
    return found[1]


def test_somebody_changed_it_meanwhile(cast: Cast, team: Journey) -> None:
    """What the form had shown goes along: the comparison is made as if no time had passed."""
    page = f"/i/{team.integration.reference}/solution/"
    browser = browser_of(cast.manager)
    form = browser.get(page).context["form"]
    sent = {"sending": "Min", "interface": "api", "was": form["was"].value(), "form_key": key_of(browser, page)}
    epoch(browser, cast.manager)
    team.solution()
    answer = browser.post(page, sent)
    shown = sign_in(browser, cast.manager, answer["Location"]).context["form"]
    again = {name: shown[name].value() or "" for name in ("sending", "interface", "was")}
    assert again["sending"] == "Min"
    refused = browser.post(page, again)
    assert refused.status_code == 422
    assert "mens du skrev" in refused.content.decode()


def test_a_page_across_integrations(cast: Cast, team: Journey) -> None:
    browser = browser_of(cast.staff)
    sent = {"kind": "job", "audience": "open", "title": "Nedetid", "body": "Natt til søndag"}
    key = {"form_key": key_of(browser, "/notices/")}
    epoch(browser, cast.staff)
    answer = browser.post("/notices/", sent | key)
    browser.force_login(User.objects.get(pk=cast.staff.pk))
    assert "Natt til søndag" in browser.get("/notices/").content.decode()
    assert not Notice.objects.exists()
    assert answer["Location"] == "/sign-in/?next=/notices/"


def test_a_refusal_among_several_on_the_approvals_page(cast: Cast) -> None:
    for name in ("Brev", "Faktura"):
        workflow.create_integration(
            by=cast.manager,
            number="984661185",
            organisation="Fjordvik",
            name=name,
            sender_kind=SenderKind.SENDER,
            manager_name=cast.manager.name,
            manager_email=cast.manager.email,
        )
    refuse = f"/i/{Integration.objects.get(name='Faktura').reference}/refuse/"
    browser = browser_of(cast.staff)
    key = key_of(browser, "/approvals/", f'action="{refuse}"')
    epoch(browser, cast.staff)
    assert browser.post(refuse, {"reason": "Ukjent virksomhet", "form_key": key})["Location"].endswith("/approvals/")
    browser.force_login(User.objects.get(pk=cast.staff.pk))
    shown = {row.name: form for row, form in browser.get("/approvals/").context["rows"]}
    assert shown["Faktura"].opened
    assert shown["Faktura"]["reason"].value() == "Ukjent virksomhet"
    assert not shown["Brev"].opened


def test_a_page_that_is_theirs_no_longer_is_not_there(cast: Cast, team: Journey, meetings: str) -> None:
    browser = browser_of(cast.lead)
    sent = MINUTES | {"form_key": key_of(browser, meetings)}
    workflow.remove_member(team.integration, team.integration.members.get(user=cast.lead).pk, by=cast.manager)
    answer = browser.post(meetings, sent)
    assert sign_in(browser, cast.lead, answer["Location"]).status_code == 404
