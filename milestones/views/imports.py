"""Staff: spreadsheets of running integrations, prepared by one and confirmed by another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import imports as spreadsheets
from .. import policy, workflow
from ..exports import Format
from ..formkeys import number_of
from ..forms import ColumnsForm, CorrectionsForm, SheetForm
from ..forms.base import Form
from ..forms.imports import lines_sent
from ..imports.checking import NEEDED, Checked, check
from ..models import Change, Import, ImportRow, RowState
from ..process import MILESTONE_NUMBERS, Phase
from ..workflow import effects
from .exports import sent
from .integration_page import PAGE_SIZE, Request, page, status_with

ROWS_WITH_ERRORS = 25
"""Rows of which wrong cells are put right at a time."""
SAMPLES = 3
"""Values of a column that are shown where it is said what it is."""


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: Request) -> HttpResponse:
    """All imports, the newest first; upload one."""
    policy.require_staff(request.user)
    form = SheetForm(*_sent(request), slot="sheet")
    if form.is_bound and form.is_valid():
        try:
            with workflow.sent_with(number_of(request)):
                made = workflow.upload_import(by=request.user, **form.arguments)
            return redirect("import", made.pk)
        except ValidationError as error:
            form.refuse(error)
    rows = Import.objects.select_related("uploaded_by", "confirmed_by").annotate(count=Count("rows")).order_by("-pk")
    found = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": found, "columns": spreadsheets.COLUMNS.values(), "formats": Format}
    return page(request, "imports/imports.html", context, status_with(form if form.is_bound else None))


def _sent(request: Request) -> list[Any]:
    """What a form with a file came with; nothing where none was sent."""
    return [request.POST, request.FILES] if request.method == "POST" else []


@require_safe
def import_template(request: Request, file_format: Format) -> HttpResponseBase:
    """An empty sheet with all columns that an import knows."""
    policy.require_staff(request.user)
    return sent(spreadsheets.template(), file_format)


@require_safe
def one_import(request: Request, pk: int) -> HttpResponse:
    """One import as it stands: what is wrong, what it would do, or how far it has come."""
    return ImportPage(request, pk).shown()


@require_POST
def change_import(request: Request, pk: int, act: str) -> HttpResponse:
    """Do one of ACTS to it; Stale where the page is old."""
    here = ImportPage(request, pk)
    return here.answer(ACTS[act](here))


class ImportPage:
    """One import, for one of Digipost's staff."""

    def __init__(self, request: Request, pk: int) -> None:
        policy.require_staff(request.user)
        self.request = request
        everything = Import.objects.select_related("uploaded_by", "confirmed_by")
        self.row: Import = get_object_or_404(everything, pk=pk)
        self.is_preparer = policy.may_prepare(request.user, self.row.uploaded_by_id)

    @cached_property
    def rows(self) -> QuerySet[ImportRow]:
        return self.row.rows.order_by("line")

    @cached_property
    def edits(self) -> bool:
        """Whether whoever asks may change it now."""
        return self.row.is_draft and self.is_preparer

    @cached_property
    def lacks_columns(self) -> bool:
        """Whether no column is said to be one that a new integration cannot be without."""
        return self.row.is_draft and not set(NEEDED) <= {*self.row.columns}

    @property
    def left_out(self) -> list[str]:
        """The heads of the columns that are not taken along."""
        pairs = zip(self.row.heads, self.row.columns, strict=True)
        return [head for head, key in pairs if head and not key]

    def _wrong_rows(self, sent: Iterable[str]) -> list[Checked]:
        """The first rows that have errors, and those of which cells were sent, judged now."""
        if not self.row.is_draft:
            return []
        first = self.rows.filter(change=Change.WRONG).values_list("pk", flat=True)[:ROWS_WITH_ERRORS]
        rows = self.rows.filter(Q(pk__in=list(first)) | Q(line__in=lines_sent(sent)))
        return list(check(self.row, rows))

    @property
    def consequences(self) -> tuple[str, ...]:
        """What confirming it does."""
        return effects.of_importing(self.row)

    @cached_property
    def goes_on(self) -> bool:
        """Whether rows are still to be taken in."""
        return self.row.is_confirmed and self.rows.filter(state=RowState.WAITING).exists()

    def columns(self, data: Any = None) -> ColumnsForm:
        return ColumnsForm(data, wanting=self.row, samples=self._samples(), slot="columns")

    def corrections(self, data: Any = None) -> CorrectionsForm:
        return CorrectionsForm(data, rows=self._wrong_rows(data or ()), wanting=self.row, slot="cells")

    def _samples(self) -> list[str]:
        """What the first rows say, by column."""
        first = [row.cells for row in self.rows[:SAMPLES]]
        return [" · ".join(filter(None, said)) for said in zip(*first, strict=False)]

    def answer(self, act: Act) -> HttpResponse:
        """Do it and go on, or show the page again with what is wrong."""
        if act.form is not None and not act.form.is_valid():
            return self.shown(act.form)
        try:
            act.do()
        except workflow.Stale as refusal:
            if act.form is None or not self.edits:
                raise  # the page has no form any more
            act.form.add_error(None, str(refusal))  # with what was typed: compare, and send it again
            return self.shown(act.form)
        except ValidationError as error:
            if act.form is not None:
                act.form.refuse(error)
                return self.shown(act.form)
            messages.error(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, act.done)
        return redirect("import", self.row.pk)

    def shown(self, form: Form | None = None) -> HttpResponse:
        self.row.refresh_from_db(fields=["version", "totals"])
        forms: dict[str, Form] = {}
        if self.edits:
            forms = {"columns": self.columns(), "cells": self.corrections(), "sheet": SheetForm(slot="sheet")}
        if form is not None:
            forms[form.slot] = form
        context = forms | self._counts() | {"here": self, "one": self.row, "preview": self._preview()}
        return page(self.request, "imports/import.html", context, status_with(form))

    def _counts(self) -> dict[str, Any]:
        """How many rows there are of each kind, and how far they come."""
        by_change = dict(self.rows.order_by().values_list("change").annotate(Count("pk")))
        by_state = dict(self.rows.order_by().values_list("state").annotate(Count("pk")))
        reaches = self.rows.exclude(change=Change.WRONG).order_by().values_list("reaches").annotate(Count("pk"))
        counted = dict(reaches)
        return {
            "total": sum(by_change.values()),
            "changes": [(change, by_change.get(change, 0)) for change in Change],
            "done": by_state.get(RowState.DONE, 0),
            "failed": by_state.get(RowState.FAILED, 0),
            "again": self.row.confirmed_by_id == self.request.user.pk
            and self.rows.filter(state=RowState.FAILED).exclude(cells=[]).exists(),
            "phases": [(Phase.of(n + 1), counted[n]) for n in (0, *MILESTONE_NUMBERS) if n in counted],
        }

    def _preview(self) -> dict[str, Any]:
        """A page of the rows that the address asks for, judged now; of a confirmed import, all as they are."""
        asked = self.request.GET.get("rows", "")
        rows = self.rows.filter(change=asked) if asked in Change.values else self.rows.exclude(change=Change.WRONG)
        if self.row.is_confirmed:
            rows = self.rows.select_related("integration__organisation").order_by("-state", "line")
        found = Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))
        judged = [] if self.row.is_confirmed else list(check(self.row, found))
        return {"page": found, "rows": judged, "asked": asked}


