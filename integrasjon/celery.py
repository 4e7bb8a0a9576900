"""Celery: the app, and beat's schedule."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")

app = Celery("integrasjon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "tick": {"task": "milestones.tasks.tick", "schedule": 30.0, "options": {"expires": 25}},
    "remove-orphans": {"task": "milestones.tasks.remove_orphans", "schedule": crontab(hour=3, minute=30)},
    "anonymise": {"task": "milestones.tasks.anonymise", "schedule": crontab(hour=2, minute=30)},
    # Shortly after midnight in Oslo: exceptions end and certificates expire with the date alone.
    "refresh-snapshots": {"task": "milestones.tasks.refresh_snapshots", "schedule": crontab(hour=0, minute=5)},
}
