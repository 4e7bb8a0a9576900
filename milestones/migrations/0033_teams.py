"""Messages to Microsoft Teams: workflow addresses and messages as rows; kinds of events, and a daily look."""

import django.db.models.deletion
import django.utils.timezone
import milestones.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0032_imports'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('integration_created', 'Integration created'), ('intake_accepted', 'Intake accepted by Digipost'), ('organisation_changed', 'Changed in the register of entities'), ('contact_changed', 'Onboarding contact changed'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('closed', 'Integration closed'), ('phase_changed', 'Phase changed'), ('milestone_started', 'Milestone started'), ('milestone_submitted', 'Milestone submitted for approval'), ('milestone_withdrawn', 'Submission withdrawn'), ('milestone_returned', 'Milestone returned'), ('milestone_approved', 'Milestone approved'), ('milestone_reopened', 'Milestone reopened'), ('milestone_put_off', 'Milestone put off'), ('member_invited', 'Member invited'), ('invitation_resent', 'Invitation sent again'), ('invitation_revoked', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('member_left', 'Member left'), ('roles_changed', 'Roles changed'), ('agreement_recorded', 'Agreement recorded'), ('agreement_verified', 'Agreement verified'), ('agreement_withdrawn', 'Agreement withdrawn'), ('service_decided', 'Service decided'), ('account_recorded', 'Account recorded'), ('confirmed', 'Checked off'), ('confirmation_withdrawn', 'Check withdrawn'), ('item_added', 'Checklist item added'), ('item_removed', 'Checklist item removed'), ('exception_granted', 'Exception granted'), ('exception_ended', 'Exception ended'), ('meeting_recorded', 'Meeting recorded'), ('meeting_changed', 'Meeting changed'), ('meeting_planned', 'Meeting planned'), ('meeting_replanned', 'Planned meeting changed'), ('meeting_invited', 'More people invited to a meeting'), ('meeting_uninvited', 'Invitation to a meeting withdrawn'), ('meeting_called_off', 'Meeting called off'), ('minutes_changed', 'Minutes changed'), ('solution_described', 'Solution description changed'), ('dates_proposed', 'Target dates proposed'), ('baseline_set', 'Baseline frozen'), ('agreed', 'Agreed'), ('accord_lapsed', 'Both sides must agree again'), ('scenario_added', 'Scenario added'), ('scenario_changed', 'Scenario changed'), ('scenario_removed', 'Scenario removed'), ('run_recorded', 'Test run recorded'), ('verification_recorded', 'Tests approved by Digipost'), ('verification_withdrawn', 'Approval of the tests withdrawn'), ('production_enabled', 'Production sending enabled'), ('production_disabled', 'Production sending closed'), ('details_acknowledged', 'Account details acknowledged'), ('requirement_lapsed', 'A requirement of an approved milestone is no longer met'), ('details_passed', 'Environment and account details passed on'), ('scope_changed', 'Scope of production tests changed'), ('launch_date_confirmed', 'Launch date confirmed'), ('first_sending_recorded', 'First real sending recorded'), ('manual_approval_decided', 'Manual approval of mass sendings decided'), ('launch_confirmed', 'Launch confirmed'), ('follow_up_added', 'Follow-up item added'), ('follow_up_closed', 'Follow-up item closed'), ('deferral_proposed', 'Deferral proposed'), ('follow_up_deferred', 'Follow-up item deferred'), ('follow_up_reopened', 'Follow-up item reopened'), ('monitoring_recorded', 'Monitoring recorded'), ('readers_named', 'Readers of notices named'), ('certificate_recorded', "Certificate's expiry date recorded"), ('deviation_opened', 'Deviation opened'), ('deviation_closed', 'Deviation closed'), ('notice_sent', 'Notice sent'), ('notice_read', 'Notice read'), ('nudged', 'Reminder sent'), ('nudge_answered', 'Reminder answered'), ('on_track', 'Said to be on track'), ('commented', 'Comment written'), ('comment_edited', 'Comment edited'), ('comment_deleted', 'Comment deleted'), ('teams_address_set', 'Workflow address in Teams saved'), ('teams_address_removed', 'Workflow address in Teams removed'), ('carried_over', 'Carried over from before'), ('carried_over_ended', 'What was carried over no longer counts'), ('person_erased', 'Person erased'), ('anonymised', 'Integration anonymised')], max_length=40),
        ),
        migrations.AlterField(
            model_name='sweep',
            name='kind',
            field=models.CharField(choices=[('digest', 'Digest'), ('weekly', 'Weekly summary'), ('teams', 'What is newly overdue, to Teams')], max_length=10),
        ),
        migrations.CreateModel(
            name='TeamsAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('integration', "The integration's channel"), ('digipost', "Digipost's channel")], max_length=12)),
                ('sealed', models.TextField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='saved')),
                ('integration', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='teams_address', to='milestones.integration')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'workflow address',
                'verbose_name_plural': 'workflow addresses',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('audience', 'integration'), ('integration__isnull', False)), models.Q(('audience', 'digipost'), ('integration__isnull', True)), _connector='OR'), name='teams_address_is_of_its_audience'), models.UniqueConstraint(condition=models.Q(('audience', 'digipost')), fields=('audience',), name='teams_address_of_digipost_is_one')],
            },
        ),
        migrations.CreateModel(
            name='TeamsPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(choices=[('submitted', 'Submitted for approval'), ('approved', 'Approved'), ('returned', 'Returned'), ('lapsed', 'No longer met'), ('overdue', 'Overdue'), ('test', 'Test message')], max_length=12, verbose_name='kind')),
                ('audience', models.CharField(choices=[('integration', "The integration's channel"), ('digipost', "Digipost's channel")], max_length=12)),
                ('day', models.DateField(verbose_name='date')),
                ('after', models.DateField(blank=True, null=True)),
                ('forced', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('dropped', 'Not sent: no longer due')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=milestones.clock.DatabaseNow)),
                ('claim', models.CharField(blank=True, max_length=32)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=milestones.clock.DatabaseNow)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='teams_posts', to='milestones.event')),
                ('integration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='teams_posts', to='milestones.integration')),
            ],
            options={
                'verbose_name': 'message to Teams',
                'verbose_name_plural': 'messages to Teams',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'sending'))), fields=['next_attempt_at', 'id'], name='teams_still_to_send'), models.Index(fields=['audience', 'integration', '-id'], name='teams_of_channel')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'sent', 'failed', 'dropped'])), name='teams_post_state_known'), models.CheckConstraint(condition=models.Q(('audience', 'digipost'), ('integration__isnull', False), _connector='OR'), name='teams_post_has_its_channel')],
            },
        ),
    ]
