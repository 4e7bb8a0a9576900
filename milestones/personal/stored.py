"""What is stored about a person: everything that points to them, and what it says of them.

By reference alone. Texts are not searched for a name: somebody else chose it, and could choose any word.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from ..models import (
    AccountEvent,
    ApiToken,
    CalendarFeed,
    Comment,
    CommentVersion,
    Draft,
    Event,
    Invitation,
    Mail,
    MailLine,
    MeetingInvitee,
    Member,
    NoticeReceipt,
    RoleHolding,
    SavedView,
    TeamsAddress,
    User,
    Webhook,
)
from .records import fields_naming_users

ABOUT = ("name", "email", "language", "digest", "weekly_summary", "is_staff", "is_active", "created_at", "last_login")
SAYS: dict[type[Model], tuple[str, ...]] = {
    AccountEvent: ("kind", "ways", "address"),
    ApiToken: ("name", "scope", "made_at", "expires_at", "last_used_at", "revoked_at"),
    CalendarFeed: ("name", "made_at", "last_read_at", "revoked_at"),
    Comment: ("about", "text", "internal", "edited_at", "deleted_at", "deleted_because"),
    CommentVersion: ("comment__about", "text", "comment__internal", "written_at", "ended_at"),
    Draft: ("page", "sent", "kept_at"),
    Event: ("kind", "subject", "from_value", "to_value", "reason"),
    Mail: ("kind", "state", "address", "subject", "text", "sent_at"),
    Invitation: ("email", "sent_at", "expires_at", "used_at", "revoked_at"),
    MeetingInvitee: ("meeting__held_on", "invited_at", "withdrawn_at"),
    MailLine: ("urgency", "code", "reason", "role", "due_on"),
    Member: ("name", "reads_notices", "joined_at", "left_at"),
    NoticeReceipt: ("notice__title", "read_at"),
    RoleHolding: ("role", "given_at", "ended_at"),
    SavedView: ("name", "query"),
    TeamsAddress: ("audience", "set_at"),
    Webhook: ("set_at",),
}
"""What a row says of its person beside that it is theirs; of other rows, that it is theirs and when."""
THROUGH: dict[type[Model], tuple[str, ...]] = {
    RoleHolding: ("member__user",),
    NoticeReceipt: ("member__user",),
    MailLine: ("mail__recipient",),
    Invitation: ("member__user",),
    CommentVersion: ("comment__author",),
}
"""Rows that are about a person without pointing to them: what they point to does."""
WHEN = ("at", "sent_at", "recorded_at", "uploaded_at", "added_at", "joined_at", "created_at", "changed_at")
THEIRS = {
    "mfa.authenticator": _("passkeys and other second factors"),
    "usersessions.usersession": _("devices signed in on"),
}
"""Rows of other apps that have no name in our languages, in words."""
SECRET = ("password", "data", "key", "secret", "token", "token_secret", "session_key")
"""Columns of other apps that prove who somebody is: shown to nobody."""


def stored_about(person: User) -> dict[str, Any]:
    """All of it, as plain values for JSON: their own fields, and the rows about them."""
    rows = {_label(model, path): _rows(model, path, person) for model, path in ways_to_a_person()}
    return {
        "person": {name: _plain(getattr(person, name)) for name in ABOUT},
        "rows": {name: found for name, found in sorted(rows.items()) if found},
    }


def ways_to_a_person() -> list[tuple[type[Model], str]]:
    """Every model of every app that is about a person, with the lookup that leads to them."""
    return [
        (model, path)
        for model in apps.get_models()
        for path in (*fields_naming_users(model), *THROUGH.get(model, ()))
        if model is not User
    ]


def _label(model: type[Model], path: str) -> str:
    ours = model._meta.app_label == "milestones"
    return f"{model._meta.model_name if ours else model._meta.label_lower}.{path.replace('__', '.')}"


def kind_of(label: str) -> str:
    """What a label of `stored_about` is about, in words; several lead to the same kind of thing."""
    first, second = label.split(".")[:2]
    if f"{first}.{second}" in THEIRS:
        return str(THEIRS[f"{first}.{second}"])
    ours = apps.get_app_config("milestones").models.get(first)
    return str((ours or apps.get_model(first, second))._meta.verbose_name_plural)


def _rows(model: type[Model], path: str, person: User) -> list[dict[str, Any]]:
    fields = {one.name: one for one in model._meta.concrete_fields}
    if model._meta.app_label == "milestones":
        shown = ["pk", *SAYS.get(model, ()), *(name for name in WHEN if name in fields)]
        shown += ["integration__reference"] if "integration" in fields else []
    else:
        shown = ["pk", *(name for name, field in fields.items() if _may_be_shown(field))]
    rows = model._base_manager.filter(**{path: person}).order_by("pk").values(*dict.fromkeys(shown))
    return [{name: _plain(value) for name, value in _allowed(row, person).items()} for row in rows]


def _allowed(row: dict[str, Any], person: User) -> dict[str, Any]:
    """Without what an internal note says, for who wrote it at Digipost and is there no longer."""
    internal = row.get("internal") or row.get("comment__internal")
    return {**row, **dict.fromkeys(row.keys() & _SAID, "")} if internal and not person.is_staff else row


_SAID = {"text", "deleted_because"}


def _may_be_shown(field: Field[Any, Any]) -> bool:
    return not field.primary_key and not field.is_relation and field.name not in SECRET


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)
