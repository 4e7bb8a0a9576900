"""What is here already: accepted, findable, and who recorded its first sending.

Apart from the columns themselves: PostgreSQL alters no table of which rows wait for their checks.
"""

import unicodedata

from django.db import migrations, models

CHUNK = 500


def accept_what_is_here(apps, schema_editor):
    """Staff have worked with what is here: it is accepted, by nobody in particular."""
    apps.get_model("milestones", "Integration").objects.update(accepted_at=models.F("created_at"))


def make_findable(apps, schema_editor):
    """As milestones/searching.py does."""
    integrations = apps.get_model("milestones", "Integration").objects
    named = integrations.values_list("pk", "reference", "name", "organisation__name", "organisation__number")
    rows = [integrations.model(pk=pk, search_text=_searchable(" ".join(texts))) for pk, *texts in named]
    integrations.bulk_update(rows, ["search_text"], batch_size=CHUNK)


def _searchable(text):
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def tell_who_recorded_first_sendings(apps, schema_editor):
    """By the history; not where the same person has confirmed it for Digipost, which is not undone."""
    events = apps.get_model("milestones", "Event").objects.filter(kind="first_sending_recorded")
    recorder = events.filter(integration=models.OuterRef("integration")).order_by("-at", "-pk").values("actor")[:1]
    launches = apps.get_model("milestones", "Launch").objects.filter(first_sending_on__isnull=False)
    others = launches.annotate(recorder=models.Subquery(recorder)).filter(
        models.Q(digipost_confirmed_by__isnull=True) | ~models.Q(digipost_confirmed_by=models.F("recorder"))
    )
    others.update(sending_recorded_by=models.Subquery(recorder))


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0016_intake_and_search'),
    ]

    operations = [
        migrations.RunPython(accept_what_is_here, migrations.RunPython.noop),
        migrations.RunPython(make_findable, migrations.RunPython.noop),
        migrations.RunPython(tell_who_recorded_first_sendings, migrations.RunPython.noop),
    ]
