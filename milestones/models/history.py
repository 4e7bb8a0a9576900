"""What only ever grows: rows that code neither changes nor deletes. The database refuses it too, see append_only."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from .base import Record

Row = TypeVar("Row", bound=models.Model)


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete history."""


class AppendOnlyQuerySet(models.QuerySet[Row]):
    def update(self, **kwargs: object) -> NoReturn:
        raise AppendOnlyError("Events are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Events are never deleted.")


class AppendOnly(Record):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("Events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise AppendOnlyError("Events are never deleted.")
