"""What all forms share: Designsystemet's classes, dates, documents."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import clock, texts
from ..clock import EARLIEST_YEAR, LATEST_YEAR
from ..documents import MAX_NAME, Examined, examine
from ..mailboxes import normalised, require_deliverable
from ..names import require_name

LONG_TEXT = 5000
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


def name_what_is_missing(form: forms.Form) -> None:
    """Have each field that is left empty say what is to be typed or chosen, unless it has a sentence of its own."""
    for field in form.fields.values():
        if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
            field.error_messages["required"] = missing(field)


def missing(field: forms.Field) -> str:
    """What a field says when it is left empty, by its kind and its label, in the language in force."""
    label, widget = str(field.label), field.widget
    named = {"label": texts.mid_sentence(label)}
    if isinstance(widget, forms.HiddenInput):
        return gettext("Part of the form is missing. Open the page again.")
    if label.endswith("?"):
        return gettext("Answer “%(label)s”") % {"label": label}
    if isinstance(field, forms.FileField):
        return gettext("Upload %(label)s") % named
    if isinstance(widget, forms.CheckboxInput):
        return gettext("Tick “%(label)s”") % {"label": label}
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.DateField):
        return gettext("Choose %(label)s") % named
    return gettext("Enter %(label)s") % named


class Form(forms.Form):
    """A form in Designsystemet's clothes. `slot` tells the forms of one page apart: in ids, and in the template.

    `kept` is what was typed when a session ended, by field, until it is sent.
    """

    told: Any = _("Saved.")
    """What has happened when it is done, with what was filled in by name."""
    use_required_attribute = False  # the server's answer stands by the field and in the summary, in our words

    def __init__(self, *args: Any, slot: str = "form", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{slot}-%s", "label_suffix": "", **kwargs})
        self.slot = slot
        self.kept: dict[str, Any] = {}
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "ds-input")

    @property
    def arguments(self) -> dict[str, Any]:
        """What a valid form asks, as keyword arguments of the workflow function that does it."""
        return self.cleaned_data

    @property
    def done(self) -> str:
        """What is said of it when it has been done."""
        return str(self.told) % self.cleaned_data

    @property
    def opened(self) -> bool:
        """Whether a page unfolds it: something is to be put right or changed in it, or to be sent again."""
        return self.is_bound or bool(self.kept)

    def restore(self, sent: QueryDict) -> None:
        """Show what was typed once in place of what is recorded; files are chosen again."""
        fields = {name: field for name, field in self.fields.items() if not isinstance(field, forms.FileField)}
        self.kept = {
            name: field.widget.value_from_datadict(sent, MultiValueDict(), self.add_prefix(name))
            for name, field in fields.items()
        }

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        return self.kept[field_name] if field_name in self.kept else self.recorded(field, field_name)

    def recorded(self, field: forms.Field, field_name: str) -> Any:
        """What an empty form shows."""
        return super().get_initial_for_field(field, field_name)

    def full_clean(self) -> None:
        name_what_is_missing(self)
        super().full_clean()

    def refuse(self, error: ValidationError) -> None:
        """Show what workflow found wrong: by its field where the form has it, above the form otherwise."""
        found = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, errors in found.items():
            self.add_error(name if name in self.fields else None, errors)


class RevisedForm(Form):
    """A form that shows what is recorded, for changing it: an old page does not undo what was recorded since."""

    was = forms.CharField(required=False, widget=forms.HiddenInput())

    def _shown(self) -> str:
        """Names the values that stand in an empty form now."""
        typed = {name: field for name, field in self.fields.items() if not field.widget.is_hidden}
        values = {name: str(self.recorded(field, name)) for name, field in typed.items()}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    def recorded(self, field: forms.Field, field_name: str) -> Any:
        return self._shown() if field_name == "was" else super().recorded(field, field_name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.pop("was", "") not in ("", self._shown()):
            sent = cast(QueryDict, self.data).copy()
            sent["was"] = self._shown()
            self.data = sent
            raise ValidationError(
                _("Somebody changed this while you wrote. Yours is kept here: compare, and save it again if it holds.")
            )
        return cleaned


class DateField(forms.DateField):
    """A date of a year that makes sense."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=DATE_FORMATS, **kwargs)

    def validate(self, value: datetime.date | None) -> None:
        super().validate(value)
        if value and value.year < EARLIEST_YEAR:
            raise ValidationError(_("The date lies too far back. Is the year right?"))
        if value and value.year > LATEST_YEAR:
            raise ValidationError(_("The date lies too far ahead. Is the year right?"))


