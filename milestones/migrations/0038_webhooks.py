"""Webhooks: addresses with their secrets, and messages as rows; kinds of events."""

import django.db.models.deletion
import django.utils.timezone
import milestones.clock
import milestones.models.webhooks
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0037_results'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('integration_created', 'Integration created'), ('intake_accepted', 'Intake accepted by Digipost'), ('organisation_changed', 'Changed in the register of entities'), ('contact_changed', 'Onboarding contact changed'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('closed', 'Integration closed'), ('phase_changed', 'Phase changed'), ('milestone_started', 'Milestone started'), ('milestone_submitted', 'Milestone submitted for approval'), ('milestone_withdrawn', 'Submission withdrawn'), ('milestone_returned', 'Milestone returned'), ('milestone_approved', 'Milestone approved'), ('milestone_reopened', 'Milestone reopened'), ('milestone_put_off', 'Milestone put off'), ('member_invited', 'Member invited'), ('invitation_resent', 'Invitation sent again'), ('invitation_revoked', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('member_left', 'Member left'), ('roles_changed', 'Roles changed'), ('agreement_recorded', 'Agreement recorded'), ('agreement_verified', 'Agreement verified'), ('agreement_withdrawn', 'Agreement withdrawn'), ('service_decided', 'Service decided'), ('account_recorded', 'Account recorded'), ('confirmed', 'Checked off'), ('confirmation_withdrawn', 'Check withdrawn'), ('item_added', 'Checklist item added'), ('item_removed', 'Checklist item removed'), ('exception_granted', 'Exception granted'), ('exception_ended', 'Exception ended'), ('meeting_recorded', 'Meeting recorded'), ('meeting_changed', 'Meeting changed'), ('meeting_planned', 'Meeting planned'), ('meeting_replanned', 'Planned meeting changed'), ('meeting_invited', 'More people invited to a meeting'), ('meeting_uninvited', 'Invitation to a meeting withdrawn'), ('meeting_called_off', 'Meeting called off'), ('minutes_changed', 'Minutes changed'), ('solution_described', 'Solution description changed'), ('dates_proposed', 'Target dates proposed'), ('baseline_set', 'Baseline frozen'), ('agreed', 'Agreed'), ('accord_lapsed', 'Both sides must agree again'), ('scenario_added', 'Scenario added'), ('scenario_changed', 'Scenario changed'), ('scenario_removed', 'Scenario removed'), ('run_recorded', 'Test run recorded'), ('verification_recorded', 'Tests approved by Digipost'), ('verification_withdrawn', 'Approval of the tests withdrawn'), ('production_enabled', 'Production sending enabled'), ('production_disabled', 'Production sending closed'), ('details_acknowledged', 'Account details acknowledged'), ('requirement_lapsed', 'A requirement of an approved milestone is no longer met'), ('details_passed', 'Environment and account details passed on'), ('scope_changed', 'Scope of production tests changed'), ('launch_date_confirmed', 'Launch date confirmed'), ('first_sending_recorded', 'First real sending recorded'), ('manual_approval_decided', 'Manual approval of mass sendings decided'), ('launch_confirmed', 'Launch confirmed'), ('follow_up_added', 'Follow-up item added'), ('follow_up_closed', 'Follow-up item closed'), ('deferral_proposed', 'Deferral proposed'), ('follow_up_deferred', 'Follow-up item deferred'), ('follow_up_reopened', 'Follow-up item reopened'), ('monitoring_recorded', 'Monitoring recorded'), ('readers_named', 'Readers of notices named'), ('certificate_recorded', "Certificate's expiry date recorded"), ('deviation_opened', 'Deviation opened'), ('deviation_closed', 'Deviation closed'), ('notice_sent', 'Notice sent'), ('notice_read', 'Notice read'), ('nudged', 'Reminder sent'), ('nudge_answered', 'Reminder answered'), ('on_track', 'Said to be on track'), ('commented', 'Comment written'), ('comment_edited', 'Comment edited'), ('comment_deleted', 'Comment deleted'), ('teams_address_set', 'Workflow address in Teams saved'), ('teams_address_removed', 'Workflow address in Teams removed'), ('webhook_set', 'Webhook added'), ('webhook_changed', 'Webhook changed'), ('webhook_removed', 'Webhook removed'), ('webhook_gone', 'Webhook turned off'), ('carried_over', 'Carried over from before'), ('carried_over_ended', 'What was carried over no longer counts'), ('person_erased', 'Person erased'), ('anonymised', 'Integration anonymised')], max_length=40),
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.TextField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='saved')),
                ('secret', models.TextField()),
                ('secret_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='secret made')),
                ('old_secret', models.TextField(blank=True)),
                ('old_until', models.DateTimeField(blank=True, null=True)),
                ('gone_at', models.DateTimeField(blank=True, null=True, verbose_name='turned off')),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='webhooks', to='milestones.integration')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='WebhookPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('forced', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('dropped', 'Not sent: no longer due')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=milestones.clock.DatabaseNow)),
                ('claim', models.CharField(blank=True, max_length=32)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=milestones.clock.DatabaseNow)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('message_id', models.CharField(default=milestones.models.webhooks.new_message_id, max_length=40)),
                ('kind', models.CharField(choices=[('milestone.submitted', 'Submitted for approval'), ('milestone.approved', 'Approved'), ('milestone.returned', 'Returned'), ('requirement.lapsed', 'No longer met'), ('production.opened', 'Production sending opened'), ('notice.sent', 'Notice from Digipost'), ('webhook.test', 'Test message')], max_length=30, verbose_name='kind')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='webhook_posts', to='milestones.event')),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='webhook_posts', to='milestones.integration')),
                ('webhook', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='milestones.webhook')),
            ],
            options={
                'verbose_name': 'message to a webhook',
                'verbose_name_plural': 'messages to webhooks',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'sending'))), fields=['next_attempt_at', 'id'], name='webhooks_still_to_send'), models.Index(fields=['integration', '-id'], name='webhooks_of_integration')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sending', 'sent', 'failed', 'dropped'])), name='webhook_post_state_known')],
            },
        ),
    ]
