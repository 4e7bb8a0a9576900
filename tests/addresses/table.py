"""Who may do what, URL by URL: the process's table written out once more, independently of policy.py.

`POSTS` says for each URL that takes a POST which of the integration's people policy lets through, and with what data.
M manager, L technical lead, C contract manager, B business owner, O observer, S Digipost's staff.
"""

from __future__ import annotations

from typing import Any

from milestones.clock import today
from tests.evidence.digipost_here import a_pem

PEOPLE = {"M": "manager", "L": "lead", "C": "contract", "B": "owner", "O": "observer", "S": "staff"}
EVERYBODY = "MLCBOS"
CALLERS = {**{name: letter for letter, name in PEOPLE.items()}, "other_staff": "S"}
"""Everybody who asks, and the letter they have in the table: a colleague at Digipost may what any of the staff may."""
PDF, CERTIFICATE, REPORT = "a document", "a certificate", "a test report"  # replaced by an upload
TODAY = "the day on which it is sent"
BASIC = {"interface": "both", "condition": "always", "passes_when": "x", "least_rung": "said"}

READABLE = {
    *("integration", "history", "document", "milestone", "confirmation", "exception", "agreement", "one_agreement"),
    *("services", "accounts", "people", "member", "meetings", "meeting", "solution", "plan", "scenarios", "scenario"),
    *("verification", "production", "production_tests", "launch", "follow_ups", "follow_up", "operations"),
    *("changes", "one_change"),
    *("deviation", "notice", "integration_mail", "preview", "milestone_ics", "meeting_ics", "report"),
    "tokens",
    *("comments", "one_comment", "teams", "results", "heartbeat", "webhooks", "webhook"),
    *("export_plan", "export_scenarios", "export_history", "export_people"),
}
"""Pages of one integration that every member and all staff may read. Every other address of it answers 405 to GET."""
FILES = {
    "document",
    "preview",
    "milestone_ics",
    "meeting_ics",
    "export_plan",
    "export_scenarios",
    "export_history",
    "export_people",
}
"""Those of them that are no pages."""

PLANNED = {"kind": "other", "held_on": "2035-01-02", "starts_at": "10:00", "ends_at": "11:30"}
MEETING = {"kind": "kickoff", "held_on": "2026-01-02"}
SCENARIO = {"code": "E77", "title": "Eget", "passes_when": "Virker", "required": "on"}
REASON = {"reason": "Derfor"}
DEFERRAL = {"deferred_to": "Terje", "deferred_until": "2035-01-01"}

