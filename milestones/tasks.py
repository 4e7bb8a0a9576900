"""Celery shells: they take ids and call one function."""

from __future__ import annotations

from celery import shared_task

from . import snapshots


@shared_task
def refresh_snapshots() -> int:
    """Nightly: some answers change with the date alone. Returns how many integrations were different."""
    return snapshots.refresh_all()
