"""Queries whose SQL is made once a process: Django takes ten times as long to compile one as a database to answer it.

For what is read before and after each change, and on each page: all that is recorded about one integration.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
_SOME_ID = -1
"""Stands in the compiled query where an integration's primary key goes; none is negative."""


class Compiled(Generic[M]):
    """The rows of a queryset. It may annotate, and not `select_related`, which rows of raw SQL do not have."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        self._queryset = queryset

    def all(self) -> Iterable[M]:
        return self._read(self._all)

    def of(self, ids: list[int]) -> Iterable[M]:
        """The rows of the integrations with these primary keys: of one alone by SQL that is there already."""
        if len(ids) != 1:
            return self._queryset.filter(integration__in=ids)
        sql, params = self._of_one
        return self._read((sql, tuple(ids[0] if one == _SOME_ID else one for one in params)))

    def _read(self, query: tuple[str, tuple[Any, ...]]) -> Iterable[M]:
        return self._queryset.model._default_manager.raw(*query)

    @cached_property
    def _all(self) -> tuple[str, tuple[Any, ...]]:
        return self._queryset.all().query.sql_with_params()

    @cached_property
    def _of_one(self) -> tuple[str, tuple[Any, ...]]:
        return self._queryset.filter(integration=_SOME_ID).query.sql_with_params()
