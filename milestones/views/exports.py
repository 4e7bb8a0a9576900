"""Pages as spreadsheets: whoever may read one has its rows, all of them, by its filters, as Excel or as CSV."""

from __future__ import annotations

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from .. import exports
from ..clock import today
from ..exports import Format, Table, lines
from .integration import HistoryInView
from .integration_page import IntegrationPage, Request
from .portfolio import PortfolioInView

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def export_integrations(request: Request, file_format: Format) -> HttpResponseBase:
    """The portfolio, by the filters, the view and the order that the address asks for."""
    return sent(exports.integrations_table(PortfolioInView.asked_by(request).rows, today()), file_format)


@require_safe
def export_plan(request: Request, reference: str, file_format: Format) -> HttpResponseBase:
    return sent(exports.plan_table(IntegrationPage(request, reference).integration), file_format)


@require_safe
def export_scenarios(request: Request, reference: str, file_format: Format) -> HttpResponseBase:
    """Both sets with all of their runs."""
    return sent(exports.scenarios_table(IntegrationPage(request, reference).integration), file_format)


@require_safe
def export_history(request: Request, reference: str, file_format: Format) -> HttpResponseBase:
    """The events that the address asks for."""
    here = IntegrationPage(request, reference)
    return sent(exports.history_table(here.integration, HistoryInView.asked_by(here).events), file_format)


@require_safe
def export_people(request: Request, reference: str, file_format: Format) -> HttpResponseBase:
    return sent(exports.members_table(IntegrationPage(request, reference).integration), file_format)


def sent(table: Table, file_format: Format) -> HttpResponseBase:
    """An answer with the table in it, to be kept as a file that says what it holds and of which day it is."""
    response = _as_sheet(table) if file_format is Format.XLSX else _as_lines(table)
    name = f"{table.name}-{today().isoformat()}.{file_format.value}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _as_lines(table: Table) -> HttpResponseBase:
    """Read from the database while it is sent."""
    return StreamingHttpResponse(lines.written(table), content_type="text/csv; charset=utf-8")


def _as_sheet(table: Table) -> HttpResponseBase:
    """Written to the disk first: a sheet is a ZIP, and says at its end what it holds."""
    from ..exports import sheets  # noqa: PLC0415  (openpyxl takes its time to load, and few requests need it)

    return FileResponse(sheets.written(table), content_type=SHEET)
