"""Which columns hold people's own words, and how each is read: erasing touches these and no others.

Every column that holds text stands here once, in WORDS or in CODES; columns with a fixed choice hold keys and need no
line. `tests/personal/test_columns.py` fails until a new column, or a new kind of event, is listed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model

from .. import models
from ..models import EventKind
from ..process import REQUIREMENTS, is_basic_id

Swap = Callable[[str], str]
"""Puts the pseudonym in place of the person, in a text."""
Reading = Callable[[Any, Swap, int | None], Any]
"""A column's value, with what is people's words in it swapped; a text no longer than so many characters."""


def words(value: str, swap: Swap, longest: int | None = None) -> str:
    """A text, or a line."""
    return swap(value)[:longest]


def file_name(value: str, swap: Swap, longest: int | None = None) -> str:
    """A file's name, which ends as its type whatever stands before."""
    stem, ending = os.path.splitext(value)
    return swap(stem)[: longest and longest - len(ending)] + ending


def address(value: str, swap: Swap, longest: int | None = None) -> str:
    """A column for an address: the person's is found by comparing it; see `texts.found`."""
    return value


def scenario(value: str, swap: Swap, longest: int | None = None) -> str:
    """ "P01 Letter": an id and a title, which is the catalogue's where the id is."""
    code, space, title = value.partition(" ")
    return value if is_basic_id(code) else code + space + words(title, swap)


def params(value: list[list[str]], swap: Swap, longest: int | None = None) -> list[list[str]]:
    """What fills a reason's sentence, as pairs of name and value: most are keys, numbers and dates."""
    return [[name, _PARAMS[name](text, swap, None) if name in _PARAMS else text] for name, text in value]


_PARAMS: dict[str, Reading] = {"title": words, "readers": words, "scenario": scenario}


def each(**leaves: Reading) -> Reading:
    """A list of objects in JSON, of which these leaves are people's words."""

    def read(value: list[dict[str, Any]], swap: Swap, longest: int | None = None) -> list[dict[str, Any]]:
        return [
            {name: leaves[name](leaf, swap, None) if name in leaves else leaf for name, leaf in one.items()}
            for one in value
        ]

    return read


def file_names(value: list[str], swap: Swap, longest: int | None = None) -> list[str]:
    """The names of several files."""
    return [file_name(name, swap) for name in value]


def found(value: dict[str, Any], swap: Swap, longest: int | None = None) -> dict[str, Any]:
    """What a machine found: of a test report its file's name, and names of tests."""
    swapped = {
        "file": file_name(value.get("file", ""), swap),
        "names": [swap(name) for name in value.get("names", [])],
    }
    return {name: swapped.get(name, part) for name, part in value.items()}


def answered(value: dict[str, Any], swap: Swap, longest: int | None = None) -> dict[str, Any]:
    """What the API answered to a report: what could not be placed is named as its sender did."""
    unplaced = [{**one, "what": swap(one["what"])} for one in value.get("unplaced", [])]
    return {**value, "unplaced": unplaced} if unplaced else value


def _words(*names: str) -> dict[str, Reading]:
    return dict.fromkeys(names, words)


