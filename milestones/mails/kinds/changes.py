"""A change was declared in operations, withdrawn, or all that it touches has passed again."""

from __future__ import annotations

from typing import Any

from ...models import DeclaredChange, EventKind, MailKind
from ...process import Role
from ..kind import registered
from .event_news import EventNews

_MOMENT = {
    EventKind.CHANGE_DECLARED: "declared_at",
    EventKind.CHANGE_WITHDRAWN: "withdrawn_at",
    EventKind.CHANGE_COMPLETED: "completed_at",
}
"""The column that says when it happened."""


@registered(MailKind.CHANGE)
class ChangeNews(EventNews):
    tells_of = tuple(_MOMENT)
    told_to = (Role.ONBOARDING,)
    page = "changes"

    @property
    def _change(self) -> DeclaredChange | None:
        then = {"kind": self.event.subject, _MOMENT[EventKind(self.event.kind)]: self.event.at}
        return self.integration.declared_changes.filter(**then).first()

    def is_still_so(self) -> bool:
        """A declaration is no news any more once it was withdrawn or completed: that is told instead."""
        change = self._change
        return change is not None and (change.is_open or self.event.kind != EventKind.CHANGE_DECLARED)

    def context(self) -> dict[str, Any]:
        change = self._change
        scenarios = [str(one) for one in change.scenarios.all()] if change else []
        return super().context() | {"change": change, "scenarios": scenarios}
