"""Documents tell which files they bring along, and texts in which charset they are: UTF-8 alone was taken so far."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def say_utf_8(apps: Any, _editor: Any) -> None:
    apps.get_model("milestones", "Document").objects.filter(content_type="text/plain").update(charset="utf-8")


class Migration(migrations.Migration):
    dependencies = [("milestones", "0019_forms_on_their_way")]
    operations = [
        migrations.AddField("document", "attachments", models.JSONField(blank=True, default=list)),
        migrations.AddField("document", "charset", models.CharField(blank=True, max_length=40)),
        migrations.RunPython(say_utf_8, migrations.RunPython.noop),
    ]
