"""Scenario sets, runs, the scope of production tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Scenario, ScenarioRun, latest_runs
from ..process import Outcome, ScopeMode
from .base import DocumentField, Form, KeyField, PastDateField, RevisedForm, checkboxes, expected, line, radios, text

scenario_id = RegexValidator(
    r"^[A-Z][A-Z0-9]{1,9}\Z", _("Use a capital letter and then capitals or digits, as in E01.")
)


class ScenarioForm(Form):
    told = _("%(code)s is added to the set.")
    code = KeyField(label=_("Id"), max_length=10, validators=[scenario_id], help_text=_("For example E01."))
    title = line(_("Scenario"))
    passes_when = line(_("Passes when"), length=500, left_out=_("Enter when it passes"))
    required = forms.BooleanField(label=_("Required"), required=False, initial=True)


class ProductionScenarioForm(ScenarioForm):
    print_trial = forms.BooleanField(label=_("This is the trial of print"), required=False)


class RunForm(Form):
    told = _("The run is recorded.")
    outcome = radios(_("Outcome"), Outcome.choices)
    ran_on = PastDateField(label=_("Date"))
    note = text(_("Note"), required=False, help_text=_("No personal data of recipients."))
    document = DocumentField(label=_("Documentation"), required=False)


NOT_NOW = "not_now"
"""Not recorded, also where the rest has passed."""


@dataclass(frozen=True)
class RunRow:
    """A scenario of a set, the run of it that counts, and the fields for another; None where nobody records here."""

    scenario: Scenario
    latest: ScenarioRun | None
    outcome: forms.BoundField | None = None
    note: forms.BoundField | None = None

    @property
    def opened(self) -> bool:
        """Whether the note is unfolded: something stands in it, or is to be put right."""
        return bool(self.note and (self.note.errors or self.note.value()))


class RunsForm(Form):
    """How each scenario of a set went, on one day: what is not marked is not recorded.

    A page may be old. It says itself which scenarios it showed, as of `shown`, and which of them as not passed: so
    nobody records of a scenario what they did not see, and a second press records the same as the first. Where one of
    them is no longer in the set, nothing is recorded; what was filled in is given back on the set as it stands.
    """

    ran_on = PastDateField(label=_("Date"))
    rest_passed = forms.BooleanField(
        label=_("Everything that is not marked and has not passed yet: passed"), required=False
    )
    document = DocumentField(label=_("Documentation"), required=False)

    def __init__(self, *args: Any, scenarios: Sequence[Scenario], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scenarios, self.latest = scenarios, latest_runs(scenarios)
        for scenario in scenarios:
            named = {"scenario": scenario.code}
            outcome = radios(
                _("Outcome of %(scenario)s") % named, [*Outcome.choices, (NOT_NOW, _("Not now"))], required=False
            )
            note = text(_("Note on %(scenario)s") % named, required=False, rows=2)
            note.widget.attrs["class"] = "ds-input"
            self.fields |= {f"outcome_{scenario.code}": outcome, f"note_{scenario.code}": note}

    @property
    def rows(self) -> list[RunRow]:
        """The table: what stands, and what is to be filled in."""
        return [
            RunRow(one, self.latest.get(one.pk), self[f"outcome_{one.code}"], self[f"note_{one.code}"])
            for one in self.scenarios
        ]

    @property
    def shown(self) -> list[str]:
        """The scenarios that this page shows, each by primary key and id."""
        return [f"{one.pk} {one.code}" for one in self.scenarios]

    @property
    def not_passed(self) -> list[int]:
        """The scenarios that this page shows as not passed, by primary key: the rest, if it is said to have passed."""
        latest = {pk: run.outcome for pk, run in self.latest.items()}
        return [one.pk for one in self.scenarios if latest.get(one.pk) != Outcome.PASSED]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._require_still_there()
        outcomes = self._outcomes()
        noted_only = self._typed("note").keys() - outcomes.keys()
        for one in self.scenarios:
            if one.pk in noted_only:
                self.add_error(f"outcome_{one.code}", _("There is a note here, but no outcome."))
        if not self.errors and not outcomes:
            raise ValidationError(_("Choose an outcome for at least one scenario."))
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        of_all = {name: self.cleaned_data[name] for name in ("ran_on", "document")}
        return {**of_all, "outcomes": self._outcomes(), "notes": self._typed("note")}

    @property
    def done(self) -> str:
        count = len(self._outcomes())
        return ngettext("One run is recorded.", "%(count)s runs are recorded.", count) % {"count": count}

    def _require_still_there(self) -> None:
        """Raise for what the page showed and is no longer in the set, with the notes that have no field any more."""
        gone = [said.rpartition(" ")[2] for said in self._sent("shown") if said not in self.shown]
        if not gone:
            return
        told = _(
            "No longer in the set as this page showed it: %(scenarios)s. What else you filled in is kept here. Look "
            "through it, and record it again."
        )
        raise ValidationError([ValidationError(told, params={"scenarios": ", ".join(gone)}), *self._notes_of(gone)])

    def _notes_of(self, gone: list[str]) -> Iterator[ValidationError]:
        for code in gone:
            name = f"note_{code}"
            if name not in self.fields and self.data.get(name):
                said = {"scenario": code, "note": self.data[name]}
                yield ValidationError(_("You had noted on %(scenario)s: %(note)s"), params=said)

    def _outcomes(self) -> dict[int, Outcome]:
        """What is to be recorded, by primary key."""
        marked = self._typed("outcome")
        rest = self._sent("rest") if self.cleaned_data.get("rest_passed") else []
        passed = [one.pk for one in self.scenarios if str(one.pk) in rest and one.pk not in marked]
        recorded = {pk: Outcome(value) for pk, value in marked.items() if value != NOT_NOW}
        return dict.fromkeys(passed, Outcome.PASSED) | recorded

    def _sent(self, name: str) -> list[str]:
        """What the page sent along in fields of that name."""
        return cast(QueryDict, self.data).getlist(name)

    def _typed(self, name: str) -> dict[int, str]:
        """What stands in the fields of that name, by the scenario's primary key; empty ones left out."""
        typed = {one.pk: self.cleaned_data.get(f"{name}_{one.code}") for one in self.scenarios}
        return {pk: value for pk, value in typed.items() if value}