class PastDateField(DateField):
    """A date on which something has happened: today at the latest, in Europe/Oslo."""

    def validate(self, value: datetime.date | None) -> None:
        super().validate(value)
        if value and value > clock.today():
            raise ValidationError(_("The date cannot lie in the future."))


class FutureDateField(DateField):
    """A date that lies ahead, or today."""

    def validate(self, value: datetime.date | None) -> None:
        super().validate(value)
        if value and value < clock.today():
            raise ValidationError(_("The date cannot lie in the past."))


class DocumentField(forms.FileField):
    """A PDF, PNG, JPEG or plain text file of at most 20 MB, judged by its content."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("PDF, PNG, JPEG or plain text, at most 20 MB."))
        super().__init__(
            max_length=MAX_NAME,
            allow_empty_file=True,  # `examine` refuses it, and says what to do
            widget=forms.FileInput({"accept": ".pdf,.png,.jpg,.jpeg,.txt"}),
            **kwargs,
        )

    def to_python(self, data: Any) -> Examined | None:  # type: ignore[override]
        upload = super().to_python(data)
        return examine(upload) if upload is not None else None


class _Unbounded(forms.CharField):
    """The browser would cut what is pasted at `max_length`, without a word; here the field says what is too long."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class LineField(_Unbounded):
    """One line of text, as `texts.one_line` stores it: a forged one could write lines of its own into a mail."""

    def to_python(self, value: Any) -> str:
        return texts.one_line(super().to_python(value) or "")


class KeyField(LineField):
    """An id, a number or a code: the spaces that people type for reading are no part of it."""

    def to_python(self, value: Any) -> str:
        return texts.key(super().to_python(value))


class TextField(_Unbounded):
    """A longer text, as `texts.paragraphs` stores it."""

    def to_python(self, value: Any) -> str:
        return texts.paragraphs(super().to_python(value) or "")


class EmailField(_Unbounded, forms.EmailField):
    """An address to which mail can be sent, in the one form in which it is stored."""

    default_validators = [require_deliverable]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"max_length": None})  # what is typed may be longer than what is stored
        self.validators = list(self.default_validators)  # Django adds one for NUL, which would say it twice

    def to_python(self, value: Any) -> str:
        return normalised(texts.one_line(super().to_python(value) or ""))


def _left_out(sentence: Any) -> dict[str, Any]:
    """The error messages of a field that says in its own words what is missing; none for the general ones."""
    return {"required": sentence} if sentence else {}


def expected(field: forms.Field) -> forms.Field:
    """A field that may be left out of this form, but not for good: it is not called optional."""
    field.expected = True  # type: ignore[attr-defined]
    return field


def text(
    label: Any,
    *,
    rows: int = 3,
    length: int = LONG_TEXT,
    required: bool = True,
    help_text: Any = "",
    left_out: Any = "",
) -> TextField:
    """A field for a longer text. Here and below, `left_out` is what is said when nothing is typed or chosen."""
    return TextField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}),
        error_messages=_left_out(left_out),
    )


def line(
    label: Any,
    *,
    length: int = 200,
    required: bool = True,
    help_text: Any = "",
    left_out: Any = "",
    validators: Sequence[Any] = (),
) -> LineField:
    """A field for a line of text, and one line only."""
    return LineField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        validators=validators,
        error_messages=_left_out(left_out),
    )


def person_name(label: Any, *, required: bool = True, help_text: Any = "", left_out: Any = "") -> forms.CharField:
    """A line for what a person is called, and for no code."""
    field = line(label, required=required, length=150, help_text=help_text, left_out=left_out)
    field.validators.append(require_name)
    return field


def radios(
    label: Any, choices: Any, *, required: bool = True, help_text: Any = "", left_out: Any = ""
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=help_text,
        widget=forms.RadioSelect(),
        error_messages=_left_out(left_out),
    )


def checkboxes(
    label: Any, choices: Any, *, required: bool = True, help_text: Any = "", left_out: Any = ""
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple(),
        error_messages=_left_out(left_out),
    )


def reason(*, help_text: Any = "") -> TextField:
    """Why something is done: told to those whom it concerns."""
    return text(_("Reason"), help_text=help_text, left_out=_("Give a reason"))


class ReasonForm(Form):
    reason = reason()
