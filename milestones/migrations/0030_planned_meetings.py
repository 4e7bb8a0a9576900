"""Meetings that are planned ahead, and those who are invited to them; kinds of events and mails that tell of it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0029_calendar_feed'),
    ]

    operations = [
        migrations.CreateModel(
            name='MeetingInvitee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'invitation to a meeting',
                'verbose_name_plural': 'invitations to meetings',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='meeting',
            name='agenda',
            field=models.TextField(blank=True, db_default='', verbose_name='agenda'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='called_off_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='ends_at',
            field=models.TimeField(blank=True, null=True, verbose_name='end time'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='is_planned',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='meeting',
            name='place',
            field=models.CharField(blank=True, db_default='', max_length=300, verbose_name='place or link'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='starts_at',
            field=models.TimeField(blank=True, null=True, verbose_name='start time'),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('integration_created', 'Integration created'), ('intake_accepted', 'Intake accepted by Digipost'), ('contact_changed', 'Onboarding contact changed'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('closed', 'Integration closed'), ('phase_changed', 'Phase changed'), ('milestone_started', 'Milestone started'), ('milestone_submitted', 'Milestone submitted for approval'), ('milestone_withdrawn', 'Submission withdrawn'), ('milestone_returned', 'Milestone returned'), ('milestone_approved', 'Milestone approved'), ('milestone_reopened', 'Milestone reopened'), ('milestone_put_off', 'Milestone put off'), ('member_invited', 'Member invited'), ('invitation_resent', 'Invitation sent again'), ('invitation_revoked', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('member_left', 'Member left'), ('roles_changed', 'Roles changed'), ('agreement_recorded', 'Agreement recorded'), ('agreement_verified', 'Agreement verified'), ('agreement_withdrawn', 'Agreement withdrawn'), ('service_decided', 'Service decided'), ('account_recorded', 'Account recorded'), ('confirmed', 'Checked off'), ('confirmation_withdrawn', 'Check withdrawn'), ('item_added', 'Checklist item added'), ('item_removed', 'Checklist item removed'), ('exception_granted', 'Exception granted'), ('exception_ended', 'Exception ended'), ('meeting_recorded', 'Meeting recorded'), ('meeting_changed', 'Meeting changed'), ('meeting_planned', 'Meeting planned'), ('meeting_replanned', 'Planned meeting changed'), ('meeting_invited', 'More people invited to a meeting'), ('meeting_uninvited', 'Invitation to a meeting withdrawn'), ('meeting_called_off', 'Meeting called off'), ('minutes_changed', 'Minutes changed'), ('solution_described', 'Solution description changed'), ('dates_proposed', 'Target dates proposed'), ('baseline_set', 'Baseline frozen'), ('agreed', 'Agreed'), ('accord_lapsed', 'Both sides must agree again'), ('scenario_added', 'Scenario added'), ('scenario_changed', 'Scenario changed'), ('scenario_removed', 'Scenario removed'), ('run_recorded', 'Test run recorded'), ('verification_recorded', 'Tests approved by Digipost'), ('verification_withdrawn', 'Approval of the tests withdrawn'), ('production_enabled', 'Production sending enabled'), ('production_disabled', 'Production sending closed'), ('details_acknowledged', 'Account details acknowledged'), ('requirement_lapsed', 'A requirement of an approved milestone is no longer met'), ('details_passed', 'Environment and account details passed on'), ('scope_changed', 'Scope of production tests changed'), ('launch_date_confirmed', 'Launch date confirmed'), ('first_sending_recorded', 'First real sending recorded'), ('manual_approval_decided', 'Manual approval of mass sendings decided'), ('launch_confirmed', 'Launch confirmed'), ('follow_up_added', 'Follow-up item added'), ('follow_up_closed', 'Follow-up item closed'), ('deferral_proposed', 'Deferral proposed'), ('follow_up_deferred', 'Follow-up item deferred'), ('follow_up_reopened', 'Follow-up item reopened'), ('monitoring_recorded', 'Monitoring recorded'), ('readers_named', 'Readers of notices named'), ('certificate_recorded', "Certificate's expiry date recorded"), ('deviation_opened', 'Deviation opened'), ('deviation_closed', 'Deviation closed'), ('notice_sent', 'Notice sent'), ('notice_read', 'Notice read'), ('nudged', 'Reminder sent'), ('person_erased', 'Person erased'), ('anonymised', 'Integration anonymised')], max_length=40),
        ),
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('digest', 'Digest'), ('weekly', 'Weekly summary'), ('intake', 'Intake that waits for acceptance'), ('intake_accepted', 'Intake accepted'), ('intake_refused', 'Intake refused'), ('submitted', 'Submitted for approval'), ('approved', 'Approved'), ('returned', 'Returned'), ('production_opened', 'Production opened'), ('invited', 'Invitation'), ('lapsed', 'No longer met'), ('notice', 'Notice from Digipost'), ('assigned', 'Assigned to you'), ('nudged', 'Reminder from a participant'), ('meeting', 'Invitation to a meeting'), ('meeting_called_off', 'Meeting called off'), ('code', 'Code for signing in'), ('security', 'Change to how you sign in')], max_length=20, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_at__isnull', True), ('starts_at__isnull', True)), ('starts_at__lt', models.F('ends_at')), _connector='OR'), name='meeting_ends_after_it_starts'),
        ),
        migrations.AddField(
            model_name='meetinginvitee',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitees', to='milestones.meeting'),
        ),
        migrations.AddField(
            model_name='meetinginvitee',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='meetinginvitee',
            constraint=models.UniqueConstraint(models.F('meeting'), models.F('user'), condition=models.Q(('withdrawn_at__isnull', True)), name='meeting_invitee_once'),
        ),
    ]
