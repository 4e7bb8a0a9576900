"""Do it: the only door through which state changes. One module a noun; `door` is how each of them begins."""

from .accords import agree, not_yet_agreeable
from .accounts import acknowledge_details, close_production, open_production, pass_details, record_accounts
from .agreements import decide_services, record_agreement, verify_agreement, withdraw_agreement
from .answers import OpenQuestion, answer_question, open_question
from .calendars import make_feed, revoke_feed
from .certificates import record_certificate, upload_certificate
from .changes import declare_change, withdraw_change
from .checklist import add_item, confirm, end_exception, grant_exception, remove_item, unconfirm
from .comments import add_comment, delete_comment, edit_comment
from .confirming import Effect, Unconfirmed, if_confirmed
from .consequences import draw_of_the_date
from .door import require_beforehand
from .followups import accept_deferral, add_follow_up, close_follow_up, propose_deferral, reopen_follow_up
from .guidance import add_link, remove_link
from .heartbeats import beat, change_heartbeat, make_heartbeat, replace_heartbeat, revoke_heartbeat
from .imports import (
    confirm_import,
    correct_cells,
    discard_import,
    discard_old_imports,
    hint_if_rows_wait,
    name_columns,
    propose_import,
    replace_file,
    try_again,
    upload_import,
    withdraw_import,
)
from .intake import accept_intake, create_integration
from .integrations import (
    assign_cases,
    close_integration,
    pause_integration,
    resume_integration,
    set_contact,
    take_case,
)
from .keeping_up import keep_up
from .launch import (
    confirm_launch,
    confirm_launch_date,
    decide_manual_approval,
    propose_launch_date,
    record_first_sending,
)
from .meetings import call_off_meeting, change_meeting, plan_meeting, record_meeting
from .milestones import approve, approve_many, reopen, return_milestone, submit, withdraw
from .move import GateClosed, Stale, by_token, stale, version_of
from .nudges import nudge
from .once import ADDING, sent_with
from .operations import (
    close_deviation,
    name_readers,
    open_deviation,
    read_notice,
    record_monitoring,
    send_notice,
)
from .organisations import record_answer
from .people import (
    accept_invitation,
    invite,
    invite_many,
    open_invitation,
    remove_member,
    resend_invitation,
    revoke_invitation,
    set_roles,
)
from .personal import erase_person
from .pinned import pin_certificate
from .plan import describe_solution, propose_dates
from .reminders import choose_mail, edit_rules, resend_all_mail, resend_mail, send_today
from .results import discard_results, forget_old_results, propose_results, record_results, report_results
from .scenarios import (
    SUBJECT_OF,
    add_basic_scenarios,
    add_scenario,
    edit_catalogue,
    production_blockers,
    record_run,
    record_runs,
    remove_scenario,
    retire_from_catalogue,
    set_scope,
)
from .silence import watch_heartbeats
from .taking_in import take_in_some
from .teams import (
    connect_digipost_teams,
    connect_teams,
    disconnect_digipost_teams,
    disconnect_teams,
    repost_to_digipost_teams,
    repost_to_teams,
    send_digipost_teams_test,
    send_teams_test,
)
from .tokens import last_day, make_token, note_use, revoke_token
from .verification import record_verification, withdraw_verification
from .webhooks import (
    add_webhook,
    change_webhook,
    remove_webhook,
    repost_to_webhook,
    rotate_webhook_secret,
    send_webhook_test,
)

__all__ = [
    "ADDING",
    "SUBJECT_OF",
    "Effect",
    "GateClosed",
    "OpenQuestion",
    "Stale",
    "Unconfirmed",
    "accept_deferral",
    "accept_intake",
    "accept_invitation",
    "acknowledge_details",
    "add_basic_scenarios",
    "add_comment",
    "add_follow_up",
    "add_item",
    "add_link",
    "add_scenario",
    "add_webhook",
    "agree",
    "answer_question",
    "approve",
    "approve_many",
    "assign_cases",
    "beat",
    "by_token",
    "call_off_meeting",
    "change_heartbeat",
    "change_meeting",
    "change_webhook",
    "choose_mail",
    "close_deviation",
    "close_follow_up",
    "close_integration",
    "close_production",
    "confirm",
    "confirm_import",
    "confirm_launch",
    "confirm_launch_date",
    "connect_digipost_teams",
    "connect_teams",
    "correct_cells",
    "create_integration",
    "decide_manual_approval",
    "decide_services",
    "declare_change",
    "delete_comment",
    "describe_solution",
    "discard_import",
    "discard_old_imports",
    "discard_results",
    "disconnect_digipost_teams",
    "disconnect_teams",
    "draw_of_the_date",
    "edit_catalogue",
    "edit_comment",
    "edit_rules",
    "end_exception",
    "erase_person",
    "forget_old_results",
    "grant_exception",
    "hint_if_rows_wait",
    "if_confirmed",
    "invite",
    "invite_many",
    "keep_up",
    "last_day",
    "make_feed",
    "make_heartbeat",
    "make_token",
    "name_columns",
    "name_readers",
    "not_yet_agreeable",
    "note_use",
    "nudge",
    "open_deviation",
    "open_invitation",
    "open_production",
    "open_question",
    "pass_details",
    "pause_integration",
    "pin_certificate",
    "plan_meeting",
    "production_blockers",
    "propose_dates",
    "propose_deferral",
    "propose_import",
    "propose_launch_date",
    "propose_results",
    "read_notice",
    "record_accounts",
    "record_agreement",
    "record_answer",
    "record_certificate",
    "record_first_sending",
    "record_meeting",
    "record_monitoring",
    "record_results",
    "record_run",
    "record_runs",
    "record_verification",
    "remove_item",
    "remove_link",
    "remove_member",
    "remove_scenario",
    "remove_webhook",
    "reopen",
    "reopen_follow_up",
    "replace_file",
    "replace_heartbeat",
    "report_results",
    "repost_to_digipost_teams",
    "repost_to_teams",
    "repost_to_webhook",
    "require_beforehand",
    "resend_all_mail",
    "resend_invitation",
    "resend_mail",
    "resume_integration",
    "retire_from_catalogue",
    "return_milestone",
    "revoke_feed",
    "revoke_heartbeat",
    "revoke_invitation",
    "revoke_token",
    "rotate_webhook_secret",
    "send_digipost_teams_test",
    "send_notice",
    "send_teams_test",
    "send_today",
    "send_webhook_test",
    "sent_with",
    "set_contact",
    "set_roles",
    "set_scope",
    "stale",
    "submit",
    "take_case",
    "take_in_some",
    "try_again",
    "unconfirm",
    "upload_certificate",
    "upload_import",
    "verify_agreement",
    "version_of",
    "watch_heartbeats",
    "withdraw",
    "withdraw_agreement",
    "withdraw_change",
    "withdraw_import",
    "withdraw_verification",
]
