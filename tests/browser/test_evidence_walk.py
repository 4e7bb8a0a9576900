"""A build reports what passed, Digipost's own words prove more, and people approve what they see."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.models import Integration
from milestones.process import Environment
from tests.browser.person import Person
from tests.cast import Cast
from tests.evidence import bodies
from tests.evidence.digipost_here import a_pem
from tests.results.sending import answers, captured, counting, junit

pytestmark = pytest.mark.django_db(transaction=True)

BY_ANSWER = ("T01", "T07", "T08", "T16")
BY_RECEIPT = ("T03",)
BY_REPORT = ("T02", "T04", "T05", "T06", "T09", "T10", "T18", "T19", "T25")


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """Milestone 3, with a set that both sides have agreed on; answers in test are judged by Digipost's certificate."""
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    workflow.pin_certificate(by=cast.staff, environment=Environment.TEST, pem=a_pem().decode(), seen=0)
    return journey


def post(address: str, integration: Integration, token: str, *files: bytes) -> requests.Response:
    """As the sender's build does it."""
    return requests.post(
        f"{address}/api/v1/integrations/{integration.reference}/results?environment=test",
        files=[("file", (f"{number}.xml", content)) for number, content in enumerate(files)],
        headers={"Authorization": f"Bearer {token}"},
        timeout=600,
    )


def test_what_machines_testify_is_approved_by_people(
    browser: Browser, live_server: Any, cast: Cast, journey: Journey
) -> None:
    integration = journey.integration
    home = f"/i/{integration.reference}"
    terje = Person(browser, live_server.url)
    terje.come_in(cast.lead)
    terje.go(f"{home}/tokens/")
    terje.fill("Where the token is used", "GitHub Actions")
    terje.press("Make the token")
    token = terje.value_of("Token")

    now = clock.now().isoformat(timespec="seconds")
    report = junit({f"{code.lower()}_works": "" for code in BY_REPORT})
    receipt = bodies.receipt(counts={"digipost": 2}, start=now, end=now).encode()
    said = answers(captured(bodies.delivery(attachments=2)), captured(bodies.error("DUPLICATE_MESSAGE"), status=409))
    answer = post(live_server.url, integration, token, report, receipt, said)
    assert answer.status_code == 201, answer.text
    assert counting(journey) == (
        dict.fromkeys(BY_ANSWER, ("passed", "signed"))
        | dict.fromkeys(BY_RECEIPT, ("passed", "receipt"))
        | dict.fromkeys(BY_REPORT, ("passed", "reported"))
    )

    forged = captured(bodies.error("INVALID_PDF_CONTENT"), status=400)
    forged["headers"]["X-Digipost-Signature"] = captured(bodies.delivery())["headers"]["X-Digipost-Signature"]
    refused = post(live_server.url, integration, token, answers(forged))
    assert refused.status_code == 422
    assert refused.headers["Content-Type"].startswith("application/problem+json")

    terje.go(f"{home}/scenarios/")
    assert terje.page.locator("tbody .ds-tag[data-color=success]").count() == 14
    for told in ("Signed by Digipost", "Receipt from Digipost", "Reported by a build", "Delivery: DELIVERED"):
        terje.sees(told)
    terje.choose("Everything that is not marked and has not passed yet: passed")
    terje.press("Record the runs")

    ingrid = Person(browser, live_server.url)
    ingrid.come_in(cast.staff)
    ingrid.go(f"{home}/verification/")
    for told in ("Signed by Digipost", "Receipt from Digipost", "Reported by a build"):
        ingrid.sees(told)
    ingrid.press("Approve the tests")
    assert Integration.objects.get(pk=integration.pk).verification.stands
