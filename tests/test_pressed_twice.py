"""A second press of a notice's or an intake's button, where no form has a number of its own."""

from __future__ import annotations

import datetime

import time_machine
from django.utils import timezone

from milestones.demo import Journey
from milestones.models import Integration, Notice
from tests.cast import Cast
from tests.confirming import post_and_confirm


def test_a_second_press_sends_a_notice_once(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    form = {"kind": "job", "audience": "open", "title": "Varsel", "body": "Les."}
    staff = cast.client(cast.staff)
    assert [post_and_confirm(staff, "/notices/", form).status_code for _ in range(2)] == [302, 409]
    assert Notice.objects.count() == 1
    assert post_and_confirm(staff, "/notices/", {**form, "title": "Et annet"}).status_code == 302
    one = {**form, "audience": "one", "reference": cast.neighbour().integration.reference}
    assert staff.post("/notices/", one).status_code == 302
    assert post_and_confirm(cast.client(cast.other_staff), "/notices/", form).status_code == 302
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2)):
        assert post_and_confirm(staff, "/notices/", form).status_code == 302


def test_a_second_press_creates_an_integration_once_and_shows_it(cast: Cast) -> None:
    form = {"route": "direct", "number": "984661185", "organisation": "Fjordvik", "sender_kind": "sender"}
    manager = cast.client(cast.manager)
    answers = [manager.post("/integrations/new/", {**form, "name": "Brev"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    (first,) = Integration.objects.all()
    assert f'href="/i/{first.reference}/"' in answers[1].content.decode()
    assert manager.post("/integrations/new/", {**form, "name": "Fakturaer"}).status_code == 302