class ScopeForm(RevisedForm):
    told = _("The scope is saved.")
    mode = radios(_("Are tests run in production?"), ScopeMode.choices)
    reason = expected(text(_("If not: why they are not needed"), required=False, rows=2))
    no_print_trial_reason = expected(
        text(_("If print is used but not tried: why there is no trial of print"), required=False, rows=2)
    )

    def __init__(self, *args: Any, agreed: Sequence[Scenario], of_print: Sequence[Scenario], **kwargs: Any) -> None:
        """`agreed` are the test scenarios that can be picked, `of_print` those of them that can be a trial of it."""
        super().__init__(*args, **kwargs)
        self._offer("trials", _("Which of them is the trial of print?"), of_print)
        self._offer("picked", _("Which of the agreed scenarios are run in production?"), agreed)

    def _offer(self, name: str, label: Any, scenarios: Sequence[Scenario]) -> None:
        if scenarios:
            field = expected(checkboxes(label, [(str(one.pk), str(one)) for one in scenarios], required=False))
            field.widget.attrs["class"] = "ds-input"
            self.fields = {"mode": self.fields["mode"], name: field} | self.fields

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("mode") == ScopeMode.NOT_NEEDED and not cleaned.get("reason"):
            self.add_error("reason", _("Say why production tests are not needed."))
        for name in ("picked", "trials"):
            if cleaned.get("mode") == ScopeMode.NOT_NEEDED and cleaned.get(name):
                self.add_error(name, _("Either tests are not needed, or these are run."))
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        chosen = {name: [int(pk) for pk in self.cleaned_data.get(name, [])] for name in ("picked", "trials")}
        return self.cleaned_data | chosen
