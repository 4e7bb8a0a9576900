"""A document on record, for the tests of what becomes of it."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from milestones import workflow
from milestones.demo import a_pdf
from milestones.models import Document
from milestones.process import AgreementKind
from tests.cast import Cast

PDF = a_pdf()


def recorded(cast: Cast) -> Document:
    """A signed agreement, as the contract manager recorded it."""
    journey = cast.journey()
    journey.roles()
    agreement = workflow.record_agreement(
        journey.integration,
        by=cast.contract,
        kind=AgreementKind.TERMS,
        signatory="Kirsten",
        signed_on=journey.integration.created_at.date(),
        document=SimpleUploadedFile("avtale.pdf", PDF),
    )
    assert agreement.document is not None
    return agreement.document
