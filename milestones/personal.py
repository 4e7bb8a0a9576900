"""What is stored about a person: everything that points to them, and what it says of them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

from .models import Event, Mail, User

ABOUT = ("name", "email", "language", "digest", "weekly_summary", "is_staff", "is_active", "created_at", "last_login")
SAYS: dict[type[Model], tuple[str, ...]] = {
    Event: ("kind", "subject", "from_value", "to_value", "reason"),
    Mail: ("kind", "state", "subject", "text", "sent_at"),
}
"""What a row says of its person beside that it is theirs; of other rows, that it is theirs and when."""
WHEN = ("at", "sent_at", "recorded_at", "uploaded_at", "added_at", "joined_at", "created_at", "changed_at")


def stored_about(person: User) -> dict[str, Any]:
    """All of it, as plain values for JSON: the person's own fields, and every row that names them, by its field."""
    rows = {
        f"{model._meta.model_name}.{field.name}": _rows(model, field.name, person)
        for model in apps.get_app_config("milestones").get_models()
        for field in model._meta.concrete_fields
        if field.related_model is User
    }
    return {
        "person": {name: _plain(getattr(person, name)) for name in ABOUT},
        "rows": {name: found for name, found in sorted(rows.items()) if found},
    }


def _rows(model: type[Model], field: str, person: User) -> list[dict[str, Any]]:
    names = {one.name for one in model._meta.concrete_fields}
    shown = [name for name in ("pk", *SAYS.get(model, ()), *WHEN) if name == "pk" or name in names]
    if "integration" in names:
        shown.append("integration__reference")
    found = model._default_manager.filter(**{field: person}).order_by("pk")
    return [{name: _plain(value) for name, value in row.items()} for row in found.values(*dict.fromkeys(shown))]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)
