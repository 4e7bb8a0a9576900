"""What the register of entities says of an organisation, and how far it has been read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0027_requirement_link'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegisterReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last', models.PositiveBigIntegerField()),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'reading of the register of entities',
                'verbose_name_plural': 'readings of the register of entities',
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='address',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='address'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='checked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='legal_form',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='legal form'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='legal_form_code',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='code of its legal form'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='municipality',
            field=models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name='municipality'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='noted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='registered_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='registered name'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='standing',
            field=models.CharField(blank=True, choices=[('', 'Nothing known'), ('normal', 'Active'), ('bankrupt', 'Bankrupt'), ('winding_up', 'Being wound up'), ('deleted', 'Deleted from the register')], db_default='', default='', max_length=20, verbose_name='status in the register of entities'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='standing_since',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('integration_created', 'Integration created'), ('intake_accepted', 'Intake accepted by Digipost'), ('organisation_changed', 'Changed in the register of entities'), ('contact_changed', 'Onboarding contact changed'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('closed', 'Integration closed'), ('phase_changed', 'Phase changed'), ('milestone_started', 'Milestone started'), ('milestone_submitted', 'Milestone submitted for approval'), ('milestone_withdrawn', 'Submission withdrawn'), ('milestone_returned', 'Milestone returned'), ('milestone_approved', 'Milestone approved'), ('milestone_reopened', 'Milestone reopened'), ('milestone_put_off', 'Milestone put off'), ('member_invited', 'Member invited'), ('invitation_resent', 'Invitation sent again'), ('invitation_revoked', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('member_left', 'Member left'), ('roles_changed', 'Roles changed'), ('agreement_recorded', 'Agreement recorded'), ('agreement_verified', 'Agreement verified'), ('agreement_withdrawn', 'Agreement withdrawn'), ('service_decided', 'Service decided'), ('account_recorded', 'Account recorded'), ('confirmed', 'Checked off'), ('confirmation_withdrawn', 'Check withdrawn'), ('item_added', 'Checklist item added'), ('item_removed', 'Checklist item removed'), ('exception_granted', 'Exception granted'), ('exception_ended', 'Exception ended'), ('meeting_recorded', 'Meeting recorded'), ('meeting_changed', 'Meeting changed'), ('minutes_changed', 'Minutes changed'), ('solution_described', 'Solution description changed'), ('dates_proposed', 'Target dates proposed'), ('baseline_set', 'Baseline frozen'), ('agreed', 'Agreed'), ('accord_lapsed', 'Both sides must agree again'), ('scenario_added', 'Scenario added'), ('scenario_changed', 'Scenario changed'), ('scenario_removed', 'Scenario removed'), ('run_recorded', 'Test run recorded'), ('verification_recorded', 'Tests approved by Digipost'), ('verification_withdrawn', 'Approval of the tests withdrawn'), ('production_enabled', 'Production sending enabled'), ('production_disabled', 'Production sending closed'), ('details_acknowledged', 'Account details acknowledged'), ('requirement_lapsed', 'A requirement of an approved milestone is no longer met'), ('details_passed', 'Environment and account details passed on'), ('scope_changed', 'Scope of production tests changed'), ('launch_date_confirmed', 'Launch date confirmed'), ('first_sending_recorded', 'First real sending recorded'), ('manual_approval_decided', 'Manual approval of mass sendings decided'), ('launch_confirmed', 'Launch confirmed'), ('follow_up_added', 'Follow-up item added'), ('follow_up_closed', 'Follow-up item closed'), ('deferral_proposed', 'Deferral proposed'), ('follow_up_deferred', 'Follow-up item deferred'), ('follow_up_reopened', 'Follow-up item reopened'), ('monitoring_recorded', 'Monitoring recorded'), ('readers_named', 'Readers of notices named'), ('certificate_recorded', "Certificate's expiry date recorded"), ('deviation_opened', 'Deviation opened'), ('deviation_closed', 'Deviation closed'), ('notice_sent', 'Notice sent'), ('notice_read', 'Notice read'), ('nudged', 'Reminder sent'), ('person_erased', 'Person erased'), ('anonymised', 'Integration anonymised')], max_length=40),
        ),
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('digest', 'Digest'), ('weekly', 'Weekly summary'), ('intake', 'Intake that waits for acceptance'), ('intake_accepted', 'Intake accepted'), ('intake_refused', 'Intake refused'), ('submitted', 'Submitted for approval'), ('approved', 'Approved'), ('returned', 'Returned'), ('production_opened', 'Production opened'), ('invited', 'Invitation'), ('organisation', 'News from the register of entities'), ('lapsed', 'No longer met'), ('notice', 'Notice from Digipost'), ('assigned', 'Assigned to you'), ('nudged', 'Reminder from a participant'), ('code', 'Code for signing in'), ('security', 'Change to how you sign in')], max_length=20, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('standing__in', ['', 'normal', 'bankrupt', 'winding_up', 'deleted'])), name='organisation_standing_known'),
        ),
        migrations.AddConstraint(
            model_name='registerreading',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='register_reading_is_one_row'),
        ),
    ]
