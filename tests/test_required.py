"""A field that is left empty says what is to be typed, chosen or uploaded: in every form, in every language."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django import forms
from django.utils.translation import override

from milestones.forms import entry
from milestones.forms.base import Form, missing, name_what_is_missing
from milestones.texts import mid_sentence

DJANGOS = forms.Field.default_error_messages["required"]


def _of(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _of(one)


def _all() -> list[type[forms.Form]]:
    found = {*_of(Form), *_of(entry._Dressed)}
    return sorted((one for one in found if one.__module__.startswith("milestones")), key=lambda one: one.__qualname__)


def _left_empty(kind: type[forms.Form]) -> dict[str, list[str]]:
    """What the fields of a form say when nothing at all is filled in."""
    bare = forms.Form({})
    bare.fields = copy.deepcopy(kind.base_fields)
    name_what_is_missing(bare)
    return {name: [str(text) for text in errors] for name, errors in bare.errors.items()}


@pytest.mark.parametrize("language", ["en", "nb", "nn"])
@pytest.mark.parametrize("kind", _all(), ids=lambda kind: kind.__qualname__)
def test_no_form_says_that_a_field_is_required(kind: type[forms.Form], language: str) -> None:
    with override(language):
        said = [text for texts in _left_empty(kind).values() for text in texts]
        assert str(DJANGOS) not in said


def test_there_are_forms_that_ask_for_something() -> None:
    assert sum(bool(_left_empty(kind)) for kind in _all()) > 20


class Asked(Form):
    name = forms.CharField(label="Name of the project")
    number = forms.CharField(label="PDF number")
    why = forms.CharField(label="Why?")
    on = forms.DateField(label="Start date")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")])
    file = forms.FileField(label="The plan")
    agreed = forms.BooleanField(label="I have read it")
    version = forms.IntegerField(widget=forms.HiddenInput())
    own = forms.CharField(label="Own", error_messages={"required": "Say it in your own words"})


def test_each_kind_of_field_says_what_is_to_be_done() -> None:
    with override("en"):
        assert dict(Asked({}).errors.items()) == {
            "name": ["Enter name of the project"],
            "number": ["Enter PDF number"],
            "why": ["Answer “Why?”"],
            "on": ["Choose start date"],
            "kind": ["Choose kind"],
            "file": ["Upload the plan"],
            "agreed": ["Tick “I have read it”"],
            "version": ["Part of the form is missing. Open the page again."],
            "own": ["Say it in your own words"],
        }


def test_a_field_that_becomes_required_later_says_it_too() -> None:
    form = Asked({})
    form.fields["later"] = forms.CharField(label="Later")
    with override("en"):
        assert form.errors["later"] == ["Enter later"]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Navnet på virksomheten", "navnet på virksomheten"),
        ("E-postadresse", "e-postadresse"),
        ("SMS-varsel", "SMS-varsel"),
        ("ID", "ID"),
        ("Digiposts godkjenning", "Digiposts godkjenning"),
        ("", ""),
    ],
)
def test_a_label_in_a_sentence_has_no_capital_but_a_names(label: str, said: str) -> None:
    assert mid_sentence(label) == said


def test_norwegians_are_told_in_norwegian() -> None:
    with override("nb"):
        assert missing(forms.CharField(label="Navn")) == "Skriv inn navn"
        assert missing(forms.DateField(label="Lanseringsdato")) == "Velg lanseringsdato"
