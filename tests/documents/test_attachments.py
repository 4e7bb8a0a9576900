"""The files inside a PDF are told of beside it, by name, type and size, wherever it is shown."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milestones import workflow
from milestones.clock import today
from milestones.demo import a_pdf
from milestones.documents import examine, parsing
from milestones.documents.parsing import Parsed
from milestones.models import Document, Meeting
from milestones.process import AgreementKind, Environment, Outcome, Role
from tests.cast import Cast

PDF = a_pdf()
INSIDE = [
    {"name": "Kari Nordmann <signert>.xml", "type": "application/xml", "size": 4096},
    {"name": "C:\\bevis\\sig\u202enatur.p7s", "type": "application/pkcs7-signature", "size": 2048},
    {"name": "\n", "type": "text/x-unheard-of", "size": 0},
]


@pytest.fixture
def with_attachments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "parsed", lambda content, _kind: Parsed(content, INSIDE))


def test_their_names_are_made_fit_for_showing(with_attachments: None) -> None:
    found = examine(ContentFile(PDF, name="avtale.pdf")).attachments
    assert [one["name"] for one in found] == ["Kari Nordmann signert.xml", "signatur.p7s", "–"]
    assert [(one["type"], one["size"]) for one in found] == [(one["type"], one["size"]) for one in INSIDE]


def test_a_pdf_without_any_has_none() -> None:
    assert examine(ContentFile(PDF, name="avtale.pdf")).attachments == []


def check_shown(page: Any) -> None:
    text = html.unescape(page.content.decode())
    assert "3 vedlegg" in text
    for told in ("Kari Nordmann signert.xml", "XML", "4,0", "signatur.p7s", "text/x-unheard-of"):
        assert told in text


def test_they_are_shown_wherever_the_document_is(cast: Cast, with_attachments: None) -> None:
    journey = cast.journey()
    journey.milestone_1_facts()
    integration, place = journey.integration, cast.client(cast.staff)

    def document() -> SimpleUploadedFile:
        return SimpleUploadedFile("avtale.pdf", PDF)

    agreement = workflow.record_agreement(
        integration, by=cast.contract, kind=AgreementKind.TERMS, signatory="K", signed_on=today(), document=document()
    )
    assert agreement.document is not None
    assert [one["type"] for one in Document.objects.get(pk=agreement.document.pk).attachments] == [
        one["type"] for one in INSIDE
    ]
    check_shown(place.get(reverse("one_agreement", args=[integration.reference, agreement.pk])))

    words = {"kind": "kickoff", "held_on": today(), "sender_people": "K", "digipost_people": "I", "minutes": ""}
    meeting: Meeting = workflow.record_meeting(integration, by=cast.manager, document=document(), **words)  # type: ignore[arg-type]
    check_shown(place.get(reverse("meetings", args=[integration.reference])))
    check_shown(place.get(reverse("meeting", args=[integration.reference, meeting.pk])))

    scenario = workflow.add_scenario(
        integration,
        by=cast.lead,
        environment=Environment.TEST,
        code="E01",
        title="Brev",
        passes_when="Framme",
    )
    run = {"ran_on": today(), "outcome": Outcome.PASSED, "document": document()}
    workflow.record_run(integration, scenario.pk, by=cast.lead, **run)  # type: ignore[arg-type]
    check_shown(place.get(reverse("scenario", args=[integration.reference, scenario.pk])))

    item = workflow.add_item(
        integration,
        by=cast.manager,
        milestone=1,
        title="Eget",
        description="",
        required=False,
        stands_on=Role.PROJECT_MANAGER,
    )
    workflow.confirm(integration, item.key, by=cast.manager, confirmed_on=today(), document=document())
    check_shown(place.get(reverse("confirmation", args=[integration.reference, item.key])))
