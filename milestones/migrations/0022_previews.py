"""Documents keep a preview. Those on file already have none, and show as before: as a link."""

from django.db import migrations, models

import milestones.models.document


class Migration(migrations.Migration):
    dependencies = [("milestones", "0021_returned")]
    operations = [
        migrations.AddField(
            "document",
            "preview",
            models.FileField(
                blank=True, db_default="", default="", upload_to=milestones.models.document.storage_path
            ),
        ),
        migrations.AddField("document", "preview_size", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("document", "pages", models.PositiveIntegerField(db_default=0, default=0)),
    ]
