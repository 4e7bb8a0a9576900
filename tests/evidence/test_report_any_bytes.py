"""Whatever bytes come: a report, or a refusal in words."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milestones.evidence.reports import read
from tests.evidence.report_samples import SAMPLES, sample

MARKUP = [b"<", b">", b'"', b"{", b"]", b"null", b"\xff\xfe", b"<!DOCTYPE a>", b"&a;", b"<testcase/>", b"\0"]
PIECES = st.one_of(st.binary(max_size=6), st.sampled_from(MARKUP))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A report in which something was cut out, and something else put in."""
    content = sample(draw(st.sampled_from(list(SAMPLES))))
    for _time in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(content)))
        content = content[:place] + draw(PIECES) + content[place + draw(st.integers(0, 400)) :]
    return content


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.one_of(damaged(), st.binary(max_size=60), st.binary(max_size=60).map(lambda one: b"<" + one)))
def test_any_bytes_are_a_report_or_refused(content: bytes) -> None:
    assert said_of(content) in ("taken", "empty", "dtd", "unknown", "none", "unreadable")


def said_of(content: bytes) -> str | None:
    try:
        report = read(content)
    except ValidationError as refused:
        return refused.code
    return "taken" if report.tests else "without a test"
