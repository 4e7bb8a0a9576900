"""Files with results, as people drop them on the page of the set."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from milestones import clock
from milestones.demo import Journey
from milestones.models import ProposedResults, ScenarioRun, latest_runs
from tests.cast import Cast
from tests.evidence import digipost_here as digipost

TESTS = {"t07_letter": "", "t08_attachments": "<failure/>", "t09_invoice": "<skipped/>", "t99_new": "", "helper": ""}


def junit(tests: dict[str, str] | None = None, at: datetime.datetime | None = None) -> bytes:
    """A report by JUnit, made now: how each of its tests ended, by name."""
    cases = "".join(f'<testcase name="{name}">{end}</testcase>' for name, end in (tests or TESTS).items())
    made = (at or clock.now()).isoformat()
    return f'<testsuites><testsuite name="s" timestamp="{made}">{cases}</testsuite></testsuites>'.encode()


def captured(body: str = "", **answered: Any) -> dict[str, Any]:
    """An answer that Digipost signed just now."""
    return digipost.captured(body, **{"at": clock.now().replace(microsecond=0), **answered})


def answers(*found: dict[str, Any]) -> bytes:
    return digipost.a_file(*found)


def drop(cast: Cast, journey: Journey, *files: bytes, who: str = "lead", environment: str = "test") -> Any:
    """Choose files on the page, and have them read."""
    address = f"/i/{journey.integration.reference}/scenarios/results/{environment}/"
    named = [SimpleUploadedFile(f"file-{number}.xml", content) for number, content in enumerate(files)]
    return cast.client(getattr(cast, who)).post(address, {"results": named})


def refused(answer: Any) -> str:
    """What the page says of files that show nothing that can be placed."""
    assert answer.status_code == 422
    return plain(answer.content)


def proposal(journey: Journey) -> ProposedResults:
    """What was proposed last."""
    return journey.integration.proposed_results.latest("pk")


def record(cast: Cast, journey: Journey, *codes: str, who: str = "lead", pk: int = 0) -> Any:
    """Record these of what was proposed last; without any, all of it."""
    one = proposal(journey) if not pk else journey.integration.proposed_results.get(pk=pk)
    picked = codes or tuple(result["code"] for result in one.results)
    address = f"/i/{journey.integration.reference}/scenarios/results/{one.pk}/record/"
    return cast.client(getattr(cast, who)).post(address, {"picked": picked})


def counting(journey: Journey) -> dict[str, tuple[str, str]]:
    """The run that counts of each scenario that was run: how it went, and how that is known."""
    runs: list[ScenarioRun] = list(latest_runs(journey.integration.scenarios.current()).values())
    return {run.scenario.code: (run.outcome, run.rung) for run in runs}


def plain(page: bytes) -> str:
    """A page as it reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))
