"""What a return records is called by one word everywhere; the columns keep their names."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("milestones", "0020_attachments_and_charsets")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("milestone", "sent_back_because", "returned_because"),
                migrations.RenameField("milestone", "sent_back_by", "returned_by"),
                migrations.RenameField("milestone", "sent_back_at", "returned_at"),
                migrations.AlterField(
                    "milestone",
                    "returned_because",
                    models.TextField(
                        "reason for return or reopening",
                        blank=True,
                        db_column="sent_back_because",
                        help_text="Stays in sight until the milestone is approved.",
                    ),
                ),
                migrations.AlterField(
                    "milestone",
                    "returned_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        null=True,
                        blank=True,
                        related_name="+",
                        db_column="sent_back_by_id",
                    ),
                ),
                migrations.AlterField(
                    "milestone",
                    "returned_at",
                    models.DateTimeField(null=True, blank=True, db_column="sent_back_at"),
                ),
                migrations.AlterField(
                    "mail",
                    "kind",
                    models.CharField(
                        "kind",
                        max_length=20,
                        choices=[
                            ("digest", "Digest"),
                            ("weekly", "Weekly summary"),
                            ("intake", "Intake that waits for acceptance"),
                            ("intake_accepted", "Intake accepted"),
                            ("intake_refused", "Intake refused"),
                            ("submitted", "Submitted for approval"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("production_opened", "Production opened"),
                            ("invited", "Invitation"),
                            ("lapsed", "No longer met"),
                            ("notice", "Notice from Digipost"),
                            ("assigned", "Assigned to you"),
                            ("code", "Code for signing in"),
                            ("security", "Change to how you sign in"),
                        ],
                    ),
                ),
            ]
        )
    ]
