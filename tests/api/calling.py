"""A build that calls the API by a token, as the tests of it do."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.models import ApiToken, Scope, User

ROOT = "/api/v1/"
READS = ("", "/gates", "/scenarios", "/next-moves")
"""What can be read of an integration, after its address."""
DEVIATION = {"title": "Køen vokser", "handler": "Vakta"}
RUN = {"scenario": "T07", "outcome": "passed"}


def a_token(journey: Journey, by: User, scope: Scope = Scope.REPORT, name: str = "Bygg", days: int = 30) -> ApiToken:
    """A new token of the journey's integration, with the token itself."""
    expires_on = clock.today() + datetime.timedelta(days=days)
    return workflow.make_token(journey.integration, by=by, name=name, scope=scope, expires_on=expires_on)


class Build:
    """Whatever sends a token, in no browser."""

    def __init__(self, token: str, reference: str, **headers: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {token}", **headers})
        self.of = f"{ROOT}integrations/{reference}"

    def get(self, path: str = "", **headers: str) -> Any:
        return self.client.get(self.of + path, headers=headers)

    def post(self, path: str, said: object, **headers: str) -> Any:
        return self.client.post(self.of + path, json.dumps(said), content_type="application/json", headers=headers)

    def send(self, *files: bytes, environment: str = "test", **headers: str) -> Any:
        """Files, as a form with files has them."""
        named = [SimpleUploadedFile(f"file-{number}.xml", content) for number, content in enumerate(files)]
        address = f"{self.of}/results?environment={environment}"
        return self.client.post(address, {"file": named}, headers=headers)

    def send_raw(
        self, content: bytes, kind: str = "application/xml", name: str = "rapport.xml", **headers: str
    ) -> Any:
        """One file, as the whole body."""
        address = f"{self.of}/results?environment=test&name={name}"
        return self.client.post(address, content, content_type=kind, headers=headers)


def build_of(journey: Journey, token: ApiToken, **headers: str) -> Build:
    return Build(token.token, journey.integration.reference, **headers)


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem that an answer is. Fails unless it is one of this kind."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["type"].endswith(f"/api/#{kind}"), said
    assert (said["status"], said["instance"]) == (status, answer.request["PATH_INFO"])
    assert said["title"]
    assert said["detail"]
    return said
