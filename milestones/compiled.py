"""Statements whose SQL is made once a process: Django takes ten times as long to compile one as a database to answer.

For what is read before and after each change, and on each page: all that is recorded about one integration. And for
what each change writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.models import AutoField, Field, Model, QuerySet, Value
from django.db.models.constants import OnConflict
from django.db.models.query import ModelIterable, NamedValuesListIterable, get_related_populators
from django.db.models.sql import DeleteQuery, InsertQuery, UpdateQuery
from django.db.models.utils import create_namedtuple_class

M = TypeVar("M", bound=Model)


class _Name(str):
    """Stands among a compiled query's parameters where the value of that name goes."""

    __slots__ = ()


def given(name: str) -> Value:
    """In a queryset's filter: a number or a text that each reading names. See `Compiled.given`."""
    return Value(_Name(name), output_field=Field())


class _Statement(NamedTuple):
    """A compiled query, and what makes of one of its rows, a list of converted values, what is asked for."""

    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]
    made: Callable[[list[Any]], Any]

    def fetched(self, **values: int | str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, _with(self.params, values))
            return list(cursor.fetchall())

    def row(self, values: list[Any]) -> Any:
        for place, converters, expression in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return self.made(values)

    def read(self, **values: int | str) -> list[Any]:
        return [self.row(list(row)) for row in self.fetched(**values)]


def _with(params: Iterable[Any], values: dict[str, int | str]) -> list[Any]:
    return [values[one] if isinstance(one, _Name) else one for one in params]


class Compiled(Generic[M]):
    """A queryset's rows, which may annotate and `select_related`: all, one integration's, one, or by what is `given`.

    They are objects, or of `values_list` tuples, named or not.
    """

    def __init__(self, queryset: QuerySet[M, Any]) -> None:
        self._queryset = queryset

    def stored(self) -> tuple[tuple[Any, ...], ...]:
        """All rows as the database has them, which `made_of` makes objects of."""
        return tuple(map(tuple, self._all.fetched()))

    def made_of(self, rows: Iterable[tuple[Any, ...]]) -> list[M]:
        return [self._all.row(list(row)) for row in rows]

    def all(self) -> list[Any]:
        return self._all.read()

    def given(self, **values: int | str) -> list[Any]:
        """The rows of a queryset that filters by `given`, with these values: one of each name."""
        return self._all.read(**values)

    def of(self, ids: list[int]) -> Collection[Any]:
        """The rows of the integrations with these primary keys: of one alone by SQL that is there already."""
        return self._of_one.read(pk=ids[0]) if len(ids) == 1 else self._queryset.filter(integration__in=ids)

    def get(self, pk: int) -> M:
        """The row with that primary key. Raises the model's DoesNotExist."""
        return self._only(self._one.read(pk=pk))

    def given_one(self, **values: int | str) -> M:
        """The first by `given`, where there is one at most. Raises the model's DoesNotExist."""
        return self._only(self._all.read(**values))

    def _only(self, found: list[M]) -> M:
        if not found:
            raise self._queryset.model.DoesNotExist  # type: ignore[attr-defined]
        return found[0]

    def delete_of(self, pk: int) -> None:
        """Delete the rows of the integration with this primary key; nothing refers to them, and no signal is sent."""
        sql, params = self._deletion
        with connection.cursor() as cursor:
            cursor.execute(sql, _with(params, {"pk": pk}))

    @cached_property
    def _deletion(self) -> tuple[str, tuple[Any, ...]]:
        query = self._queryset.filter(integration=given("pk")).order_by().query.chain(klass=DeleteQuery)
        sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return sql, tuple(params)

    @cached_property
    def _all(self) -> _Statement:
        return _compiled(self._queryset.all())

    @cached_property
    def _of_one(self) -> _Statement:
        return _compiled(self._queryset.filter(integration=given("pk")))

    @cached_property
    def _one(self) -> _Statement:
        return _compiled(self._queryset.filter(pk=given("pk")))


def _compiled(queryset: QuerySet[Any, Any]) -> _Statement:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    places = [(place, *made) for place, made in converters.items()]
    return _Statement(sql, params, places, _maker(queryset, compiler))


