"""Who came in and who tried to, from where; the database refuses to change it, as it does for events."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from milestones import append_only


def install(_apps, schema_editor):
    append_only.install(schema_editor.connection, append_only.ACCOUNT_EVENTS)


def remove(_apps, schema_editor):
    append_only.remove(schema_editor.connection, append_only.ACCOUNT_EVENTS)


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0014_one_form_of_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='when')),
                ('kind', models.CharField(choices=[('signed_in', 'Signed in'), ('attempt_failed', 'Failed attempt'), ('signed_out', 'Signed out'), ('signed_out_everywhere', 'Signed out everywhere'), ('factor_added', 'Second factor added'), ('factor_removed', 'Second factor removed'), ('factor_let_go', 'Second factor removed by an administrator'), ('codes_made', 'Recovery codes made'), ('code_used', 'Recovery code used'), ('password_set', 'Password set'), ('password_changed', 'Password changed'), ('password_removed', 'Password removed'), ('account_connected', 'Other account connected'), ('account_disconnected', 'Other account disconnected')], max_length=30, verbose_name='what')),
                ('ways', models.CharField(blank=True, max_length=60, verbose_name='with what')),
                ('address', models.GenericIPAddressField(blank=True, null=True, unpack_ipv4=True, verbose_name='network address')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='account_events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'event of an account',
                'verbose_name_plural': 'events of accounts',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['user', '-at'], name='account_event_of_user')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
