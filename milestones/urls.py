"""Every address of the app. Those of one integration begin with its reference."""

from django.urls import include, path, register_converter

from .api import addresses
from .api.asked import ROOT
from .exports import Format
from .models.comments import ABOUT
from .process import MILESTONE_NUMBERS, Accord, Environment
from .searching import reference_of
from .views import (
    about,
    accords,
    accounts,
    agreements,
    answers,
    api_docs,
    approvals,
    calendars,
    catalogue,
    changes,
    checklist,
    comments,
    documents,
    exports,
    find,
    followups,
    guidance,
    heartbeats,
    imports,
    intake,
    integration,
    launch,
    mail,
    meetings,
    milestones,
    my_work,
    operations,
    people,
    personal,
    pinned,
    plan,
    portfolio,
    recorder,
    reminders,
    report,
    results,
    review,
    running,
    scenarios,
    security,
    sign_in,
    teams,
    tokens,
    verification,
    webhooks,
)


class ReferenceConverter:
    regex = r"[A-Z]{4}-[0-9]{3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SpellingConverter(ReferenceConverter):
    """A reference as somebody may type it: in small letters, with a space, without its hyphen."""

    regex = r"\s*[A-Za-z]{4}[\s‐-―-]*[0-9]{3}\s*"

    def to_python(self, value: str) -> str:
        if reference_of(value) in ("", value):
            raise ValueError(value)
        return reference_of(value)


class MilestoneConverter:
    regex = "[" + "".join(map(str, MILESTONE_NUMBERS)) + "]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: object) -> str:
        return str(value)


