"""Documents: how one leaves, as an attachment that the browser takes for what it is and nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog
from django.conf import settings
from django.core.files import File
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ..models import Document, DocumentAccess
from .integration_page import IntegrationPage, Request


@require_safe
def document(request: Request, reference: str, pk: int) -> HttpResponse | FileResponse:
    """A file; 410 once it is removed. Only what is handed out stands in the access log."""
    here = IntegrationPage(request, reference)
    found = here.find(Document, pk)
    content = opened(found)
    if content is None:
        return render(request, "410.html", {"document": found, "integration": here.integration}, status=410)
    try:
        DocumentAccess.objects.create(document=found, user=request.user)
    except Exception:
        content.close()
        raise
    return handed_over(found, content)


def opened(document: Document) -> File[Any] | None:
    """None where anonymising has removed the file, and where it is not to be found."""
    try:
        return document.file.open() if document.file else None
    except FileNotFoundError as error:
        structlog.get_logger(__name__).error("a document's file is gone", document=document.pk, error=str(error))
        return None


def handed_over(document: Document, content: File[Any]) -> HttpResponse | FileResponse:
    """An answer with the document in it; where the proxy reads files for us (DOCUMENT_ACCEL), with where it lies."""
    response: HttpResponse | FileResponse
    if settings.DOCUMENT_ACCEL:
        content.close()
        response = HttpResponse(content_type=document.media_type)
        response["X-Accel-Redirect"] = quote(f"{settings.DOCUMENT_ACCEL}{document.file.name}")
    else:
        response = FileResponse(content, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
