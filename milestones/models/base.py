"""What all our models have in common."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models


class Record(models.Model):
    """A row that knows the label of a choice by its value.

    Django asks the labels of all choices, one after the other, each time it is asked for one: with the history's
    hundred kinds of events, most of what a page took.
    """

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> str:  # Django's own name
        value = getattr(self, field.attname)
        return str(_labels_of(field).get(value, "" if value is None else value))


@cache
def _labels_of(field: models.Field[Any, Any]) -> dict[Any, Any]:
    """The labels of a field by value; they speak the language of whoever reads them."""
    return dict(field.flatchoices)
