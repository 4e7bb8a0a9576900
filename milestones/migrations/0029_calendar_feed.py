"""Private addresses at which calendar programs read dates; how often a meeting was moved."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0028_organisation_in_register'),
    ]

    operations = [
        migrations.AddField(
            model_name='meeting',
            name='moved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='sequence',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='accountevent',
            name='kind',
            field=models.CharField(choices=[('signed_in', 'Signed in'), ('attempt_failed', 'Failed attempt'), ('signed_out', 'Signed out'), ('signed_out_everywhere', 'Signed out everywhere'), ('factor_added', 'Second factor added'), ('factor_removed', 'Second factor removed'), ('factor_let_go', 'Second factor removed by an administrator'), ('codes_made', 'Recovery codes made'), ('code_used', 'Recovery code used'), ('password_set', 'Password set'), ('password_changed', 'Password changed'), ('password_removed', 'Password removed'), ('account_connected', 'Other account connected'), ('account_disconnected', 'Other account disconnected'), ('calendar_made', 'Calendar address made'), ('calendar_revoked', 'Calendar address revoked')], max_length=30, verbose_name='what'),
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('of_staff', models.BooleanField(default=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made')),
                ('last_read_at', models.DateTimeField(blank=True, null=True, verbose_name='last read')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('integration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feeds', to='milestones.integration')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar address',
                'verbose_name_plural': 'calendar addresses',
                'ordering': ['-pk'],
            },
        ),
    ]