class Act(NamedTuple):
    """What is asked of an import: the form that was sent, if there is one, what it does, and what is said then."""

    form: Form | None
    do: Callable[[], object]
    done: str


def _replace(here: ImportPage) -> Act:
    form = SheetForm(*_sent(here.request), slot="sheet")
    do, done = workflow.replace_file, _("The file is read.")
    return Act(form, lambda: do(here.row, by=here.request.user, version=_seen(here), **form.arguments), done)


def _name_columns(here: ImportPage) -> Act:
    form = here.columns(here.request.POST)
    done = _("The columns are saved, and all rows checked.")
    do = workflow.name_columns
    return Act(form, lambda: do(here.row, form.columns, by=here.request.user, version=_seen(here)), done)


def _correct(here: ImportPage) -> Act:
    form = here.corrections(here.request.POST)
    done = _("The cells are saved, and all rows checked.")
    do = workflow.correct_cells
    return Act(form, lambda: do(here.row, form.corrected, by=here.request.user, version=_seen(here)), done)


def _propose(here: ImportPage) -> Act:
    done = _("Sent for confirmation. Somebody else at Digipost must confirm it before anything is imported.")
    return Act(None, lambda: workflow.propose_import(here.row, by=here.request.user, version=_seen(here)), done)


def _withdraw(here: ImportPage) -> Act:
    done = _("Taken back. You can change it again.")
    return Act(None, lambda: workflow.withdraw_import(here.row, by=here.request.user), done)


def _confirm(here: ImportPage) -> Act:
    done = _("Confirmed. The rows are being taken in now.")
    return Act(None, lambda: workflow.confirm_import(here.row, by=here.request.user, version=_seen(here)), done)


def _discard(here: ImportPage) -> Act:
    done = _("The import is discarded. Nothing of it was taken in.")
    return Act(None, lambda: workflow.discard_import(here.row, by=here.request.user, version=_seen(here)), done)


def _try_again(here: ImportPage) -> Act:
    done = _("They are tried again now.")
    return Act(None, lambda: workflow.try_again(here.row, by=here.request.user), done)


ACTS: dict[str, Callable[[ImportPage], Act]] = {
    "file": _replace,
    "columns": _name_columns,
    "cells": _correct,
    "propose": _propose,
    "withdraw": _withdraw,
    "confirm": _confirm,
    "discard": _discard,
    "again": _try_again,
}


def _seen(here: ImportPage) -> int:
    """The version that the page showed; none that there is where it says none."""
    shown = here.request.POST.get("seen", "")
    return int(shown) if shown.isdecimal() and len(shown) < 10 else 0