WORDS: dict[type[Model], dict[str, Reading]] = {
    models.Accounts: _words("details"),
    models.Agreement: _words("signatory", "ended_because"),
    models.ApiAnswer: {"body": answered},
    models.ApiToken: _words("name"),
    models.CarriedOver: _words("source", "ended_because"),
    models.Certificate: _words("reason"),
    models.ChecklistItem: _words("title", "description"),
    models.Comment: _words("text", "deleted_because"),
    models.CommentVersion: _words("text"),
    models.Confirmation: _words("note"),
    models.DeclaredChange: _words("description", "withdrawn_because"),
    models.Deviation: _words("title", "description", "handler", "outcome"),
    models.Document: {"name": file_name, "attachments": each(name=file_name), "signatures": each(signer=words)},
    models.Event: _words("subject", "from_value", "to_value", "reason"),  # by kind, see EVENTS
    models.ExceptionGrant: _words("reason"),
    models.FollowUpItem: _words("title", "description", "resolution", "deferred_to"),
    models.Import: {"file_name": file_name},
    models.Integration: _words("name", "closed_because"),
    models.Invitation: {"email": address},
    models.Launch: _words("manual_approval_note"),
    models.Mail: _words("subject", "text", "error") | {"address": address},
    models.MailLine: {"params": params},
    models.Meeting: _words("sender_people", "digipost_people", "minutes", "place", "agenda"),
    models.Milestone: _words("returned_because", "answer"),
    models.Notice: _words("title", "body"),
    models.Operations: _words("monitoring", "deviations_told_to") | {"shared_mailbox": address},
    models.ProposedResults: {"files": file_names, "unplaced": each(what=words), "results": each(found=found)},
    models.ProductionScope: _words("reason", "no_print_trial_reason"),
    models.Scenario: _words("title", "passes_when"),  # but not a basic scenario's, see `readings_of`
    models.ScenarioRun: _words("note") | {"found": found},
    models.ServiceDecision: _words("note"),
    models.SolutionDescription: _words("recipient_identification", "sending", "internal_systems"),
    models.Verification: _words("note", "withdrawn_because"),
    models.WaitingItem: {"params": params},
}

CODES: dict[type[Model], tuple[str, ...]] = {
    models.AccountEvent: ("ways",),
    models.Accounts: ("test_account_id", "production_account_id"),
    models.CalendarFeed: ("name", "token_hash"),  # shown to whom it is, and forgotten with them
    models.CarriedOver: ("code",),
    models.CatalogueScenario: (
        "code",
        "title",
        "passes_when",
        *("oracle", "touched_by"),
    ),  # shared by all: out of reach of any one person
    models.Certificate: (  # an organisation's: a person's is refused
        *("pem", "subject", "organisation_number"),
        *("issuer", "serial", "fingerprint"),
    ),
    models.Comment: ("about",),
    models.Confirmation: ("key", "statement"),  # the requirement's own words
    models.Document: ("file", "preview", "content_type", "charset", "sha256", "sha256_received"),
    models.Draft: ("page", "slot", "sent"),  # typed and not sent: shown to whom it is, and forgotten after a day
    models.ExceptionGrant: ("key",),
    models.Heartbeat: ("token_hash",),
    models.Import: ("heads", "columns", "totals"),  # of staff's spreadsheet, not of one integration
    models.ImportRow: ("cells", "does", "marks", "told"),  # forgotten when it is taken in, discarded, or a month old
    models.Integration: ("reference", "waits_on", "search_text"),  # found by its name as it is, see snapshots
    models.Invitation: ("token_hash",),
    models.Mail: ("key", "detail", "claim"),
    models.MailLine: ("urgency", "code", "reason", "where"),
    models.Milestone: ("returned_for",),
    models.Member: ("name",),  # by reference, see `erasure.use_pseudonym`
    models.Organisation: (
        *("number", "name"),
        *("registered_name", "legal_form_code", "legal_form", "address", "municipality"),  # as the register has them
    ),
    models.PinnedCertificate: ("pem", "fingerprint"),  # Digipost's own
    models.ReminderRules: ("certificate_days", "weekdays"),
    models.RequirementLink: ("requirement", "title", "url"),  # shared by all, as the catalogue is
    models.SavedView: ("name", "query"),  # shown to whom it is, and forgotten with them
    models.Scenario: ("code",),
    models.SentForm: ("number", "what", "digest", "row"),
    models.SolutionDescription: ("document_types",),
    models.TeamsAddress: ("sealed",),  # a secret, and nobody's words
    models.TeamsPost: ("key", "claim", "error"),  # the error in our own words, and not in what a server says
    models.ApiAnswer: ("key", "digest", "claim"),
    models.ApiToken: ("token_hash", "last_four"),
    models.Attestation: (
        *("signs", "sender_id", "about", "digest"),
        *("signed_text", "signature", "fingerprint"),  # as Digipost signed it: changed, it would prove nothing
    ),
    models.User: ("password", "email", "name"),  # by reference, see `erasure.forget`
    models.WaitingItem: ("code", "reason", "where"),
    models.Webhook: ("sealed", "secret", "old_secret"),
    models.WebhookPost: ("key", "message_id", "claim", "error"),
}

