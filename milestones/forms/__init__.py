"""What people fill in; a file a noun, as workflow has them."""

from .accords import AgreeForm
from .accounts import AccountsForm, DetailsForm, OpeningForm
from .agreements import AgreementForm, ServicesForm
from .answers import ReminderAnswerForm
from .approvals import AssignForm, MarkedForm, NotifyForm, QueueFilter
from .base import ReasonForm
from .calendars import CalendarForm
from .catalogue import CatalogueForm
from .changes import ChangeForm
from .checklist import ConfirmForm, ExceptionForm, ItemForm
from .comments import CommentForm, DeleteCommentForm, EditCommentForm
from .followups import AcceptDeferralForm, CloseFollowUpForm, DeferralForm, FollowUpForm
from .guidance import LinkForm
from .heartbeats import HeartbeatForm
from .history import EventFilter
from .imports import ColumnsForm, CorrectionsForm, SheetForm
from .intake import IntakeForm, KnownNumberForm
from .launch import FirstSendingForm, LaunchDateForm, LaunchDateProposalForm, ManualApprovalForm
from .mail import MailChoiceForm, WhyForm
from .meetings import MeetingForm, PlanMeetingForm, RecordedMeetingForm, ReplanMeetingForm
from .milestones import ReturnForm, SubmitForm
from .operations import (
    CertificateFileForm,
    CertificateForm,
    CloseDeviationForm,
    DeviationForm,
    MonitoringForm,
    NoticeForm,
    ReadersForm,
)
from .people import ContactForm, InviteForm, InviteManyForm, RolesForm
from .personal import FindPersonForm
from .pinned import PinForm
from .plan import PlanForm, SolutionForm
from .portfolio import PortfolioFilter, QuickFind, SaveViewForm
from .reminders import RulesForm
from .results import RecordResultsForm, ResultFilesForm
from .scenarios import ProductionScenarioForm, RunForm, RunRow, RunsForm, ScenarioForm, ScopeForm
from .teams import TeamsForm
from .tokens import TokenForm
from .verification import VerificationForm
from .webhooks import WebhookForm

__all__ = [
    "AcceptDeferralForm",
    "AccountsForm",
    "AgreeForm",
    "AgreementForm",
    "AssignForm",
    "CalendarForm",
    "CatalogueForm",
    "CertificateFileForm",
    "CertificateForm",
    "ChangeForm",
    "CloseDeviationForm",
    "CloseFollowUpForm",
    "ColumnsForm",
    "CommentForm",
    "ConfirmForm",
    "ContactForm",
    "CorrectionsForm",
    "DeferralForm",
    "DeleteCommentForm",
    "DetailsForm",
    "DeviationForm",
    "EditCommentForm",
    "EventFilter",
    "ExceptionForm",
    "FindPersonForm",
    "FirstSendingForm",
    "FollowUpForm",
    "HeartbeatForm",
    "IntakeForm",
    "InviteForm",
    "InviteManyForm",
    "ItemForm",
    "KnownNumberForm",
    "LaunchDateForm",
    "LaunchDateProposalForm",
    "LinkForm",
    "MailChoiceForm",
    "ManualApprovalForm",
    "MarkedForm",
    "MeetingForm",
    "MonitoringForm",
    "NoticeForm",
    "NotifyForm",
    "OpeningForm",
    "PinForm",
    "PlanForm",
    "PlanMeetingForm",
    "PortfolioFilter",
    "ProductionScenarioForm",
    "QueueFilter",
    "QuickFind",
    "ReadersForm",
    "ReasonForm",
    "RecordResultsForm",
    "RecordedMeetingForm",
    "ReminderAnswerForm",
    "ReplanMeetingForm",
    "ResultFilesForm",
    "ReturnForm",
    "RolesForm",
    "RulesForm",
    "RunForm",
    "RunRow",
    "RunsForm",
    "SaveViewForm",
    "ScenarioForm",
    "ScopeForm",
    "ServicesForm",
    "SheetForm",
    "SolutionForm",
    "SubmitForm",
    "TeamsForm",
    "TokenForm",
    "VerificationForm",
    "WebhookForm",
    "WhyForm",
]