POSTS: dict[str, tuple[str, dict[str, Any]]] = {
    "accept_intake": ("S", {}),
    "refuse_intake": ("S", REASON),
    "pause": ("S", REASON),
    "resume": ("S", {}),
    "close": ("S", REASON),
    "take": ("S", {}),
    "nudge": ("MLCBS", {}),
    "submit": ("ML", {"answer": "Rettet"}),
    "withdraw": ("ML", {}),
    "approve": ("S", {}),
    "return_milestone": ("S", REASON),
    "reopen": ("S", REASON),
    "add_item": ("MS", {"title": "Eget", "required": "yes", "stands_on": "technical_lead"}),
    "confirmation": ("L", {"confirmed_on": "2026-01-02"}),
    "unconfirm": ("L", {}),
    "remove_item": ("MS", REASON),
    "exception": ("S", REASON),
    "end_exception": ("S", {}),
    "agreement": ("MC", {"kind": "terms", "signatory": "Kari", "signed_on": "2026-01-02", "document": PDF}),
    "verify_agreement": ("S", {}),
    "withdraw_agreement": ("MCS", REASON),
    "services": ("B", {"sms": "use", "sms_note": "Til alle"}),
    "accounts": ("S", {"test_account_id": "1", "production_account_id": "2"}),
    "people": ("MS", {"name": "Ny", "email": "ny@fjordvik.example", "roles": ["observer"]}),
    "invite_many": ("MS", {"people": "Ny; nye@fjordvik.example; observer"}),
    "contact": ("S", {"contact": ""}),
    "member": ("MS", {"roles": ["observer"]}),
    "remove_member": ("MS", {}),
    "resend_invitation": ("MS", {}),
    "revoke_invitation": ("MS", {}),
    "meetings": ("MLS", MEETING),
    "meeting": ("MLS", MEETING),
    "plan_meeting": ("MLS", PLANNED),
    "change_meeting": ("MLS", PLANNED),
    "call_off_meeting": ("MLS", REASON),
    "solution": ("MLS", {"interface": "api"}),
    "plan": ("MS", {"version": "1"}),
    "agree": ("MS", {"version": "1"}),
    "scenarios": ("MLS", SCENARIO),
    "add_basic": ("MLS", {}),
    "scenario": ("L", {"outcome": "passed", "ran_on": "2026-01-02"}),
    "record_runs": ("L", {"outcome_T01": "passed", "ran_on": "2026-01-02"}),
    "results": ("L", {"results": REPORT}),
    "record_results": ("L", {"picked": ["T01"]}),
    "discard_results": ("L", {}),
    "remove_scenario": ("MLS", {}),
    "verification": ("S", {}),
    "withdraw_verification": ("S", REASON),
    "open_production": ("S", {}),
    "close_production": ("S", REASON),
    "pass_details": ("S", {"details": "Se dokumentasjonen"}),
    "acknowledge_details": ("ML", {}),
    "production_tests": ("MLS", {"mode": "run"}),
    "add_production_scenario": ("MLS", SCENARIO),
    "launch_date": ("MBS", {"launch_on": "2027-01-04"}),  # the business owner confirms, the others propose
    "first_sending": ("ML", {"first_sending_on": TODAY, "documents_sent": "1"}),
    "manual_approval": ("MLS", {"manual_approval": "yes"}),
    "confirm_launch": ("MLS", {}),  # each for their own side
    "follow_ups": ("MLS", {"title": "Eget"}),
    "close_follow_up": ("MLS", {"resolution": "Gjort"}),
    "defer_follow_up": ("MLS", DEFERRAL),
    "accept_deferral": ("S", DEFERRAL),
    "reopen_follow_up": ("MLS", REASON),
    "monitoring": ("ML", {"monitoring": "Måling", "deviations_told_to": "Vakta"}),
    "readers": ("ML", {"shared_mailbox": "post@fjordvik.example"}),
    "certificate": ("ML", {"expires_on": "2030-01-01"}),
    "heartbeat": ("ML", {"period": "5", "grace": "10"}),
    "replace_heartbeat": ("ML", {}),
    "revoke_heartbeat": ("ML", {}),
    "certificate_file": ("ML", {"certificate": CERTIFICATE}),
    "add_deviation": ("MLS", {"title": "Avvik", "handler": "Vakta", "opened_on": "2026-01-02"}),
    "deviation": ("MLS", {"outcome": "Rettet"}),
    "changes": ("ML", {"kind": "certificate", "description": "Nytt", "retest_by": TODAY}),
    "withdraw_change": ("ML", REASON),
    "read_notice": ("L", {}),  # the reader alone signs
    "comments": ("MLCBS", {"text": "Ser bra ut", "audience": "everybody"}),
    "one_comment": ("L", {"text": "Ser bra ut, nå"}),  # its author alone edits it
    "delete_comment": ("LS", REASON),
    "teams": ("ML", {"workflow_address": "https://prod-01.norwayeast.logic.azure.com/workflows/a/invoke?sig=abcd"}),
    "test_teams": ("ML", {}),
    "disconnect_teams": ("MLS", {}),
    "repost_to_teams": ("MLS", {}),
    "tokens": ("ML", {"name": "Bygg", "scope": "read", "expires_on": TODAY}),
    "revoke_token": ("MLS", {}),
    "webhooks": ("ML", {"webhook_address": "https://93.184.216.34/digipost"}),
    "webhook": ("ML", {"webhook_address": "https://93.184.216.34/changed"}),
    "rotate_webhook_secret": ("ML", {}),
    "test_webhook": ("ML", {}),
    "remove_webhook": ("MLS", {}),
    "repost_to_webhook": ("MLS", {}),
}

TAKEN = (200, 302)
"""How a post is answered that did what it asked; 200 where it shows a secret, which no page has again."""

AGREE_ON = {"plan": "MS", "scenarios": "MLS", "scope": "MLS"}
"""What the two sides agree on, and who may for theirs; `agree` above stands for the plan."""

NAMES_SOMEBODY_ELSE = {
    "launch_date": "B",  # who confirms; the others that are let through propose
    "confirm_launch": "ML",  # the sender's confirmation: a member never gives Digipost's
    "read_notice": "",  # a person's name, not a role
    "one_comment": "",  # likewise
    "delete_comment": "S",  # beside a person's name
}
"""Where the sentence of a 403 names other roles than those of `POSTS`."""

RULES = {
    "lead_days": "3",
    "approval_days": "2",
    "manager_after": "5",
    "owner_after": "10",
    "certificate_days": "60, 30, 7",
    "weekdays": ["0", "1"],
    "opens_at": "08:00",
    "closes_at": "16:00",
}

