"""What people fill in; a file a stage of the process."""

from .base import ReasonForm
from .checklist import ConfirmForm, ExceptionForm, ItemForm
from .contract import AccountsForm, AgreementForm, ContactForm, InviteForm, RolesForm, ServicesForm
from .intake import SORTS, IntakeForm, PortfolioFilter
from .launch import (
    AcceptDeferralForm,
    CertificateForm,
    CloseDeviationForm,
    CloseFollowUpForm,
    DeferralForm,
    DeviationForm,
    FirstSendingForm,
    FollowUpForm,
    LaunchDateForm,
    LaunchDateProposalForm,
    ManualApprovalForm,
    MonitoringForm,
    NoticeForm,
    ReadersForm,
)
from .mail import MailChoiceForm, RulesForm, WhyForm
from .personal import FindPersonForm
from .plan import AgreeForm, MeetingForm, PlanForm, SolutionForm
from .scenarios import (
    CatalogueForm,
    DetailsForm,
    ProductionScenarioForm,
    RunForm,
    ScenarioForm,
    ScopeForm,
    VerificationForm,
)

__all__ = [
    "SORTS",
    "AcceptDeferralForm",
    "AccountsForm",
    "AgreeForm",
    "AgreementForm",
    "CatalogueForm",
    "CertificateForm",
    "CloseDeviationForm",
    "CloseFollowUpForm",
    "ConfirmForm",
    "ContactForm",
    "DeferralForm",
    "DetailsForm",
    "DeviationForm",
    "ExceptionForm",
    "FindPersonForm",
    "FirstSendingForm",
    "FollowUpForm",
    "IntakeForm",
    "InviteForm",
    "ItemForm",
    "LaunchDateForm",
    "LaunchDateProposalForm",
    "MailChoiceForm",
    "ManualApprovalForm",
    "MeetingForm",
    "MonitoringForm",
    "NoticeForm",
    "PlanForm",
    "PortfolioFilter",
    "ProductionScenarioForm",
    "ReadersForm",
    "ReasonForm",
    "RolesForm",
    "RulesForm",
    "RunForm",
    "ScenarioForm",
    "ScopeForm",
    "ServicesForm",
    "SolutionForm",
    "VerificationForm",
    "WhyForm",
]
