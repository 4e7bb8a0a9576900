"""Imports: the file, which of ours its columns are, and cells that are put right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..imports import COLUMNS, GROUPS, MOST_ROWS, Sheet, address, letters_of, read
from ..imports.checking import Checked, cells_of
from ..models import Import
from .base import Form, LineField


class SheetField(forms.FileField):
    """A workbook or a CSV, read; `name` of what comes out is the file's."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Spreadsheet"),
            help_text=format_lazy(_("Excel, LibreOffice or CSV, at most {most} rows."), most=MOST_ROWS),
            allow_empty_file=True,  # `read` refuses it, and says what to do
            widget=forms.FileInput({"accept": ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.txt"}),
        )

    def to_python(self, data: Any) -> tuple[str, Sheet] | None:  # type: ignore[override]
        upload = super().to_python(data)
        return (upload.name or "", read(upload)) if upload is not None else None


class SheetForm(Form):
    sheet = SheetField()

    @property
    def arguments(self) -> dict[str, Any]:
        name, sheet = self.cleaned_data["sheet"]
        return {"file_name": name, "sheet": sheet}


class ColumnsForm(Form):
    """Which of ours each of the spreadsheet's columns is: a field for each of them, by its place."""

    def __init__(self, *args: Any, wanting: Import, samples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Left out"))] + [
            (group, [(one.key, one.label) for one in COLUMNS.values() if one.group == group]) for group in GROUPS
        ]
        for place, (head, key) in enumerate(zip(wanting.heads, wanting.columns, strict=True)):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=head or format_lazy(_("Column {letters}"), letters=letters_of(place)),
                choices=choices,
                required=False,
                initial=key,
                help_text=samples[place] if place < len(samples) else "",
                widget=forms.Select({"class": "ds-input"}),
            )

    @property
    def columns(self) -> list[str]:
        return [str(self.cleaned_data[name]) for name in self.fields]


class CorrectionsForm(Form):
    """The cells that are wrong, each with what it says and why that will not do; and those that were sent.

    `rows` are the rows with errors, and those of which cells were sent.
    """

    def __init__(self, *args: Any, wanting: Import, rows: Sequence[Checked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanting = wanting
        self.rows = [(row, keys) for row in rows if (keys := self._keys_of(row))]
        for row, keys in self.rows:
            said = cells_of(wanting, row.row.cells)
            for key in keys:
                field = LineField(label=str(COLUMNS[key].label), required=False, initial=said.get(key, ""))
                self.fields[name := _name_of(row, key)] = field
                field.widget.attrs["class"] = "ds-input"
                if key in row.wrong:
                    field.widget.attrs |= {
                        "aria-invalid": "true",
                        "aria-describedby": f"{self[name].auto_id}_helptext",
                    }

    def _keys_of(self, row: Checked) -> list[str]:
        """The columns of a row that are wrong, or were sent, in their order."""
        return [key for key in COLUMNS if key in row.wrong or _name_of(row, key) in self.data]

    @property
    def corrected(self) -> dict[tuple[int, str], str]:
        """What was sent, by line and column; the other cells stay."""
        cells = [(row, key) for row, keys in self.rows for key in keys if _name_of(row, key) in self.data]
        return {(row.row.line, key): self.cleaned_data[_name_of(row, key)] for row, key in cells}

    def by_row(self) -> list[tuple[Checked, list[WrongCell]]]:
        """For the page: each row with its cells."""
        return [(row, [self._wrong_cell(row, key) for key in keys]) for row, keys in self.rows]

    def _wrong_cell(self, row: Checked, key: str) -> WrongCell:
        place = self.wanting.columns.index(key) if key in self.wanting.columns else None
        where = address(place, row.row.line) if place is not None and self.wanting.heads[place] else ""
        return WrongCell(self[_name_of(row, key)], where, row.wrong.get(key, ""))


class WrongCell(NamedTuple):
    """A cell: the field in which it is put right, what the spreadsheet calls it, and what is wrong."""

    field: forms.BoundField
    address: str
    told: str


SENT = re.compile(r"cell-(\d{1,7})-")


def lines_sent(data: Iterable[str]) -> set[int]:
    """The rows of which cells were sent, by their lines."""
    return {int(found[1]) for name in data if (found := SENT.match(name))}


def _name_of(row: Checked, key: str) -> str:
    return f"cell-{row.row.line}-{key}"