ACROSS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "my_work": (EVERYBODY, None),
    "portfolio": (EVERYBODY, None),
    "find": (EVERYBODY, None),
    "intake": (EVERYBODY, {"route": "partner"}),
    "approvals": ("S", None),
    "pinned": ("S", {"environment": "test", "pem": a_pem().decode(), "seen": "0"}),
    "catalogue": ("S", {"code": "T99", "title": "Ny", **BASIC}),
    "catalogue_entry": ("S", {"title": "Ny", **BASIC}),
    "imports": ("S", None),
    "guidance": ("S", {"requirement": "3.1", "title": "Testing", "url": "https://digipost.example/testing"}),
    "my_mail": (EVERYBODY, {"digest": "weekly"}),
    "my_data": (EVERYBODY, None),
    "calendars": (EVERYBODY, {"name": "Outlook"}),
    "find_person": ("S", None),
    "digipost_teams": ("S", {"workflow_address": "https://x.logic.azure.com/workflows/a/invoke?sig=abcd"}),
    "reminders": ("S", RULES),
    "notices": ("S", {"kind": "job", "audience": "open", "title": "Emne", "body": "Tekst"}),
}
"""Pages across integrations: who may open them, and the data of a POST where they take one."""

ACROSS_POST_ONLY = {
    "retire_catalogue_entry": "S",
    "send_today": "S",
    "resend_all": "S",
    "assign": "S",
    "assign_listed": "S",
    "approve_listed": "S",
    "notify_listed": "S",
    "test_digipost_teams": "S",
    "disconnect_digipost_teams": "S",
}

SAVED_VIEWS = {"save_view", "remove_view"}
"""About one's own alone: tests/test_saved_views.py says who may."""

CALENDARS = {"revoke_calendar", "calendar_feed"}
"""About one's own address, and what is read there without signing in: tests/calendars/test_access.py says by whom."""

API = {
    "openapi",
    *("api_integrations", "api_integration", "api_gates", "api_scenarios", "api_next_moves"),
    *("api_results", "api_runs", "api_deviations"),
}
"""What machines ask, by a token and no session: tests/api/test_access.py says by which."""
BEATS = {"beat"}
"""What the sender's monitoring calls, without signing in: tests/evidence/test_beats.py says what it is told."""

PROBES = {"healthz", "readyz", "metrics"}
"""What machines ask of the product itself, without signing in: tests/running/test_probes.py says what is answered."""

RUNNING = {"running"}
"""For administrators alone: tests/running/test_page.py says who may."""

IMPORTS = {"import", "change_import", "import_template"}
"""About one import, for staff: tests/imports/test_pages.py says who may."""

TEAMS = {"repost_to_digipost_teams"}
"""About one message to Digipost's channel, for staff: tests/teams/test_digipost.py says who may."""

LINKS = {"remove_link"}
"""About one link at a requirement, for staff: tests/test_guidance.py says who may."""

REVIEWS = {"review"}
"""About one submission, for staff: tests/test_review_queue.py says who may."""

EXPORTS = {"export_integrations"}
"""A file of what whoever asks may see: tests/exports/test_access.py says who gets what."""

ROWS_OF_MAIL = {"one_mail", "resend", "stop_mail"}
"""Each is about one mail or one person's: tests/reminders/test_pages.py says who may."""

WAYS_IN = {
    "account_login": 200,
    "account_request_login_code": 302,
    "account_confirm_login_code": 302,
    "mfa_authenticate": 302,
    "mfa_login_webauthn": 302,
    "start_over": 405,
    "account_inactive": 403,
    "account_signup": 403,
    "socialaccount_login_cancelled": 403,
    "openid_connect_login": 405,
    "openid_connect_callback": 404,
    "invitation": 410,
    "one_question": 404,
    "accessibility": 200,
    "guide": 200,
    "privacy": 200,
    "api_docs": 200,
    "recorder": 200,
}
"""For who is not signed in, and what a GET answers there out of the blue: no code asked for, no provider, no link."""

MY_SECURITY = {
    "mfa_index": 200,
    "account_change_password": 200,
    "account_set_password": 302,
    "remove_password": 405,
    "mfa_activate_totp": 302,  # shows first once more who it is: the cast has passwords
    "mfa_deactivate_totp": 404,
    "mfa_add_webauthn": 302,
    "mfa_edit_webauthn": 302,
    "mfa_remove_webauthn": 302,
    "mfa_view_recovery_codes": 404,
    "mfa_generate_recovery_codes": 302,
    "account_reauthenticate": 200,
    "mfa_reauthenticate": 302,
    "mfa_reauthenticate_webauthn": 302,
    "disconnect": 405,
    "sign_out_everywhere": 405,
}
"""Each about whoever asks alone, and what a GET answers to everybody who is signed in."""
ABOUT_A_PERSON = {"erase_person"}
"""About one person by their number: tests/personal/test_pages.py says who may."""

SPELLINGS = {"spelled_otherwise", "page_spelled_otherwise"}
"""They lead to the pages above: tests/test_searching.py says whom."""

OTHERS = {"sign_out", "set_language", "set_appearance"}
"""Anybody may POST these; a GET changes nothing."""


def dated(data: dict[str, Any]) -> dict[str, Any]:
    """What the tables hold, as it is sent now: the table is read before a test runs, perhaps on the day before."""
    return {name: today().isoformat() if value == TODAY else value for name, value in data.items()}
