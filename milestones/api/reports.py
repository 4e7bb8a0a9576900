"""What a build reports: files with results, single runs, deviations. `workflow` records it, as whoever made the token.

A file is limited as one on a page is: 20 MB in all (middleware/admission.py), read in a process of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from .. import clock, workflow
from ..addresses import absolute, path_of
from ..evidence.files import Read, read_all
from ..evidence.pinned import read_certificates
from ..forms import DeviationForm, RunForm
from ..forms.base import Form
from ..models import Integration, PinnedCertificate, ProposedResults, Scenario
from ..process import Environment, Outcome, Rung
from . import shapes
from .auth import integration_of, require_report, token_of
from .integrations import OF_ONE
from .once import answered_once

router = Router(tags=["Report"])
UNNAMED = "results"
"""What a file is called that was sent without a name."""
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                            "minItems": 1,
                            "maxItems": 50,
                        }
                    },
                }
            },
            **{kind: {"schema": {}} for kind in ("application/xml", "application/zip", "application/octet-stream")},
        },
    }
}
"""Files under any name of a field, or the whole body as one file; by what it holds, whatever it is called."""


@router.post(f"{OF_ONE}/results", response={201: shapes.Results}, url_name="api_results", openapi_extra=BODY)
def post_results(
    request: HttpRequest,
    reference: str,
    environment: Environment,
    name: Annotated[str, Query(max_length=100, description="What the file is called, where the body is it.")] = "",
) -> HttpResponse:
    """Record what files show: test reports, Digipost's batch receipts, and answers of Digipost's that you captured.

    JUnit XML, NUnit 3, TRX, xUnit v2 and CTRF. A test belongs to the scenario whose id is in its name, as in
    t07_letter. All that can be placed is recorded; the rest is told. The files are not kept.
    """
    integration = _reporting(request, reference)
    with workflow.by_token(token_of(request)):
        by, files = token_of(request).made_by, _files(request, name)

        def read() -> list[Read]:
            workflow.require_beforehand(workflow.report_results, integration, environment, by=by)
            return _read(files, environment)

        return answered_once(
            request,
            [part for file in files for part in (file.name or "", _sha256(file))],
            shapes.Results,
            read,
            lambda read: _results(workflow.report_results(integration, environment, by=by, files=read)),
        )


def _reporting(request: HttpRequest, reference: str) -> Integration:
    integration = integration_of(request, reference)
    require_report(request)
    return integration


def _files(request: HttpRequest, name: str) -> list[File[Any]]:
    if request.content_type == "multipart/form-data":
        return [file for _field, many in request.FILES.lists() for file in many]
    content = request.read()  # by hand: `request.body` has room for a form without files
    return [ContentFile(content, name=name or UNNAMED)] if content else []


def _sha256(file: File[Any]) -> str:
    content = file.read()
    file.seek(0)
    return hashlib.sha256(content).hexdigest()


def _read(files: Sequence[File[Any]], environment: Environment) -> list[Read]:
    pinned = PinnedCertificate.objects.current(environment)
    return read_all(files, read_certificates(pinned.pem.encode()) if pinned else [])


def _results(proposal: ProposedResults) -> shapes.Results:
    recorded = [
        shapes.Recorded(scenario=one["code"], outcome=one["outcome"], rung=one["rung"], ran_on=one["ran_on"])
        for one in proposal.results
    ]
    return shapes.Results(recorded=recorded, unplaced=[shapes.Unplaced(**one) for one in proposal.unplaced])


@router.post(f"{OF_ONE}/runs", response={201: shapes.Recorded}, url_name="api_runs")
def post_run(request: HttpRequest, reference: str, run: shapes.NewRun) -> HttpResponse:
    """Record how one scenario went, as a build reports it."""
    integration, by = _reporting(request, reference), token_of(request).made_by
    with workflow.by_token(token_of(request)):
        said = {"outcome": run.outcome, "ran_on": run.ran_on or clock.today(), "note": run.note}

        def record(arguments: dict[str, Any]) -> shapes.Recorded:
            pk = _scenario(integration, run)
            done = workflow.record_run(integration, pk, by=by, **arguments)
            outcome, rung = Outcome(done.outcome), Rung(done.rung)
            return shapes.Recorded(scenario=run.scenario, outcome=outcome, rung=rung, ran_on=done.ran_on)

        sent = [run.model_dump_json()]
        return answered_once(request, sent, shapes.Recorded, partial(_run, said), record)


def _run(said: dict[str, Any]) -> dict[str, Any]:
    filled = _checked(RunForm(said, slot=""))
    return {"outcome": Outcome(filled["outcome"]), "ran_on": filled["ran_on"], "note": filled["note"]}


def _scenario(integration: Integration, run: shapes.NewRun) -> int:
    of_set = integration.scenarios.current().filter(environment=run.environment)
    found: Scenario | None = of_set.filter(code=run.scenario).first()
    if found is None:
        raise ValidationError({"scenario": _("The set has no scenario with this id. Nothing is added to it.")})
    return found.pk


@router.post(f"{OF_ONE}/deviations", response={201: shapes.Deviation}, url_name="api_deviations")
def post_deviation(request: HttpRequest, reference: str, deviation: shapes.NewDeviation) -> HttpResponse:
    """Open a deviation: something went wrong, and somebody handles it."""
    integration, by = _reporting(request, reference), token_of(request).made_by
    with workflow.by_token(token_of(request)):
        said = deviation.model_dump() | {"opened_on": deviation.opened_on or clock.today()}

        def record(arguments: dict[str, Any]) -> shapes.Deviation:
            done = workflow.open_deviation(integration, by=by, **arguments)
            page = absolute(path_of("deviation", reference, pk=done.pk))
            return shapes.Deviation(title=done.title, opened_on=done.opened_on, page=page)

        sent = [deviation.model_dump_json()]
        return answered_once(request, sent, shapes.Deviation, lambda: _checked(DeviationForm(said, slot="")), record)


def _checked(form: Form) -> dict[str, Any]:
    """What was sent, as the form of the page reads it. Raises ValidationError, by field."""
    if not form.is_valid():
        raise ValidationError({field: [str(told) for told in many] for field, many in form.errors.items()})
    return form.cleaned_data
