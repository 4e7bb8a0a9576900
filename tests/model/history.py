"""What the history of an integration tells of its states, and what is stored of them."""

from __future__ import annotations

from milestones.models import Event, EventKind, Integration
from milestones.process import MILESTONE_NUMBERS, MilestoneState, Phase, Status


def field_of(event: Event) -> str:
    """The state that an event says was changed; empty for none."""
    follow_up = (EventKind.FOLLOW_UP_CLOSED, EventKind.FOLLOW_UP_DEFERRED, EventKind.FOLLOW_UP_REOPENED)
    if event.kind == EventKind.PHASE_CHANGED:
        return "phase"
    if event.kind in (EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED):
        return "status"
    if event.kind.startswith("milestone_"):
        return f"milestone {event.subject}"
    return f"follow-up {event.subject}" if event.kind in follow_up else ""


def tell(story: dict[str, str], event: Event) -> None:
    """Carry `story`, the states as the history tells them, on by one event."""
    if event.kind == EventKind.FOLLOW_UP_ADDED:
        story[f"follow-up {event.subject}"] = "open"
    elif event.kind in (EventKind.PRODUCTION_ENABLED, EventKind.PRODUCTION_DISABLED):
        now = "open" if event.kind == EventKind.PRODUCTION_ENABLED else "closed"
        assert story["production"] != now
        story["production"] = now
    elif field := field_of(event):
        assert story[field] == event.from_value, f"{event} {event.from_value}"
        assert event.from_value != event.to_value
        story[field] = event.to_value


def beginning() -> dict[str, str]:
    """The states of an integration that has no history."""
    states = {f"milestone {number}": MilestoneState.UPCOMING.value for number in MILESTONE_NUMBERS}
    return {"phase": Phase.MILESTONE_1.value, "status": Status.ACTIVE.value, "production": "closed", **states}


def as_recorded(integration: Integration) -> dict[str, str]:
    """The states that are stored."""
    return {
        "phase": integration.phase,
        "status": integration.status,
        "production": "open" if integration.accounts.production_enabled else "closed",
        **{f"milestone {row.number}": row.state for row in integration.milestones.all()},
        **{f"follow-up {row.title}": row.state for row in integration.follow_ups.all()},
    }
