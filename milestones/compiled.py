"""Statements whose SQL is made once a process: Django takes ten times as long to compile one as a database to answer.

For what is read before and after each change, and on each page: all that is recorded about one integration. And for
what each change writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.models import AutoField, Field, Model, QuerySet, Value
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import DeleteQuery, InsertQuery, UpdateQuery

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

    def delete_of(self, pk: int) -> None:
        """Delete the rows of the integration with this primary key; nothing refers to them, and no signal is sent."""
        sql, params = self._deletion
        with connection.cursor() as cursor:
            cursor.execute(sql, [pk if one == _SOME_ID else one for one in params])

    @cached_property
    def _deletion(self) -> tuple[str, tuple[Any, ...]]:
        query = self._queryset.filter(integration=_SOME_ID).order_by().query.chain(klass=DeleteQuery)
        sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return sql, tuple(params)

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


def insert(row: Model) -> None:
    """Store a new row, as `save(force_insert=True)` does, but without signals: for what is written at each change.

    Its values are values, and no expressions; so for `insert_all` and `update`.
    """
    statement = _insertion(type(row))
    with connection.cursor() as cursor:
        returning = f"RETURNING {connection.ops.quote_name(str(row._meta.pk.column))}"
        cursor.execute(f"{statement.sql} {returning}", statement.values_of(row))
        [row.pk] = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert_all(rows: Sequence[Model]) -> None:
    """Store new rows of one model, as `bulk_create` does: nobody asks for their primary keys."""
    if rows:
        statement = _insertion(type(rows[0]))
        one_row = f"({', '.join(['%s'] * len(statement.fields))})"
        sql = statement.sql.replace(one_row, ", ".join([one_row] * len(rows)))
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for row in rows for value in statement.values_of(row)])


def update(row: Model, *names: str) -> None:
    """Store these fields of a row, as `save(update_fields=names)` does, but without signals.

    Raises DatabaseError if the row is gone.
    """
    if not names:
        return
    statement = _change(type(row), names)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, [*statement.values_of(row), row.pk])
        if not cursor.rowcount:
            raise DatabaseError(f"No row was changed: {row._meta.label} {row.pk}")


class _Written(NamedTuple):
    sql: str
    fields: list[Field[Any, Any]]

    def values_of(self, row: Model) -> list[Any]:
        return [one.get_db_prep_save(one.pre_save(row, row._state.adding), connection) for one in self.fields]


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> _Written:
    fields = [one for one in model._meta.local_concrete_fields if one.name in names or one.attname in names]
    if len(fields) != len(set(names)):
        raise ValueError(f"{model._meta.label} has not all of these fields of its own: {', '.join(names)}")
    query: Any = model._base_manager.filter(pk=_SOME_ID).query.chain(klass=UpdateQuery)
    query.add_update_fields([(one, None, Value(0)) for one in fields])
    sql, _params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return _Written(sql, fields)


@cache
def _insertion(model: type[Model]) -> _Written:
    """Without what asks for the new row's primary key, which `insert` adds."""
    fields = [one for one in model._meta.local_concrete_fields if not isinstance(one, AutoField)]
    query = InsertQuery(model)
    query.insert_values(fields, [model()])
    [(sql, _params)] = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return _Written(sql, fields)
