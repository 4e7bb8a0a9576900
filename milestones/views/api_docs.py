"""The page of docs of the API: what there is, how to get a token, what refusals look like, and examples."""

from __future__ import annotations

import json
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ..addresses import absolute
from ..api.asked import ROOT
from ..api.problems import KINDS
from ..gates import REASONS
from ..models import Scope
from ..process import Party, Role, Text


class Address(NamedTuple):
    """An address below ROOT: what it does, and what a token must be allowed to."""

    method: str
    path: str
    does: Text
    scope: Text


_OF_ONE = "integrations/{reference}"
ADDRESSES = (
    Address("GET", "integrations", _("My integrations: the one that the token is of"), Scope.READ.label),
    Address("GET", _OF_ONE, _("Phase, status, and the milestones with states and dates"), Scope.READ.label),
    Address("GET", f"{_OF_ONE}/gates", _("What is missing before each milestone, who acts, where"), Scope.READ.label),
    Address("GET", f"{_OF_ONE}/scenarios", _("The scenarios, what proves them, the latest runs"), Scope.READ.label),
    Address("GET", f"{_OF_ONE}/next-moves", _("Who must do what now"), Scope.READ.label),
    Address("POST", f"{_OF_ONE}/results", _("Record what files show, for ?environment=test"), Scope.REPORT.label),
    Address("POST", f"{_OF_ONE}/runs", _("Record how one scenario went"), Scope.REPORT.label),
    Address("POST", f"{_OF_ONE}/deviations", _("Open a deviation"), Scope.REPORT.label),
)

_CURL = (
    "curl --fail-with-body --form file=@%s",
    '--header "Authorization: Bearer $DIGIPOST_TOKEN"',
    '"{results}"',
)
_SENDS, _SENDS_IN_LINES = " ".join(_CURL), " \\\n  ".join(_CURL)
EXAMPLES = {
    "github_actions": """\
- name: Report to Digipost
  if: always()
  env: {{ DIGIPOST_TOKEN: "${{{{ secrets.DIGIPOST_TOKEN }}}}" }}
  run: >-
    """
    + _SENDS % "testresults.xml",
    "curl": _SENDS_IN_LINES % "testresults.xml",
    "gitlab_ci": """\
report-to-digipost:
  stage: .post
  when: always
  script:
    - '"""
    + _SENDS % "testresults.xml"
    + "'",
    "maven": "mvn verify\n"
    + _SENDS_IN_LINES.replace("--form file=@%s", '$(printf -- "--form file=@%s " target/surefire-reports/TEST-*.xml)'),
    "dotnet": 'dotnet test --logger "trx;LogFileName=results.trx" --results-directory reports\n'
    + _SENDS_IN_LINES % "reports/results.trx",
}
"""By where they are used; `{results}` is the address. tests/api/test_examples.py runs the one for curl."""


@login_not_required
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Open to everybody, as the document that it tells of."""
    base = absolute(ROOT)
    results = f"{base}integrations/ABCD-123/results?environment=test"
    examples = {name: lines.format(results=results) for name, lines in EXAMPLES.items()}
    context = {"base": base, "examples": examples, "refusal": _refusal(), "addresses": ADDRESSES, "kinds": KINDS}
    return render(request, "about/api.html", context)


def _refusal() -> str:
    """A problem as it is answered, in English: what is missing before anything is tested in production."""
    with override("en"):
        text = REASONS["milestone_not_approved"] % {"number": 3}
        unmet = {
            "code": "M3",
            "reason": "milestone_not_approved",
            "text": text,
            "parts": [text],
            "role": Role.ONBOARDING.value,
            "role_name": str(Role.ONBOARDING.label),
            "party": Party.DIGIPOST.value,
            "page": absolute("/i/ABCD-123/milestones/3/"),
        }
        said = {
            "type": absolute("/api/#not-yet"),
            "title": str(KINDS["not-yet"].title),
            "status": KINDS["not-yet"].status,
            "detail": text,
            "instance": f"{ROOT}integrations/ABCD-123/results",
            "unmet": [unmet],
        }
    return json.dumps(said, indent=2, ensure_ascii=False)
