"""What was true when files were read, and is no longer when somebody records what they showed."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.models import Attestation, PinnedCertificate, ScenarioRun
from milestones.process import Accord, Environment
from tests.cast import Cast
from tests.evidence import bodies
from tests.evidence.digipost_here import a_pem
from tests.results.sending import answers, captured, drop, junit, plain, record

pytestmark = pytest.mark.django_db


def test_another_account_id_meanwhile(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.sender_information()), captured(bodies.delivery())))
    accounts = {"test_account_id": "500999", "production_account_id": "700456"}
    workflow.record_accounts(journey.integration, by=cast.staff, **accounts)
    for code in ("1.4", "T01", "T07"):
        answer = record(cast, journey, code)
        assert (answer.status_code, "en annen avsender" in plain(answer.content)) == (422, True)
    assert (ScenarioRun.objects.count(), Attestation.objects.count()) == (0, 0)


def test_another_set_meanwhile(cast: Cast, journey: Journey) -> None:
    """What was answered before it was agreed on anew shows nothing of it, and the account all the same."""
    with time_machine.travel(clock.now() - datetime.timedelta(hours=1), tick=False):
        answer = answers(captured(bodies.sender_information()), captured(bodies.delivery()))
    accord = journey.integration.accords.get(subject=Accord.SCENARIOS)
    ago = clock.now() - datetime.timedelta(hours=2)
    type(accord).objects.filter(pk=accord.pk).update(sender_at=ago, digipost_at=ago)
    drop(cast, journey, answer)
    type(accord).objects.filter(pk=accord.pk).update(sender_at=clock.now(), digipost_at=clock.now())
    assert record(cast, journey, "T07").status_code == 422
    assert record(cast, journey, "1.4").status_code == 302


def test_another_certificate_of_digiposts_meanwhile(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.delivery())), junit({"t08": ""}))
    seen = PinnedCertificate.objects.current(Environment.TEST)
    assert seen
    pem = a_pem("newer").decode()
    workflow.pin_certificate(by=cast.staff, environment=Environment.TEST, pem=pem, seen=seen.pk)
    answer = record(cast, journey, "T07")
    assert (answer.status_code, "Les filene på nytt" in plain(answer.content)) == (422, True)
    assert record(cast, journey, "T08").status_code == 302


def test_another_certificate_of_digiposts_beside_the_first(cast: Cast, journey: Journey) -> None:
    drop(cast, journey, answers(captured(bodies.delivery())))
    seen = PinnedCertificate.objects.current(Environment.TEST)
    assert seen
    both = seen.pem + a_pem("newer").decode()
    workflow.pin_certificate(by=cast.staff, environment=Environment.TEST, pem=both, seen=seen.pk)
    assert record(cast, journey, "T07").status_code == 302