class AccordConverter:
    regex = "|".join(Accord.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


class EnvironmentConverter(ReferenceConverter):
    regex = "|".join(Environment.values)


class FormatConverter:
    regex = "|".join(Format.values)

    def to_python(self, value: str) -> Format:
        return Format(value)

    def to_url(self, value: str) -> str:
        return str(value)


class KeyConverter(ReferenceConverter):
    """A requirement's code or an own item's key."""

    regex = r"[0-9D]\.[0-9]+|item-[0-9]{1,15}"


class ItemConverter(ReferenceConverter):
    """A waiting item, see `snapshots.key_of`."""

    regex = "[0-9a-f]{16}"


class FeedConverter(ReferenceConverter):
    """The token of a calendar's private address."""

    regex = "[A-Za-z0-9_-]{43}"


class ImportActConverter(ReferenceConverter):
    regex = "|".join(imports.ACTS)


class AboutConverter(ReferenceConverter):
    """What a comment is about, as comments say it."""

    regex = ABOUT


CONVERTERS: dict[str, type] = {
    "import_act": ImportActConverter,
    "about": AboutConverter,
    "reference": ReferenceConverter,
    "spelling": SpellingConverter,
    "milestone": MilestoneConverter,
    "accord": AccordConverter,
    "environment": EnvironmentConverter,
    "format": FormatConverter,
    "key": KeyConverter,
    "item": ItemConverter,
    "feed": FeedConverter,
}
for name, converter in CONVERTERS.items():
    register_converter(converter, name)

of_one_integration = [
    path("", integration.integration, name="integration"),
    path("report/", report.report, name="report"),
    path("history/", integration.history, name="history"),
    path("history/export/<format:file_format>/", exports.export_history, name="export_history"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/preview/", documents.preview, name="preview"),
    path("mail/", mail.integration_mail, name="integration_mail"),
    path("teams/", teams.teams, name="teams"),
    path("teams/remove/", teams.disconnect_teams, name="disconnect_teams"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("teams/test/", teams.test_teams, name="test_teams"),
    path("teams/<int:pk>/again/", teams.repost_to_teams, name="repost_to_teams"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/secret/", webhooks.rotate_webhook_secret, name="rotate_webhook_secret"),
    path("webhooks/<int:pk>/test/", webhooks.test_webhook, name="test_webhook"),
    path("webhooks/<int:pk>/remove/", webhooks.remove_webhook, name="remove_webhook"),
    path("webhooks/messages/<int:pk>/again/", webhooks.repost_to_webhook, name="repost_to_webhook"),
    path("accept/", intake.accept_intake, name="accept_intake"),
    path("refuse/", intake.refuse_intake, name="refuse_intake"),
    path("pause/", integration.pause, name="pause"),
    path("resume/", integration.resume, name="resume"),
    path("close/", integration.close, name="close"),
    path("nudge/<item:item>/", integration.nudge, name="nudge"),
    path("milestones/<milestone:number>/", milestones.milestone, name="milestone"),
    path("milestones/<milestone:number>/date.ics", calendars.milestone_ics, name="milestone_ics"),
    path("take/", review.take, name="take"),
    path("milestones/<milestone:number>/submit/", milestones.submit, name="submit"),
    path("milestones/<milestone:number>/withdraw/", milestones.withdraw, name="withdraw"),
    path("milestones/<milestone:number>/approve/", milestones.approve, name="approve"),
    path("milestones/<milestone:number>/return/", milestones.return_milestone, name="return_milestone"),
    path("milestones/<milestone:number>/reopen/", milestones.reopen, name="reopen"),
    path("milestones/<milestone:number>/items/", milestones.add_item, name="add_item"),
    path("checklist/<key:key>/", checklist.confirmation, name="confirmation"),
    path("checklist/<key:key>/withdraw/", checklist.unconfirm, name="unconfirm"),
    path("checklist/<key:key>/remove/", checklist.remove_item, name="remove_item"),
    path("checklist/<key:key>/exception/", checklist.exception, name="exception"),
    path("checklist/<key:key>/exception/end/", checklist.end_exception, name="end_exception"),
    path("agreement/", agreements.agreement, name="agreement"),
    path("agreement/<int:pk>/", agreements.one_agreement, name="one_agreement"),
    path("agreement/<int:pk>/verify/", agreements.verify_agreement, name="verify_agreement"),
    path("agreement/<int:pk>/withdraw/", agreements.withdraw_agreement, name="withdraw_agreement"),
    path("services/", agreements.services, name="services"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("people/", people.people, name="people"),
    path("people/many/", people.invite_many, name="invite_many"),
    path("people/export/<format:file_format>/", exports.export_people, name="export_people"),
    path("people/contact/", people.contact, name="contact"),
    path("people/<int:pk>/", people.member, name="member"),
    path("people/<int:pk>/remove/", people.remove_member, name="remove_member"),
    path("people/<int:pk>/invitation/", people.resend_invitation, name="resend_invitation"),
    path("people/<int:pk>/invitation/withdraw/", people.revoke_invitation, name="revoke_invitation"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/plan/", meetings.plan_meeting, name="plan_meeting"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/plan/", meetings.change_meeting, name="change_meeting"),
    path("meetings/<int:pk>/call-off/", meetings.call_off_meeting, name="call_off_meeting"),
    path("meetings/<int:pk>/meeting.ics", calendars.meeting_ics, name="meeting_ics"),
    path("solution/", plan.solution, name="solution"),
    path("plan/", plan.plan, name="plan"),
    path("plan/export/<format:file_format>/", exports.export_plan, name="export_plan"),
    path("agree/<accord:subject>/", accords.agree, name="agree"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/export/<format:file_format>/", exports.export_scenarios, name="export_scenarios"),
    path("scenarios/basic/", scenarios.add_basic, name="add_basic"),
    path("scenarios/runs/<environment:environment>/", scenarios.record_runs, name="record_runs"),
    path("scenarios/results/<environment:environment>/", results.results, name="results"),
    path("scenarios/results/<int:pk>/record/", results.record_results, name="record_results"),
    path("scenarios/results/<int:pk>/discard/", results.discard_results, name="discard_results"),
    path("scenarios/<int:pk>/", scenarios.scenario, name="scenario"),
    path("scenarios/<int:pk>/remove/", scenarios.remove_scenario, name="remove_scenario"),
    path("verification/", verification.verification, name="verification"),
    path("verification/withdraw/", verification.withdraw_verification, name="withdraw_verification"),
    path("production/", accounts.production, name="production"),
    path("production/enable/", accounts.open_production, name="open_production"),
    path("production/close/", accounts.close_production, name="close_production"),
    path("production/details/", accounts.pass_details, name="pass_details"),
    path("production/acknowledge/", accounts.acknowledge_details, name="acknowledge_details"),
    path("production-tests/", scenarios.production_tests, name="production_tests"),
    path("production-tests/scenarios/", scenarios.add_production_scenario, name="add_production_scenario"),
    path("launch/", launch.launch, name="launch"),
    path("launch/date/", launch.launch_date, name="launch_date"),
    path("launch/first-sending/", launch.first_sending, name="first_sending"),
    path("launch/manual-approval/", launch.manual_approval, name="manual_approval"),
    path("launch/confirm/", launch.confirm_launch, name="confirm_launch"),
    path("follow-ups/", followups.follow_ups, name="follow_ups"),
    path("follow-ups/<int:pk>/", followups.follow_up, name="follow_up"),
    path("follow-ups/<int:pk>/close/", followups.close_follow_up, name="close_follow_up"),
    path("follow-ups/<int:pk>/defer/", followups.defer_follow_up, name="defer_follow_up"),
    path("follow-ups/<int:pk>/accept/", followups.accept_deferral, name="accept_deferral"),
    path("follow-ups/<int:pk>/reopen/", followups.reopen_follow_up, name="reopen_follow_up"),
    path("operations/", operations.operations, name="operations"),
    path("operations/monitoring/", operations.monitoring, name="monitoring"),
    path("operations/heartbeat/", heartbeats.heartbeat, name="heartbeat"),
    path("operations/heartbeat/replace/", heartbeats.replace_heartbeat, name="replace_heartbeat"),
    path("operations/heartbeat/revoke/", heartbeats.revoke_heartbeat, name="revoke_heartbeat"),
    path("operations/readers/", operations.readers, name="readers"),
    path("operations/certificate/", operations.certificate, name="certificate"),
    path("operations/certificate/file/", operations.certificate_file, name="certificate_file"),
    path("changes/", changes.changes, name="changes"),
    path("changes/<int:pk>/", changes.one_change, name="one_change"),
    path("changes/<int:pk>/withdraw/", changes.withdraw_change, name="withdraw_change"),
    path("deviations/", operations.add_deviation, name="add_deviation"),
    path("deviations/<int:pk>/", operations.deviation, name="deviation"),
    path("comments/<about:about>/", comments.comments, name="comments"),
    path("comments/<int:pk>/", comments.one_comment, name="one_comment"),
    path("comments/<int:pk>/delete/", comments.delete_comment, name="delete_comment"),
    path("notices/<int:pk>/", operations.notice, name="notice"),
    path("notices/<int:pk>/read/", operations.read_notice, name="read_notice"),
]

# django-allauth asks for addresses by these names.
ways_in = [
    path("", sign_in.SignIn.as_view(), name="account_login"),
    path("code/", sign_in.AskForCode.as_view(), name="account_request_login_code"),
    path("code/enter/", sign_in.EnterCode.as_view(), name="account_confirm_login_code"),
    path("second-factor/", sign_in.ShowSecondFactor.as_view(), name="mfa_authenticate"),
    path("passkey/", sign_in.UsePasskey.as_view(), name="mfa_login_webauthn"),
    path("start-over/", sign_in.start_over, name="start_over"),
    path("closed/", sign_in.cannot_sign_in, name="account_inactive"),
    path("register/", sign_in.cannot_sign_in, name="account_signup"),
    path("cancelled/", sign_in.cannot_sign_in, name="socialaccount_login_cancelled"),
    path("with/<slug:provider_id>/", sign_in.ask_provider, name="openid_connect_login"),
    path("with/<slug:provider_id>/answer/", sign_in.provider_answered, name="openid_connect_callback"),
]
of_my_security = [
    path("", security.MySecurity.as_view(), name="mfa_index"),
    path("password/", security.ChangePassword.as_view(), name="account_change_password"),
    path("password/set/", security.SetPassword.as_view(), name="account_set_password"),
    path("password/remove/", security.remove_password, name="remove_password"),
    path("app/", security.AddApp.as_view(), name="mfa_activate_totp"),
    path("app/remove/", security.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("passkeys/add/", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", security.NamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", security.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("recovery-codes/", security.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", security.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("confirm/password/", security.ConfirmByPassword.as_view(), name="account_reauthenticate"),
    path("confirm/code/", security.ConfirmBySecondFactor.as_view(), name="mfa_reauthenticate"),
    path("confirm/passkey/", security.ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("accounts/<int:pk>/disconnect/", security.disconnect, name="disconnect"),
    path("sign-out-everywhere/", security.sign_out_everywhere, name="sign_out_everywhere"),
]

urlpatterns = [
    path("", my_work.my_work, name="my_work"),
    path("integrations/", portfolio.portfolio, name="portfolio"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/<format:file_format>/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.one_import, name="import"),
    path("imports/<int:pk>/<import_act:act>/", imports.change_import, name="change_import"),
    path("integrations/export/<format:file_format>/", exports.export_integrations, name="export_integrations"),
    path("find/", find.find, name="find"),
    path("integrations/assign/", portfolio.assign_listed, name="assign_listed"),
    path("integrations/notify/", portfolio.notify_listed, name="notify_listed"),
    path("integrations/views/", portfolio.save_view, name="save_view"),
    path("integrations/views/<int:pk>/remove/", portfolio.remove_view, name="remove_view"),
    path("integrations/new/", intake.intake, name="intake"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/approve/", approvals.approve_listed, name="approve_listed"),
    path("approvals/assign/", approvals.assign, name="assign"),
    path("approvals/<reference:reference>/<milestone:number>/", review.review, name="review"),
    path("certificates/", pinned.pinned, name="pinned"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<slug:code>/", catalogue.catalogue_entry, name="catalogue_entry"),
    path("catalogue/<slug:code>/retire/", catalogue.retire_catalogue_entry, name="retire_catalogue_entry"),
    path("guidance/", guidance.guidance, name="guidance"),
    path("guidance/<int:pk>/remove/", guidance.remove_link, name="remove_link"),
    path("notices/", operations.notices, name="notices"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("guide/", about.guide, name="guide"),
    path("api/", api_docs.api_docs, name="api_docs"),
    path("api/answers/", recorder.recorder, name="recorder"),
    path(ROOT.lstrip("/"), include(addresses.patterns())),
    path("privacy/", personal.privacy, name="privacy"),
    path("people/", personal.find_person, name="find_person"),
    path("people/<int:pk>/erase/", personal.erase_person, name="erase_person"),
    path("me/", personal.my_data, name="my_data"),
    path("me/calendars/", calendars.calendars, name="calendars"),
    path("me/calendars/<int:pk>/revoke/", calendars.revoke_calendar, name="revoke_calendar"),
    path("calendar/<feed:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("api/v1/beat/<str:token>", heartbeats.beat, name="beat"),
    path("mail/", mail.my_mail, name="my_mail"),
    path("mail/<int:pk>/", mail.one_mail, name="one_mail"),
    path("mail/<int:pk>/resend/", reminders.resend, name="resend"),
    path("mail/stop/<str:token>/", mail.stop_mail, name="stop_mail"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/resend/", reminders.resend_all, name="resend_all"),
    path("reminders/today/", reminders.send_today, name="send_today"),
    path("running/", running.running, name="running"),
    path("healthz", running.healthz, name="healthz"),
    path("readyz", running.readyz, name="readyz"),
    path("metrics", running.metrics, name="metrics"),
    path("answer/<str:token>/", answers.one_question, name="one_question"),
    path("teams/", teams.digipost_teams, name="digipost_teams"),
    path("teams/remove/", teams.disconnect_digipost_teams, name="disconnect_digipost_teams"),
    path("teams/test/", teams.test_digipost_teams, name="test_digipost_teams"),
    path("teams/<int:pk>/again/", teams.repost_to_digipost_teams, name="repost_to_digipost_teams"),
    path("invitation/<str:token>/", sign_in.invitation, name="invitation"),
    path("sign-in/", include(ways_in)),
    path("me/security/", include(of_my_security)),
    path("sign-out/", security.sign_out, name="sign_out"),
    path("i/<reference:reference>/", include(of_one_integration)),
    path("i/<spelling:reference>/", integration.spelled_otherwise, name="spelled_otherwise"),
    path("i/<spelling:reference>/<path:page>", integration.spelled_otherwise, name="page_spelled_otherwise"),
]
