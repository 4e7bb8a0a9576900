"""Imports: a spreadsheet, its rows, what was carried over by them; kinds of events and of mail."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0031_comments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('integration_created', 'Integration created'), ('intake_accepted', 'Intake accepted by Digipost'), ('organisation_changed', 'Changed in the register of entities'), ('contact_changed', 'Onboarding contact changed'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('closed', 'Integration closed'), ('phase_changed', 'Phase changed'), ('milestone_started', 'Milestone started'), ('milestone_submitted', 'Milestone submitted for approval'), ('milestone_withdrawn', 'Submission withdrawn'), ('milestone_returned', 'Milestone returned'), ('milestone_approved', 'Milestone approved'), ('milestone_reopened', 'Milestone reopened'), ('milestone_put_off', 'Milestone put off'), ('member_invited', 'Member invited'), ('invitation_resent', 'Invitation sent again'), ('invitation_revoked', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('member_left', 'Member left'), ('roles_changed', 'Roles changed'), ('agreement_recorded', 'Agreement recorded'), ('agreement_verified', 'Agreement verified'), ('agreement_withdrawn', 'Agreement withdrawn'), ('service_decided', 'Service decided'), ('account_recorded', 'Account recorded'), ('confirmed', 'Checked off'), ('confirmation_withdrawn', 'Check withdrawn'), ('item_added', 'Checklist item added'), ('item_removed', 'Checklist item removed'), ('exception_granted', 'Exception granted'), ('exception_ended', 'Exception ended'), ('meeting_recorded', 'Meeting recorded'), ('meeting_changed', 'Meeting changed'), ('meeting_planned', 'Meeting planned'), ('meeting_replanned', 'Planned meeting changed'), ('meeting_invited', 'More people invited to a meeting'), ('meeting_uninvited', 'Invitation to a meeting withdrawn'), ('meeting_called_off', 'Meeting called off'), ('minutes_changed', 'Minutes changed'), ('solution_described', 'Solution description changed'), ('dates_proposed', 'Target dates proposed'), ('baseline_set', 'Baseline frozen'), ('agreed', 'Agreed'), ('accord_lapsed', 'Both sides must agree again'), ('scenario_added', 'Scenario added'), ('scenario_changed', 'Scenario changed'), ('scenario_removed', 'Scenario removed'), ('run_recorded', 'Test run recorded'), ('verification_recorded', 'Tests approved by Digipost'), ('verification_withdrawn', 'Approval of the tests withdrawn'), ('production_enabled', 'Production sending enabled'), ('production_disabled', 'Production sending closed'), ('details_acknowledged', 'Account details acknowledged'), ('requirement_lapsed', 'A requirement of an approved milestone is no longer met'), ('details_passed', 'Environment and account details passed on'), ('scope_changed', 'Scope of production tests changed'), ('launch_date_confirmed', 'Launch date confirmed'), ('first_sending_recorded', 'First real sending recorded'), ('manual_approval_decided', 'Manual approval of mass sendings decided'), ('launch_confirmed', 'Launch confirmed'), ('follow_up_added', 'Follow-up item added'), ('follow_up_closed', 'Follow-up item closed'), ('deferral_proposed', 'Deferral proposed'), ('follow_up_deferred', 'Follow-up item deferred'), ('follow_up_reopened', 'Follow-up item reopened'), ('monitoring_recorded', 'Monitoring recorded'), ('readers_named', 'Readers of notices named'), ('certificate_recorded', "Certificate's expiry date recorded"), ('deviation_opened', 'Deviation opened'), ('deviation_closed', 'Deviation closed'), ('notice_sent', 'Notice sent'), ('notice_read', 'Notice read'), ('nudged', 'Reminder sent'), ('nudge_answered', 'Reminder answered'), ('on_track', 'Said to be on track'), ('commented', 'Comment written'), ('comment_edited', 'Comment edited'), ('comment_deleted', 'Comment deleted'), ('carried_over', 'Carried over from before'), ('carried_over_ended', 'What was carried over no longer counts'), ('person_erased', 'Person erased'), ('anonymised', 'Integration anonymised')], max_length=40),
        ),
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('digest', 'Digest'), ('weekly', 'Weekly summary'), ('intake', 'Intake that waits for acceptance'), ('intake_accepted', 'Intake accepted'), ('intake_refused', 'Intake refused'), ('submitted', 'Submitted for approval'), ('approved', 'Approved'), ('returned', 'Returned'), ('production_opened', 'Production opened'), ('invited', 'Invitation'), ('organisation', 'News from the register of entities'), ('lapsed', 'No longer met'), ('notice', 'Notice from Digipost'), ('assigned', 'Assigned to you'), ('nudged', 'Reminder from a participant'), ('nudge_answered', 'Answer to your reminder'), ('meeting', 'Invitation to a meeting'), ('meeting_called_off', 'Meeting called off'), ('mentioned', 'Mentioned in a comment'), ('code', 'Code for signing in'), ('security', 'Change to how you sign in')], max_length=20, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Being prepared'), ('proposed', 'Waits for confirmation'), ('confirmed', 'Confirmed'), ('discarded', 'Discarded')], default='draft', max_length=10, verbose_name='state')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('heads', models.JSONField(default=list)),
                ('columns', models.JSONField(default=list)),
                ('version', models.PositiveIntegerField(default=1)),
                ('totals', models.JSONField(default=dict)),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('cells', models.JSONField(default=list)),
                ('change', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('same', 'Unchanged'), ('wrong', 'Errors')], default='wrong', max_length=10)),
                ('reaches', models.PositiveSmallIntegerField(default=0)),
                ('does', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('waiting', 'Waits'), ('done', 'Taken in'), ('failed', 'Not taken in')], default='waiting', max_length=10)),
                ('told', models.TextField(blank=True)),
                ('integration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.integration')),
                ('part_of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='milestones.import')),
            ],
            options={
                'verbose_name': 'imported row',
                'verbose_name_plural': 'imported rows',
                'ordering': ['part_of', 'line'],
            },
        ),
        migrations.CreateModel(
            name='CarriedOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=3)),
                ('on', models.DateField(verbose_name='date')),
                ('source', models.CharField(max_length=250, verbose_name='source')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.TextField(blank=True)),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_over', to='milestones.integration')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_over', to='milestones.importrow')),
            ],
            options={
                'verbose_name': 'carried-over fact',
                'verbose_name_plural': 'carried-over facts',
                'ordering': ['integration', 'code', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'proposed', 'confirmed', 'discarded'])), name='import_state_known'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', models.F('uploaded_by')), _negated=True), name='import_confirmed_by_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmed_by__isnull', False), _connector='OR'), name='import_confirmed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(models.F('part_of'), models.F('line'), name='import_line_once'),
        ),
        migrations.AddConstraint(
            model_name='carriedover',
            constraint=models.UniqueConstraint(models.F('integration'), models.F('code'), condition=models.Q(('ended_at__isnull', True)), name='carried_over_once'),
        ),
        migrations.AddConstraint(
            model_name='carriedover',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_by', models.F('confirmed_by')), _negated=True), name='carried_over_by_two_people'),
        ),
    ]
