"""3.1 and 4.1: files with results, and which of the proposed results to record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from ..documents.places import busy
from ..evidence.files import BUSY, MOST_FILES, Read, read_all
from ..evidence.proposing import Result, from_kept
from ..models import ProposedResults, Scenario
from .base import Form, checkboxes


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Files of any kind that can hold results; see `evidence.files`. Its value is the list of them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = _SeveralFiles({"accept": ".xml,.trx,.json,.zip"})
        super().__init__(widget=widget, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        one = super().clean
        if len(data or ()) > MOST_FILES:
            raise ValidationError(_("Choose between 1 and %(most)s files."), params={"most": MOST_FILES})
        return [one(file, initial) for file in data] if data else one(None, initial) or []


class ResultFilesForm(Form):
    """Files that show how tests went. `pinned` are Digipost's certificates, by which its signed answers are judged."""

    told = _("The files are read. Look through what they show, and record it.")
    results = FilesField(
        label=_("Files with results"),
        help_text=_(
            "Test reports (JUnit, NUnit, TRX, xUnit, CTRF), Digipost's batch receipts, and answers of Digipost's that "
            "you have captured. The files are not kept."
        ),
        error_messages={"required": _("Choose the files")},
    )

    def __init__(self, *args: Any, pinned: Sequence[x509.Certificate] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pinned = pinned

    def clean_results(self) -> list[Read]:
        try:
            with override(settings.LANGUAGE_CODE):  # everybody reads why a file could not be placed
                return read_all(self.cleaned_data["results"], self.pinned)
        except ValidationError as refusal:  # of all the files, which only their sender reads
            raise (busy() if getattr(refusal, "code", "") == BUSY else refusal) from None

    @property
    def arguments(self) -> dict[str, Any]:
        return {"files": self.cleaned_data["results"]}


@dataclass(frozen=True)
class ResultRow:
    """A proposed result; its scenario, or None where it is of the account; and the box by which it is picked."""

    result: Result
    scenario: Scenario | None
    box: Any


class RecordResultsForm(Form):
    """Which of the proposed results to record: all of them, to begin with. `scenarios` are those of the results, by
    primary key, which a page fetches for all its forms.
    """

    picked = checkboxes(_("Record these"), (), left_out=_("Choose at least one result"))

    def __init__(self, *args: Any, proposal: ProposedResults, **kwargs: Any) -> None:
        self.proposal = proposal
        self.scenarios: Mapping[int, Scenario] = {}
        self.results = [from_kept(one) for one in proposal.results]
        codes = [one.code for one in self.results]
        super().__init__(*args, initial={"picked": codes}, **kwargs)
        field: Any = self.fields["picked"]
        field.choices = [(code, code) for code in codes]

    @property
    def rows(self) -> list[ResultRow]:
        """Each proposed result, of which scenario it is, and its checkbox."""
        boxes = self["picked"].subwidgets
        return [
            ResultRow(one, self.scenarios.get(one.scenario or 0), box)
            for one, box in zip(self.results, boxes, strict=True)
        ]

    @property
    def done(self) -> str:
        count = len(self.cleaned_data["picked"])
        return ngettext("One result is recorded.", "%(count)s results are recorded.", count) % {"count": count}
