"""The version before goes on running beside a newer one's schema: migrations add, and take nothing away."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

SINCE = "0021"
"""Earlier ones went with a release for which the version before was stopped; see docs/operations.md."""
TAKES_AWAY = (operations.RemoveField, operations.RenameField, operations.DeleteModel, operations.RenameModel)


def breaking(migration: Migration) -> Iterator[str]:
    """What asks an older version for what it does not do; of a table that is new, it knows nothing at all."""
    done = list(_done_to_the_database(migration))
    new = {operation.name_lower for operation in done if isinstance(operation, operations.CreateModel)}
    for operation in done:
        fills_a_new_one = isinstance(operation, operations.AddField) and operation.model_name_lower in new
        if not fills_a_new_one and _breaks_the_version_before(operation):
            yield f"{migration.name}: {operation.describe()}"


def _done_to_the_database(migration: Migration) -> Iterator[Operation]:
    for operation in migration.operations:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from operation.database_operations
        else:
            yield operation


def _breaks_the_version_before(operation: Operation) -> bool:
    """Whether an older version asks for what is gone, or writes no value where one is needed."""
    if not isinstance(operation, operations.AddField):
        return isinstance(operation, TAKES_AWAY)
    field = operation.field
    return not (field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED)


def test_migrations_only_add_and_the_database_fills_what_they_add() -> None:
    ours = [one for key, one in MigrationLoader(None).disk_migrations.items() if key[0] == "milestones"]
    found = [each for migration in ours if migration.name >= SINCE for each in breaking(migration)]
    assert found == []


def test_it_is_seen_where_one_does_not() -> None:
    earlier = {key[1]: one for key, one in MigrationLoader(None).disk_migrations.items() if key[0] == "milestones"}
    found = list(breaking(earlier["0020_attachments_and_charsets"]))
    assert "0020_attachments_and_charsets: Add field charset to document" in found
