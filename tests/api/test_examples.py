"""The examples of the page of docs, and of README: the one for curl is run against a server."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from milestones.demo import Journey
from milestones.models import ApiToken
from tests.processes import HUNG, ROOT
from tests.results.sending import counting, junit


def shown(name: str) -> str:
    """An example as it stands on the page."""
    page = Client().get("/api/").content.decode()
    found = re.search(rf'aria-labelledby="{name}">\s*<pre><code>(.*?)</code></pre>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


@pytest.mark.django_db(transaction=True)
def test_the_one_for_curl_reports(live_server: Any, journey: Journey, token: ApiToken, tmp_path: Path) -> None:
    (tmp_path / "testresults.xml").write_bytes(junit({"t07_letter": ""}))
    command = shown("curl").replace("http://localhost:8000", live_server.url)
    command = command.replace("ABCD-123", journey.integration.reference)
    environment = {"DIGIPOST_TOKEN": token.token, "PATH": "/usr/bin:/bin", "no_proxy": "*"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=HUNG
    )
    assert done.returncode == 0, done.stderr
    assert '"scenario": "T07"' in done.stdout
    assert counting(journey) == {"T07": ("passed", "reported")}


@pytest.mark.django_db
def test_those_for_pipelines_are_steps() -> None:
    (step,) = yaml.safe_load(shown("github-actions"))
    assert len(shown("github-actions").splitlines()) == 5
    in_one_line = shown("curl").replace(" \\\n  ", " ")
    assert step["run"] == in_one_line
    assert step["env"] == {"DIGIPOST_TOKEN": "${{ secrets.DIGIPOST_TOKEN }}"}
    job = yaml.safe_load(shown("gitlab-ci"))["report-to-digipost"]
    assert job["script"] == [in_one_line]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["maven", "dotnet"])
def test_the_others_are_commands(name: str) -> None:
    done = subprocess.run(["bash", "-n"], input=shown(name), capture_output=True, text=True, timeout=HUNG)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Authorization: Bearer $DIGIPOST_TOKEN" in shown(name)


@pytest.mark.django_db
def test_readme_shows_the_same_step() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    step = shown("github-actions").replace("http://localhost:8000", "https://integrasjon.example.no")
    indented = "\n".join(f"    {line}" for line in step.splitlines())
    assert indented in readme
