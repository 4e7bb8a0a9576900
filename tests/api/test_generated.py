"""What nobody thinks of sending: requests that schemathesis makes from the document, answered as the document says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from milestones.demo import Journey
from milestones.models import ApiToken
from milestones.views.api_docs import ADDRESSES
from tests.amounts import REQUESTS_TO_EACH_ADDRESS

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
BOUNDED = settings(
    max_examples=REQUESTS_TO_EACH_ADDRESS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def on_one_connection(db: None) -> Iterator[None]:
    """As Django's own test client does: the server would close the test's connection after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("on_one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), [(one.method, f"/api/v1/{one.path}") for one in ADDRESSES])
def test_no_request_is_too_much(
    journey: Journey, token: ApiToken, method: str, path: str, mode: GenerationMode
) -> None:
    """At the token's own integration: requests that keep to the document, and such as do not."""
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    answered = []

    @BOUNDED
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        if "reference" in (case.path_parameters or {}):
            case.path_parameters["reference"] = journey.integration.reference
        answer = case.call(headers={"Authorization": f"Bearer {token.token}"})
        case.validate_response(answer, checks=CHECKS)
        answered.append(answer.status_code)

    ask()
    assert answered
    assert max(answered) < 500
