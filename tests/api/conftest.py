"""Milestone 3 with an agreed set, and a build that may report on it."""

from __future__ import annotations

import pytest

from milestones.demo import Journey
from milestones.models import ApiToken
from tests.api.calling import Build, a_token, build_of
from tests.cast import Cast
from tests.made_once import made_once
from tests.results.conftest import journey as journey  # noqa: PLC0414 (the same fixture)


@made_once
def token(cast: Cast, journey: Journey) -> ApiToken:
    """The technical lead's, for reporting."""
    return a_token(journey, cast.lead)


@pytest.fixture
def build(journey: Journey, token: ApiToken) -> Build:
    return build_of(journey, token)
