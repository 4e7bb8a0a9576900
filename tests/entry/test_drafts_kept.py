"""What is kept of a form that was sent too late: nothing forged, no file, not too much, and not for long."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from milestones import personal
from milestones.entry import drafts
from milestones.models import Draft
from milestones.personal import erasure, naming
from tests.cast import Cast
from tests.entry.drafting import LONG, MINUTES, browser_of, epoch, key_of, sign_in


def test_a_forged_request_keeps_nothing(cast: Cast, meetings: str) -> None:
    browser = browser_of(cast.manager, enforce_csrf_checks=True)
    key = {"form_key": key_of(browser, meetings)}
    browser.logout()
    answer = browser.post(meetings, MINUTES | key)
    assert answer.status_code == 403
    assert key["form_key"] not in answer.content.decode()
    assert LONG.strip() in answer.content.decode()  # to copy
    assert not Draft.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "WzEsIi8iLCJmb3JtIiwieCJd:1a:b"])
def test_without_a_key_of_ours_nothing_is_kept(cast: Cast, meetings: str, key: str) -> None:
    assert Client().post(meetings, MINUTES | {"form_key": key}).status_code == 302
    assert not Draft.objects.exists()


def test_files_and_what_is_too_long_are_not_kept(cast: Cast, meetings: str) -> None:
    browser = browser_of(cast.manager)
    key = {"form_key": key_of(browser, meetings)}
    browser.logout()
    browser.post(meetings, MINUTES | key | {"document": SimpleUploadedFile("a.txt", b"hemmelig")})
    assert set(Draft.objects.get().sent) == {"kind", "held_on", "sender_people", "minutes"}
    Draft.objects.all().delete()
    answer = browser.post(meetings, MINUTES | key | {"minutes": "x" * (drafts.LONGEST + 1)})
    assert answer.status_code == 413
    assert "x" * (drafts.LONGEST + 1) in answer.content.decode()  # to copy
    assert not Draft.objects.exists()
    assert f'href="/sign-in/?next={meetings}"' in answer.content.decode()


def test_what_no_database_stores_is_kept_without_it(cast: Cast, meetings: str) -> None:
    browser = browser_of(cast.manager)
    key = {"form_key": key_of(browser, meetings)}
    browser.logout()
    assert browser.post(meetings, MINUTES | key | {"minutes": "a\0b"}).status_code == 302
    assert Draft.objects.get().sent["minutes"] == ["ab"]


def test_only_so_many_are_kept(cast: Cast, meetings: str) -> None:
    browser = browser_of(cast.manager)
    keys = [key_of(browser, f"{meetings}?n={number}") for number in range(drafts.MOST + 2)]
    browser.logout()
    for key in keys:
        browser.post(meetings, MINUTES | {"form_key": key})
    assert Draft.objects.count() == drafts.MOST
    assert not Draft.objects.filter(page=f"{meetings}?n=0").exists()


@pytest.mark.parametrize("how", ["sign-out/", "me/security/sign-out-everywhere/"])
def test_whoever_signs_out_leaves_nothing_behind(cast: Cast, meetings: str, how: str) -> None:
    browser = browser_of(cast.manager)
    sent = MINUTES | {"form_key": key_of(browser, meetings)}
    epoch(browser, cast.manager)
    answer = browser.post(meetings, sent)
    sign_in(browser, cast.manager, answer["Location"])
    assert Draft.objects.exists()
    browser.post(f"/{how}")
    assert not Draft.objects.exists()


def test_it_is_gone_after_a_day_and_when_its_owner_is_erased(cast: Cast, meetings: str) -> None:
    browser = browser_of(cast.manager)
    key = {"form_key": key_of(browser, meetings)}
    browser.logout()
    browser.post(meetings, MINUTES | key)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)):
        shown = sign_in(browser, cast.manager, f"?next={meetings}")
        assert LONG.strip() not in shown.content.decode()
        assert drafts.forget_old() >= 1
    browser.logout()
    browser.post(meetings, MINUTES | key)
    assert "draft.user" in personal.stored_about(cast.manager)["rows"]
    erasure.forget(cast.manager, naming.new_pseudonym())
    assert not Draft.objects.exists()
