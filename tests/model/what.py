"""What may be tried by the model check: people, numbers, days, files, and who is likely to."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import Http404
from django_fsm import TransitionNotAllowed
from hypothesis import strategies as st

from milestones import workflow
from milestones.clock import today
from milestones.demo import a_pdf
from milestones.evidence.certificates import PublicCertificate
from milestones.policy import Forbidden
from milestones.process import MEMBER_ROLES, MILESTONE_NUMBERS, REQUIREMENTS, Environment

REFUSALS = (Forbidden, Http404, workflow.GateClosed, TransitionNotAllowed, ValidationError)
"""The only ways in which workflow says no; anything else that is raised is an error of its own."""
CODES = ("T01", "T07", "T11", "P01", "Egen")
KEYS = tuple(REQUIREMENTS)
PDF = a_pdf()
PEOPLE = ("staff", "other_staff", "manager", "lead", "contract", "owner", "observer", "stranger")
STAFF = ("staff", "other_staff")
TEAM = ("manager", "lead")
people = st.sampled_from(PEOPLE)
numbers = st.sampled_from(MILESTONE_NUMBERS)
whichever = st.integers(0, 40)
texts = st.sampled_from(("", "Ja", "Kort og godt"))
days = st.sampled_from((0, -1, 1, 30)).map(lambda n: today() + datetime.timedelta(days=n))
no_day_or_one = st.none() | days
roles = st.lists(st.sampled_from(MEMBER_ROLES), unique=True, max_size=3)
uploads = st.sampled_from((PDF, PDF, b"Referat", b"", b"MZ\x90\x00\xff"))
years = st.sampled_from(((2020, 2090), (2020, 2090), (2020, 2021), (2089, 2090)))
certificates = st.builds(
    lambda number, fingerprint, valid: PublicCertificate(
        *("PEM", "Fjordvik", number, "Utsteder", "1", fingerprint),
        valid_from=datetime.datetime(valid[0], 1, 1, tzinfo=datetime.UTC),
        valid_until=datetime.datetime(valid[1], 1, 1, tzinfo=datetime.UTC),
    ),
    st.sampled_from(("984661185", "984661185", "974760673", "")),
    st.sampled_from(("1" * 64, "2" * 64)),
    years,
)
environments = st.sampled_from(Environment)


def by(*likely: str) -> st.SearchStrategy[str]:
    """Half of the time somebody who may, otherwise anybody."""
    return st.one_of(st.sampled_from(likely), people)


def file_of(content: bytes) -> ContentFile[Any]:
    return ContentFile(content, name="avtale.pdf")
