"""Changes that are declared in operations; the catalogue says which scenarios are retested after each kind."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

_KINDS = ("certificate", "version", "interface", "service", "supplier")
_TOUCHED = {
    "certificate": "T01 T02 T25",
    "version": "T01 T03 T04 T05 T06 T07 T08 T09 T10 T11 T12 T13 T16 T17 T18 T19 T20 T21 T23 T24 T26",
    "interface": " ".join(f"T{number:02}" for number in range(1, 27)),
    "service": "T07 T10 T11 T12 T13 T14",
    "supplier": "T01 T02 T03 T05 T07 T16 T17 T20 T23 T24 T25 T26",
}


def basic_scenarios_as_we_have_them(apps, schema_editor):
    """Every version of what began as ours, also of those that ended: sets that are agreed keep an earlier one."""
    catalogue = apps.get_model("milestones", "CatalogueScenario").objects.using(schema_editor.connection.alias)
    for code in _TOUCHED["interface"].split():
        kinds = [kind for kind in _KINDS if code in _TOUCHED[kind].split()]
        catalogue.filter(code=code).update(touched_by=kinds)


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0039_operations_facts'),
    ]

    operations = [
        migrations.AddField(
            model_name='cataloguescenario',
            name='touched_by',
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name='retested after'),
        ),
        migrations.RunPython(basic_scenarios_as_we_have_them, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('integration_created', 'Integration created'), ('intake_accepted', 'Intake accepted by Digipost'), ('organisation_changed', 'Changed in the register of entities'), ('contact_changed', 'Onboarding contact changed'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('closed', 'Integration closed'), ('phase_changed', 'Phase changed'), ('milestone_started', 'Milestone started'), ('milestone_submitted', 'Milestone submitted for approval'), ('milestone_withdrawn', 'Submission withdrawn'), ('milestone_returned', 'Milestone returned'), ('milestone_approved', 'Milestone approved'), ('milestone_reopened', 'Milestone reopened'), ('milestone_put_off', 'Milestone put off'), ('member_invited', 'Member invited'), ('invitation_resent', 'Invitation sent again'), ('invitation_revoked', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('member_left', 'Member left'), ('roles_changed', 'Roles changed'), ('agreement_recorded', 'Agreement recorded'), ('agreement_verified', 'Agreement verified'), ('agreement_withdrawn', 'Agreement withdrawn'), ('service_decided', 'Service decided'), ('account_recorded', 'Account recorded'), ('confirmed', 'Checked off'), ('confirmation_withdrawn', 'Check withdrawn'), ('item_added', 'Checklist item added'), ('item_removed', 'Checklist item removed'), ('exception_granted', 'Exception granted'), ('exception_ended', 'Exception ended'), ('meeting_recorded', 'Meeting recorded'), ('meeting_changed', 'Meeting changed'), ('meeting_planned', 'Meeting planned'), ('meeting_replanned', 'Planned meeting changed'), ('meeting_invited', 'More people invited to a meeting'), ('meeting_uninvited', 'Invitation to a meeting withdrawn'), ('meeting_called_off', 'Meeting called off'), ('minutes_changed', 'Minutes changed'), ('solution_described', 'Solution description changed'), ('dates_proposed', 'Target dates proposed'), ('baseline_set', 'Baseline frozen'), ('agreed', 'Agreed'), ('accord_lapsed', 'Both sides must agree again'), ('scenario_added', 'Scenario added'), ('scenario_changed', 'Scenario changed'), ('scenario_removed', 'Scenario removed'), ('run_recorded', 'Test run recorded'), ('verification_recorded', 'Tests approved by Digipost'), ('verification_withdrawn', 'Approval of the tests withdrawn'), ('production_enabled', 'Production sending enabled'), ('production_disabled', 'Production sending closed'), ('details_acknowledged', 'Account details acknowledged'), ('requirement_lapsed', 'A requirement of an approved milestone is no longer met'), ('details_passed', 'Environment and account details passed on'), ('scope_changed', 'Scope of production tests changed'), ('launch_date_confirmed', 'Launch date confirmed'), ('first_sending_recorded', 'First real sending recorded'), ('manual_approval_decided', 'Manual approval of mass sendings decided'), ('launch_confirmed', 'Launch confirmed'), ('follow_up_added', 'Follow-up item added'), ('follow_up_closed', 'Follow-up item closed'), ('deferral_proposed', 'Deferral proposed'), ('follow_up_deferred', 'Follow-up item deferred'), ('follow_up_reopened', 'Follow-up item reopened'), ('monitoring_recorded', 'Monitoring recorded'), ('readers_named', 'Readers of notices named'), ('certificate_recorded', "Certificate's expiry date recorded"), ('deviation_opened', 'Deviation opened'), ('deviation_closed', 'Deviation closed'), ('change_declared', 'Change declared'), ('change_withdrawn', 'Declared change withdrawn'), ('change_completed', 'Retested after a change'), ('notice_sent', 'Notice sent'), ('notice_read', 'Notice read'), ('nudged', 'Reminder sent'), ('nudge_answered', 'Reminder answered'), ('on_track', 'Said to be on track'), ('commented', 'Comment written'), ('comment_edited', 'Comment edited'), ('comment_deleted', 'Comment deleted'), ('teams_address_set', 'Workflow address in Teams saved'), ('teams_address_removed', 'Workflow address in Teams removed'), ('carried_over', 'Carried over from before'), ('carried_over_ended', 'What was carried over no longer counts'), ('person_erased', 'Person erased'), ('anonymised', 'Integration anonymised')], max_length=40),
        ),
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('digest', 'Digest'), ('weekly', 'Weekly summary'), ('intake', 'Intake that waits for acceptance'), ('intake_accepted', 'Intake accepted'), ('intake_refused', 'Intake refused'), ('submitted', 'Submitted for approval'), ('approved', 'Approved'), ('returned', 'Returned'), ('production_opened', 'Production opened'), ('invited', 'Invitation'), ('organisation', 'News from the register of entities'), ('lapsed', 'No longer met'), ('change', 'Declared change'), ('notice', 'Notice from Digipost'), ('assigned', 'Assigned to you'), ('nudged', 'Reminder from a participant'), ('nudge_answered', 'Answer to your reminder'), ('meeting', 'Invitation to a meeting'), ('meeting_called_off', 'Meeting called off'), ('mentioned', 'Mentioned in a comment'), ('code', 'Code for signing in'), ('security', 'Change to how you sign in')], max_length=20, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='DeclaredChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('certificate', 'New certificate'), ('version', 'New version'), ('interface', 'New interface'), ('service', 'New service'), ('supplier', 'New supplier')], max_length=12, verbose_name='what changes')),
                ('description', models.TextField(verbose_name='description')),
                ('retest_by', models.DateField(verbose_name='retested by')),
                ('declared_on', models.DateField(verbose_name='declared')),
                ('declared_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_because', models.TextField(blank=True, verbose_name='why it was withdrawn')),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declared_changes', to='milestones.integration')),
                ('scenarios', models.ManyToManyField(blank=True, related_name='+', to='milestones.scenario', verbose_name='scenarios')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'declared change',
                'verbose_name_plural': 'declared changes',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['certificate', 'version', 'interface', 'service', 'supplier'])), name='declared_change_kind_known'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('completed_at__isnull', True), _connector='OR'), name='declared_change_ends_once'), models.CheckConstraint(condition=models.Q(('retest_by__gte', models.F('declared_on'))), name='declared_change_retested_after')],
            },
        ),
    ]
