"""Documents: how one leaves, as an attachment that the browser takes for what it is and nothing else; its preview."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog
from django.conf import settings
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
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
    content = opened(found.file)
    if content is None:
        return render(request, "410.html", {"document": found, "integration": here.integration}, status=410)
    try:
        DocumentAccess.objects.create(document=found, user=request.user)
    except Exception:
        content.close()
        raise
    response = handed_over(found.file, content, found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


@require_safe
def preview(request: Request, reference: str, pk: int) -> HttpResponse | FileResponse:
    """The picture that we drew of a file, for pages that show it to whoever may have the file; 404 without one."""
    found = IntegrationPage(request, reference).find(Document, pk)
    content = opened(found.preview)
    if content is None:
        raise Http404
    response = handed_over(found.preview, content, "image/jpeg")
    response["Content-Disposition"] = "inline"
    return response


def opened(file: FieldFile) -> File[Any] | None:
    """None where there is none, as once anonymising has removed it, and where it is not to be found."""
    try:
        return file.open() if file else None
    except FileNotFoundError as error:
        structlog.get_logger(__name__).error("a document's file is gone", document=file.instance.pk, error=str(error))
        return None


def handed_over(file: FieldFile, content: File[Any], media_type: str) -> HttpResponse | FileResponse:
    """An answer with the file in it; where the proxy reads files for us (DOCUMENT_ACCEL), with where it lies."""
    response: HttpResponse | FileResponse
    if settings.DOCUMENT_ACCEL:
        content.close()
        response = HttpResponse(content_type=media_type)
        response["X-Accel-Redirect"] = quote(f"{settings.DOCUMENT_ACCEL}{file.name}")
    else:
        response = FileResponse(content, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
