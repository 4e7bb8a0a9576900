"""A return can be about requirements, and is answered when the milestone is submitted again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0022_previews'),
    ]

    operations = [
        migrations.AddField(
            model_name='milestone',
            name='answer',
            field=models.TextField(blank=True, db_default='', help_text='What was mended, as the submitter says. Stays in sight until the milestone is approved.', verbose_name='answer to the return'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='returned_for',
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name='what the reason is about'),
        ),
    ]