EVENTS: dict[str, tuple[str, ...]] = {
    EventKind.INTEGRATION_CREATED: ("subject",),
    EventKind.INTAKE_ACCEPTED: ("subject",),
    EventKind.CONTACT_CHANGED: ("from_value", "to_value"),
    **dict.fromkeys(
        (
            EventKind.MEMBER_INVITED,
            EventKind.INVITATION_RESENT,
            EventKind.INVITATION_REVOKED,
            EventKind.INVITATION_ACCEPTED,
            EventKind.MEMBER_LEFT,
            EventKind.ROLES_CHANGED,
            EventKind.CONFIRMED,
            EventKind.CONFIRMATION_WITHDRAWN,
            EventKind.ITEM_ADDED,
            EventKind.ITEM_REMOVED,
            EventKind.EXCEPTION_GRANTED,
            EventKind.EXCEPTION_ENDED,
            EventKind.FOLLOW_UP_ADDED,
            EventKind.FOLLOW_UP_CLOSED,
            EventKind.FOLLOW_UP_DEFERRED,
            EventKind.FOLLOW_UP_REOPENED,
            EventKind.DEVIATION_CLOSED,
            EventKind.NOTICE_SENT,
            EventKind.NOTICE_READ,
            EventKind.COMMENTED,
            EventKind.COMMENT_EDITED,
            EventKind.COMMENT_DELETED,
            EventKind.TOKEN_MADE,
            EventKind.TOKEN_REVOKED,
            EventKind.TOKEN_USED,
        ),
        ("subject",),
    ),
    EventKind.AGREEMENT_RECORDED: ("to_value",),
    EventKind.AGREEMENT_VERIFIED: ("to_value",),
    EventKind.AGREEMENT_WITHDRAWN: ("from_value",),
    EventKind.DEFERRAL_PROPOSED: ("subject", "to_value"),
    EventKind.DEVIATION_OPENED: ("subject", "to_value"),
    EventKind.DETAILS_PASSED: ("from_value", "to_value"),
    EventKind.MEETING_CHANGED: ("from_value", "to_value"),
    EventKind.MEETING_INVITED: ("to_value",),
    EventKind.MEETING_REPLANNED: ("from_value", "to_value"),
    EventKind.MEETING_UNINVITED: ("from_value",),
    EventKind.MINUTES_CHANGED: ("from_value", "to_value"),
    EventKind.MONITORING_RECORDED: ("from_value", "to_value"),
    EventKind.READERS_NAMED: ("to_value",),
    EventKind.SCENARIO_ADDED: ("to_value",),
    EventKind.SCENARIO_REMOVED: ("from_value",),
    EventKind.SOLUTION_DESCRIBED: ("from_value", "to_value"),
    **dict.fromkeys(
        (
            EventKind.ORGANISATION_CHANGED,
            EventKind.PAUSED,
            EventKind.RESUMED,
            EventKind.CLOSED,
            EventKind.PHASE_CHANGED,
            EventKind.MILESTONE_STARTED,
            EventKind.MILESTONE_SUBMITTED,
            EventKind.MILESTONE_WITHDRAWN,
            EventKind.MILESTONE_RETURNED,
            EventKind.MILESTONE_APPROVED,
            EventKind.MILESTONE_REOPENED,
            EventKind.MILESTONE_PUT_OFF,
            EventKind.SERVICE_DECIDED,
            EventKind.ACCOUNT_RECORDED,
            EventKind.ACCOUNT_ATTESTED,
            EventKind.MEETING_CALLED_OFF,
            EventKind.MEETING_PLANNED,
            EventKind.MEETING_RECORDED,
            EventKind.DATES_PROPOSED,
            EventKind.BASELINE_SET,
            EventKind.AGREED,
            EventKind.ACCORD_LAPSED,
            EventKind.SCENARIO_CHANGED,
            EventKind.RUN_RECORDED,
            EventKind.VERIFICATION_RECORDED,
            EventKind.VERIFICATION_WITHDRAWN,
            EventKind.PRODUCTION_ENABLED,
            EventKind.PRODUCTION_DISABLED,
            EventKind.DETAILS_ACKNOWLEDGED,
            EventKind.REQUIREMENT_LAPSED,
            EventKind.SCOPE_CHANGED,
            EventKind.LAUNCH_DATE_CONFIRMED,
            EventKind.FIRST_SENDING_RECORDED,
            EventKind.MANUAL_APPROVAL_DECIDED,
            EventKind.LAUNCH_CONFIRMED,
            EventKind.CERTIFICATE_RECORDED,
            EventKind.CERTIFICATE_UPLOADED,
            EventKind.HEARTBEAT_MADE,
            EventKind.HEARTBEAT_CHANGED,
            EventKind.HEARTBEAT_REPLACED,
            EventKind.HEARTBEAT_REVOKED,
            EventKind.CHANGE_DECLARED,
            EventKind.CHANGE_WITHDRAWN,
            EventKind.CHANGE_COMPLETED,
            EventKind.NUDGED,
            EventKind.NUDGE_ANSWERED,
            EventKind.ON_TRACK,
            EventKind.TEAMS_ADDRESS_SET,
            EventKind.TEAMS_ADDRESS_REMOVED,
            EventKind.WEBHOOK_SET,  # they name the host, and nothing else of an address
            EventKind.WEBHOOK_CHANGED,
            EventKind.WEBHOOK_REMOVED,
            EventKind.WEBHOOK_GONE,
            EventKind.CARRIED_OVER,
            EventKind.CARRIED_OVER_ENDED,
            EventKind.PERSON_ERASED,
            EventKind.ANONYMISED,
        ),
        (),
    ),
}
"""By kind, which of subject, from and to people's words stand in. The others hold keys, ids, dates and numbers; the
reason is always words."""

