"""What nobody thinks of sending: requests that schemathesis makes from the document, answered as the document says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from milestones.demo import Journey
from milestones.models import ApiToken
from tests.amounts import REQUESTS_TO_EACH_ADDRESS

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture
def on_one_connection(db: None) -> Iterator[None]:
    """As Django's own test client does: the server would close the test's connection after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def made_from_the_document(on_one_connection: None) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


requests = schemathesis.pytest.from_fixture("made_from_the_document")


@pytest.mark.django_db
@requests.parametrize()
@settings(
    max_examples=REQUESTS_TO_EACH_ADDRESS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_too_much(case: Case[Any], journey: Journey, token: ApiToken) -> None:
    """As the technical lead's token, mostly at its own integration."""
    if "reference" in (case.path_parameters or {}):
        case.path_parameters["reference"] = journey.integration.reference
    case.call_and_validate(headers={"Authorization": f"Bearer {token.token}"}, checks=CHECKS)
