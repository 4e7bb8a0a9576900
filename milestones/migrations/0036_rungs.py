"""Each run says how it is known; the catalogue, how well a run must be shown, and for how long it counts."""

from django.db import migrations, models

RUNGS = [
    ("said", "Said"),
    ("document", "Documented"),
    ("reported", "Reported by a build"),
    ("receipt", "Receipt from Digipost"),
    ("signed", "Signed by Digipost"),
]


def runs_with_a_document(apps, schema_editor):
    runs = apps.get_model("milestones", "ScenarioRun").objects.using(schema_editor.connection.alias)
    runs.filter(document__isnull=False).update(rung="document")


class Migration(migrations.Migration):
    dependencies = [("milestones", "0035_import_marks")]
    operations = [
        migrations.AddField(
            "cataloguescenario",
            "least_rung",
            models.CharField(
                choices=RUNGS, db_default="said", default="said", max_length=10, verbose_name="asked at least"
            ),
        ),
        migrations.AddField(
            "cataloguescenario",
            "max_age_days",
            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days that a run counts"),
        ),
        migrations.AddField(
            "scenariorun",
            "rung",
            models.CharField(
                choices=RUNGS, db_default="said", default="said", max_length=10, verbose_name="how it is known"
            ),
        ),
        migrations.RunPython(runs_with_a_document, migrations.RunPython.noop),
    ]