ASKED: dict[type[Model], tuple[str, ...]] = {models.Event: ("kind",), models.Scenario: ("code",)}
"""What decides, row by row, whether a column of WORDS holds a code after all."""


def readings_of(model: type[Model], row: Mapping[str, Any]) -> Mapping[str, Reading]:
    """The columns of this row that hold people's words. `row` has the columns of WORDS and of ASKED."""
    listed = WORDS.get(model, {})
    if model is models.Event:
        return {name: reading for name, reading in listed.items() if name in _words_of(row)}
    return {} if model is models.Scenario and is_basic_id(row["code"]) else listed


def _words_of(event: Mapping[str, Any]) -> set[str]:
    """The columns of an event that hold people's words: by its kind, and by what it is about."""
    kind, subject = event["kind"], event["subject"]
    held = {"reason", *EVENTS.get(kind, ())}
    if subject in REQUIREMENTS:
        held.discard("subject")
    if is_basic_id(subject) or subject.rpartition(" ")[2] in _OF_KEYS.get(kind, ()):
        held -= {"from_value", "to_value"}
    return held


_OF_KEYS: dict[str, tuple[str, ...]] = {
    EventKind.MEETING_CHANGED: ("kind", "held_on"),
    EventKind.MEETING_REPLANNED: ("kind", "held_on", "starts_at", "ends_at"),
    EventKind.SOLUTION_DESCRIBED: ("interface", "document_types"),
}
"""What of a meeting or of a solution holds keys or dates: "kickoff 2027-03-01 held_on"."""