def _maker(queryset: Any, compiler: Any) -> Callable[[list[Any]], Any]:
    """As Django's own iterables make them."""
    if issubclass(queryset._iterable_class, ModelIterable):
        return _maker_of_objects(queryset.model, compiler)
    if issubclass(queryset._iterable_class, NamedValuesListIterable):
        made: Callable[[list[Any]], Any] = create_namedtuple_class(*queryset._fields)._make
        return made
    return tuple


def _maker_of_objects(model: type[Model], compiler: Any) -> Callable[[list[Any]], Model]:
    """The model's own columns come first in a row, then the annotations, then what is related."""
    own = compiler.klass_info["select_fields"]
    attributes = [compiler.select[place][0].target.attname for place in own]
    related: list[Any] = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # Django 6's

    def made(values: list[Any]) -> Model:
        row = model.from_db(DEFAULT_DB_ALIAS, attributes, values[: len(own)])
        for populator in related:
            populator.populate(values, row)
        for name, place in compiler.annotation_col_map.items():
            setattr(row, name, values[place])
        return row

    return made


def insert(row: Model) -> None:
    """Store a new row, as `save(force_insert=True)` does, but without signals: for what is written at each change."""
    statement = _insertion(type(row))
    placeholders, values = statement.one(row)
    returning = f"RETURNING {connection.ops.quote_name(str(row._meta.pk.column))}"
    with connection.cursor() as cursor:
        cursor.execute(f"{statement.before} {placeholders} {returning}", values)
        [row.pk] = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


AT_ONCE = 500
"""Rows in one statement: databases take so many parameters."""


def insert_all(rows: Sequence[Model], *, ignore_conflicts: bool = False) -> None:
    """Store new rows of one model, as `bulk_create` does: nobody asks for their primary keys. For a transaction."""
    for first in range(0, len(rows), AT_ONCE):
        statement = _insertion(type(rows[0]), OnConflict.IGNORE if ignore_conflicts else None)
        made = [statement.one(row) for row in rows[first : first + AT_ONCE]]
        placeholders = ", ".join(one for one, _values in made)
        all_values = [value for _one, values in made for value in values]
        with connection.cursor() as cursor:
            cursor.execute(f"{statement.before} {placeholders} {statement.after}", all_values)


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


class _Change(NamedTuple):
    """A compiled statement that writes these fields of a row. Their values are values, and no expressions."""

    sql: str
    fields: list[Field[Any, Any]]

    def values_of(self, row: Model) -> list[Any]:
        return [one.get_db_prep_save(one.pre_save(row, False), connection) for one in self.fields]


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> _Change:
    fields = [one for one in model._meta.local_concrete_fields if one.name in names or one.attname in names]
    if len(fields) != len(set(names)):
        raise ValueError(f"{model._meta.label} has not all of these fields of its own: {', '.join(names)}")
    query: Any = model._base_manager.filter(pk=given("pk")).query.chain(klass=UpdateQuery)
    query.add_update_fields([(one, None, Value(0)) for one in fields])
    sql, _params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return _Change(sql, fields)


class _Insertion(NamedTuple):
    """A compiled statement that stores rows: what stands `before` and `after` them."""

    before: str
    after: str
    fields: list[Field[Any, Any]]
    compiler: Any

    def one(self, row: Model) -> tuple[str, list[Any]]:
        """What stands for a row, and its values. An expression, such as the database's own clock, is compiled anew."""
        placeholders, values = [], list[Any]()
        for field in self.fields:
            value = field.get_db_prep_save(field.pre_save(row, True), connection)
            sql, params = self.compiler.compile(value) if hasattr(value, "as_sql") else ("%s", [value])
            placeholders.append(sql)
            values += params
        return f"({', '.join(placeholders)})", values


@cache
def _insertion(model: type[Model], on_conflict: OnConflict | None = None) -> _Insertion:
    fields = [one for one in model._meta.local_concrete_fields if not isinstance(one, AutoField)]
    query = InsertQuery(model, on_conflict=on_conflict)
    query.insert_values(fields, [model()])
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    [(sql, _params)] = compiler.as_sql()
    before, values, rest = sql.partition(" VALUES ")
    _row, conflict, ignored = rest.partition(" ON CONFLICT ")
    return _Insertion(before + values, conflict + ignored, fields, compiler)
