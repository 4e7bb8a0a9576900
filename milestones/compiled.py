"""Queries whose SQL is made once a process: Django takes ten times as long to compile one as a database to answer it.

For what is read before and after each change, and on each page: all that is recorded about one integration.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

M = TypeVar("M", bound=Model)
_SOME_ID = -1
"""Stands in the compiled query where a primary key goes; none is negative."""


class _Statement(NamedTuple):
    """A compiled query, with what makes objects of its rows, as Django's `ModelIterable` does; None where the rows
    are wanted as they are, of a `values_list`.
    """

    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]
    objects: _Objects | None


class _Objects(NamedTuple):
    columns: int
    attributes: list[str]
    related: list[Any]
    annotations: dict[str, int]


class Compiled(Generic[M]):
    """The rows of a queryset, which may annotate and `select_related`: all, one integration's, or one.

    They are objects, or of `values_list` tuples.
    """

    def __init__(self, queryset: QuerySet[M, Any]) -> None:
        self._queryset = queryset

    def stored(self) -> tuple[tuple[Any, ...], ...]:
        """All rows as the database has them, which `made_of` makes objects of."""
        return tuple(map(tuple, _fetched(self._all)))

    def made_of(self, rows: Iterable[tuple[Any, ...]]) -> list[M]:
        return [self._row(self._all, list(row)) for row in rows]

    def all(self) -> list[Any]:
        return [self._row(self._all, list(row)) for row in _fetched(self._all)]

    def of(self, ids: list[int]) -> Iterable[Any]:
        """The rows of the integrations with these primary keys: of one alone by SQL that is there already."""
        return self._read(self._of_one, ids[0]) if len(ids) == 1 else self._queryset.filter(integration__in=ids)

    def get(self, pk: int) -> M:
        """The row with that primary key. Raises the model's DoesNotExist."""
        found: list[M] = self._read(self._one, pk)
        if not found:
            raise self._queryset.model.DoesNotExist  # type: ignore[attr-defined]
        return found[0]

    @cached_property
    def _all(self) -> _Statement:
        return _compiled(self._queryset.all())

    @cached_property
    def _of_one(self) -> _Statement:
        return _compiled(self._queryset.filter(integration=_SOME_ID))

    @cached_property
    def _one(self) -> _Statement:
        return _compiled(self._queryset.filter(pk=_SOME_ID))

    def _read(self, made: _Statement, pk: int) -> list[Any]:
        return [self._row(made, list(row)) for row in _fetched(made, pk)]

    def _row(self, made: _Statement, values: list[Any]) -> Any:
        for place, converters, expression in made.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return self._object(made.objects, values) if made.objects else tuple(values)

    def _object(self, made: _Objects, values: list[Any]) -> M:
        row = self._queryset.model.from_db(DEFAULT_DB_ALIAS, made.attributes, values[: made.columns])
        for populator in made.related:
            populator.populate(values, row)
        for name, place in made.annotations.items():
            setattr(row, name, values[place])
        return row


def _fetched(made: _Statement, pk: int = _SOME_ID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(made.sql, [pk if one == _SOME_ID else one for one in made.params])
        return list(cursor.fetchall())


def _compiled(queryset: QuerySet[Any, Any]) -> _Statement:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    places = [(place, *made) for place, made in converters.items()]
    objects = _objects(compiler) if issubclass(queryset._iterable_class, ModelIterable) else None
    return _Statement(sql, params, places, objects)


def _objects(compiler: Any) -> _Objects:
    """The model's own columns come first in a row, then the annotations, then what is related."""
    own = compiler.klass_info["select_fields"]
    return _Objects(
        len(own),
        [compiler.select[place][0].target.attname for place in own],
        get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # Django 6's
        compiler.annotation_col_map,
    )
