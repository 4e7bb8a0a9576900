"""To whom mail of a kind is queued."""

from __future__ import annotations

from milestones.models import Mail, MailKind, User


def told(kind: MailKind) -> set[str]:
    """To whom mail of `kind` is queued."""
    return {row.to for row in Mail.objects.filter(kind=kind).select_related("recipient")}


def emails(*users: User) -> set[str]:
    return {user.email for user in users}
