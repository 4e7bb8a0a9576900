"""Celery: the app. Beat's schedule is CELERY_BEAT_SCHEDULE in settings.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")

app = Celery("integrasjon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
