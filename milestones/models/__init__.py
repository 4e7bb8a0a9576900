"""What is recorded: one file a concept."""

from .account_event import AccountEvent, AccountEventKind, Way
from .accounts import Accounts
from .agreement import Agreement, ServiceDecision
from .calendar_feed import CalendarFeed
from .certificate import Certificate
from .changes import DeclaredChange, runs_since, services_undeclared
from .checklist import ChecklistItem, Confirmation, ExceptionGrant, item_key
from .comments import Comment, CommentVersion
from .document import Document, DocumentAccess
from .event import BESIDE_THE_PROCESS, Event, EventKind
from .followups import FollowUpItem
from .guidance import RequirementLink
from .heartbeat import Heartbeat
from .history import AppendOnlyError
from .imports import CarriedOver, Change, Import, ImportRow, ImportState, RowState, taken_back
from .integration import Integration, WaitingItem, lacks_contact, new_reference
from .launch import Launch
from .mail import Mail, MailKind, MailLine, ReminderRules, Sweep, SweepKind, mail_key
from .member import Invitation, Member, RoleHolding, called, name_on
from .milestone import Milestone
from .operations import Deviation, Notice, NoticeKind, NoticeReceipt, Operations
from .organisation import Organisation, RegisterReading
from .outgoing import SendState
from .plan import Meeting, MeetingInvitee, MeetingKind, MutualAccord, SolutionDescription
from .results import Attestation, PinnedCertificate, ProposedResults
from .saved_view import SavedView
from .scenarios import (
    CatalogueScenario,
    ProductionScope,
    Scenario,
    ScenarioRun,
    Verification,
    latest_first,
    latest_runs,
)
from .sent import Draft, SentForm
from .teams import Audience, PostKind, TeamsAddress, TeamsPost
from .tick import Tick
from .tokens import ApiAnswer, ApiToken, Scope
from .user import User
from .webhooks import Webhook, WebhookKind, WebhookPost

__all__ = [
    "BESIDE_THE_PROCESS",
    "AccountEvent",
    "AccountEventKind",
    "Accounts",
    "Agreement",
    "ApiAnswer",
    "ApiToken",
    "AppendOnlyError",
    "Attestation",
    "Audience",
    "CalendarFeed",
    "CarriedOver",
    "CatalogueScenario",
    "Certificate",
    "Change",
    "ChecklistItem",
    "Comment",
    "CommentVersion",
    "Confirmation",
    "DeclaredChange",
    "Deviation",
    "Document",
    "DocumentAccess",
    "Draft",
    "Event",
    "EventKind",
    "ExceptionGrant",
    "FollowUpItem",
    "Heartbeat",
    "Import",
    "ImportRow",
    "ImportState",
    "Integration",
    "Invitation",
    "Launch",
    "Mail",
    "MailKind",
    "MailLine",
    "Meeting",
    "MeetingInvitee",
    "MeetingKind",
    "Member",
    "Milestone",
    "MutualAccord",
    "Notice",
    "NoticeKind",
    "NoticeReceipt",
    "Operations",
    "Organisation",
    "PinnedCertificate",
    "PostKind",
    "ProductionScope",
    "ProposedResults",
    "RegisterReading",
    "ReminderRules",
    "RequirementLink",
    "RoleHolding",
    "RowState",
    "SavedView",
    "Scenario",
    "ScenarioRun",
    "Scope",
    "SendState",
    "SentForm",
    "ServiceDecision",
    "SolutionDescription",
    "Sweep",
    "SweepKind",
    "TeamsAddress",
    "TeamsPost",
    "Tick",
    "User",
    "Verification",
    "WaitingItem",
    "Way",
    "Webhook",
    "WebhookKind",
    "WebhookPost",
    "called",
    "item_key",
    "lacks_contact",
    "latest_first",
    "latest_runs",
    "mail_key",
    "name_on",
    "new_reference",
    "runs_since",
    "services_undeclared",
    "taken_back",
]
