"""The sentence of each kind of event, and what its recorded keys are called. In Norwegian as in English: who did it,
what they did, to what."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..gates import SOLUTION_PARTS
from ..models import Accounts, EventKind, Meeting, MeetingKind, Operations
from ..process import (
    Accord,
    AgreementKind,
    DocumentType,
    Environment,
    FollowUpState,
    Interface,
    MilestoneState,
    Outcome,
    Party,
    Phase,
    Role,
    ScopeMode,
    Service,
    ServiceChoice,
    Status,
)
from .formatters import (
    Family,
    Formatter,
    ItemFormatter,
    Labels,
    MeetingFormatter,
    RecipientsFormatter,
    RequirementFormatter,
    RewrittenFormatter,
    RunFormatter,
    TitleFormatter,
    register,
)


def _of(*choices: Any) -> Labels:
    return {value: label for one in choices for value, label in one.choices}


def _of_fields(model: Any, *names: str) -> Labels:
    return {name: model._meta.get_field(name).verbose_name for name in names}


# --- Milestones and checklist

_integration = partial(Formatter, Family.MILESTONES)
_status = partial(Formatter, Family.MILESTONES, values=_of(Status))
_milestone = partial(Formatter, Family.MILESTONES, values=_of(MilestoneState))
_requirement = partial(RequirementFormatter, Family.MILESTONES)

register(EventKind.INTEGRATION_CREATED, _integration(_("%(who)s created the integration “%(subject)s”")))
register(EventKind.INTAKE_ACCEPTED, _integration(_("%(who)s accepted the intake")))
register(EventKind.PAUSED, _status(_("%(who)s paused the integration")))
register(EventKind.RESUMED, _status(_("%(who)s resumed the integration")))
register(EventKind.CLOSED, _status(_("%(who)s closed the integration")))
register(
    EventKind.PHASE_CHANGED,
    _integration(
        _("%(who)s moved the integration to the phase “%(new)s”"),
        cases={Phase.OPERATIONS: _("%(who)s moved the integration to operations")},
        values=_of(Phase),
        follows=(EventKind.MILESTONE_APPROVED, EventKind.MILESTONE_REOPENED),
    ),
)
register(
    EventKind.MILESTONE_STARTED,
    _milestone(_("%(who)s started milestone %(subject)s"), follows=(EventKind.MILESTONE_APPROVED,)),
)
register(EventKind.MILESTONE_SUBMITTED, _milestone(_("%(who)s submitted milestone %(subject)s for approval")))
register(EventKind.MILESTONE_WITHDRAWN, _milestone(_("%(who)s withdrew the submission of milestone %(subject)s")))
register(EventKind.MILESTONE_RETURNED, _milestone(_("%(who)s returned milestone %(subject)s")))
register(EventKind.MILESTONE_APPROVED, _milestone(_("%(who)s approved milestone %(subject)s")))
register(EventKind.MILESTONE_REOPENED, _milestone(_("%(who)s reopened milestone %(subject)s")))
register(
    EventKind.MILESTONE_PUT_OFF,
    _milestone(
        _("%(who)s put off milestone %(subject)s"),
        ngettext_lazy("%(who)s put off %(count)s milestone", "%(who)s put off %(count)s milestones", "count"),
        follows=(EventKind.MILESTONE_REOPENED,),
    ),
)
register(
    EventKind.CONFIRMED,
    _requirement(
        _("%(who)s checked off “%(subject)s”"),
        ngettext_lazy("%(who)s checked off %(count)s item", "%(who)s checked off %(count)s items", "count"),
    ),
)
register(
    EventKind.CONFIRMATION_WITHDRAWN,
    _requirement(
        _("%(who)s took back the check of “%(subject)s”"),
        ngettext_lazy("%(who)s took back %(count)s check", "%(who)s took back %(count)s checks", "count"),
    ),
)
register(
    EventKind.ITEM_ADDED,
    _integration(
        _("%(who)s added “%(subject)s” to the checklist"),
        ngettext_lazy(
            "%(who)s added %(count)s item to the checklist", "%(who)s added %(count)s items to the checklist", "count"
        ),
        values=_of(Role),
    ),
)
register(
    EventKind.ITEM_REMOVED,
    _integration(
        _("%(who)s removed “%(subject)s” from the checklist"),
        ngettext_lazy(
            "%(who)s removed %(count)s item from the checklist",
            "%(who)s removed %(count)s items from the checklist",
            "count",
        ),
    ),
)
register(
    EventKind.EXCEPTION_GRANTED,
    _requirement(
        _("%(who)s granted an exception from “%(subject)s”"),
        ngettext_lazy("%(who)s granted %(count)s exception", "%(who)s granted %(count)s exceptions", "count"),
    ),
)
register(
    EventKind.EXCEPTION_ENDED,
    _requirement(
        _("%(who)s ended the exception from “%(subject)s”"),
        ngettext_lazy("%(who)s ended %(count)s exception", "%(who)s ended %(count)s exceptions", "count"),
    ),
)
register(
    EventKind.REQUIREMENT_LAPSED,
    _requirement(
        _("%(who)s found that “%(subject)s” is no longer met"),
        ngettext_lazy(
            "%(who)s found that %(count)s requirement is no longer met",
            "%(who)s found that %(count)s requirements are no longer met",
            "count",
        ),
    ),
)


# --- Agreements, services and accounts

_agreement = partial(Formatter, Family.AGREEMENTS, subjects=_of(AgreementKind))

register(
    EventKind.AGREEMENT_RECORDED,
    _agreement(
        _("%(who)s recorded the %(subject)s"),
        ngettext_lazy("%(who)s recorded %(count)s agreement", "%(who)s recorded %(count)s agreements", "count"),
    ),
)
register(
    EventKind.AGREEMENT_VERIFIED,
    _agreement(
        _("%(who)s verified the %(subject)s"),
        ngettext_lazy("%(who)s verified %(count)s agreement", "%(who)s verified %(count)s agreements", "count"),
    ),
)
register(
    EventKind.AGREEMENT_WITHDRAWN,
    _agreement(
        _("%(who)s withdrew the %(subject)s"),
        ngettext_lazy("%(who)s withdrew %(count)s agreement", "%(who)s withdrew %(count)s agreements", "count"),
    ),
)
register(
    EventKind.SERVICE_DECIDED,
    Formatter(
        Family.AGREEMENTS,
        _("%(who)s decided on %(subject)s"),
        ngettext_lazy("%(who)s decided on %(count)s service", "%(who)s decided on %(count)s services", "count"),
        cases={
            ServiceChoice.USE: _("%(who)s decided to use %(subject)s"),
            ServiceChoice.SKIP: _("%(who)s decided not to use %(subject)s"),
            ServiceChoice.LATER: _("%(who)s left %(subject)s to be decided later"),
        },
        subjects=_of(Service),
        values=_of(ServiceChoice),
    ),
)
register(
    EventKind.ACCOUNT_RECORDED,
    Formatter(
        Family.AGREEMENTS,
        _("%(who)s recorded the %(subject)s: %(new)s"),
        ngettext_lazy("%(who)s recorded %(count)s account id", "%(who)s recorded %(count)s account ids", "count"),
        cases={"": _("%(who)s removed the %(subject)s")},
        subjects=_of_fields(Accounts, "test_account_id", "production_account_id"),
    ),
)


# --- People

_person = partial(Formatter, Family.PEOPLE)

register(
    EventKind.CONTACT_CHANGED,
    _person(
        _("%(who)s made %(new)s the contact at Digipost"),
        cases={"": _("%(who)s left the integration without a contact at Digipost")},
        oneself=_("%(who)s became the contact at Digipost"),
    ),
)
register(
    EventKind.MEMBER_INVITED,
    _person(
        _("%(who)s invited %(subject)s"),
        ngettext_lazy("%(who)s invited %(count)s person", "%(who)s invited %(count)s people", "count"),
        oneself=_("%(who)s became a member of the integration"),
    ),
)
register(
    EventKind.INVITATION_RESENT,
    _person(
        _("%(who)s sent %(subject)s the invitation again"),
        ngettext_lazy("%(who)s sent %(count)s invitation again", "%(who)s sent %(count)s invitations again", "count"),
    ),
)
register(
    EventKind.INVITATION_REVOKED,
    _person(
        _("%(who)s withdrew the invitation of %(subject)s"),
        ngettext_lazy("%(who)s withdrew %(count)s invitation", "%(who)s withdrew %(count)s invitations", "count"),
    ),
)
register(EventKind.INVITATION_ACCEPTED, _person(_("%(who)s accepted the invitation")))
register(
    EventKind.MEMBER_LEFT,
    _person(
        _("%(who)s removed %(subject)s from the integration"),
        ngettext_lazy(
            "%(who)s removed %(count)s person from the integration",
            "%(who)s removed %(count)s people from the integration",
            "count",
        ),
        oneself=_("%(who)s left the integration"),
    ),
)
register(
    EventKind.ROLES_CHANGED,
    _person(
        _("%(who)s changed the roles of %(subject)s: %(new)s"),
        ngettext_lazy(
            "%(who)s changed the roles of %(count)s person", "%(who)s changed the roles of %(count)s people", "count"
        ),
        cases={"": _("%(who)s took all roles from %(subject)s")},
        values=_of(Role),
    ),
)
register(
    EventKind.PERSON_ERASED,
    RewrittenFormatter(Family.PEOPLE, _("%(who)s erased a person, who is called “%(subject)s” from now on")),
)
register(EventKind.ANONYMISED, RewrittenFormatter(Family.PEOPLE, _("%(who)s anonymised the integration")))


# --- Plan, solution and meetings

_MEETING_KINDS = _of(MeetingKind)
_MEETING_FIELDS = _of_fields(Meeting, "kind", "held_on", "sender_people", "digipost_people", "minutes", "document")
_accord = partial(Formatter, Family.PLAN, subjects=_of(Accord))

register(
    EventKind.MEETING_RECORDED,
    Formatter(
        Family.PLAN,
        _("%(who)s recorded a meeting: %(subject)s, %(new)s"),
        ngettext_lazy("%(who)s recorded %(count)s meeting", "%(who)s recorded %(count)s meetings", "count"),
        subjects=_MEETING_KINDS,
    ),
)
register(
    EventKind.MEETING_CHANGED,
    MeetingFormatter(
        Family.PLAN,
        _("%(who)s changed a meeting: %(subject)s"),
        ngettext_lazy(
            "%(who)s made %(count)s change to meetings", "%(who)s made %(count)s changes to meetings", "count"
        ),
        subjects={**_MEETING_KINDS, **_MEETING_FIELDS},
    ),
)
register(
    EventKind.MINUTES_CHANGED,
    Formatter(Family.PLAN, _("%(who)s changed the minutes of a meeting: %(subject)s"), subjects=_MEETING_KINDS),
)
register(
    EventKind.SOLUTION_DESCRIBED,
    Formatter(
        Family.PLAN,
        _("%(who)s described the solution: %(subject)s"),
        ngettext_lazy(
            "%(who)s described %(count)s part of the solution",
            "%(who)s described %(count)s parts of the solution",
            "count",
        ),
        subjects=SOLUTION_PARTS,
        values=_of(Interface, DocumentType),
    ),
)
register(
    EventKind.DATES_PROPOSED,
    RequirementFormatter(
        Family.PLAN,
        _("%(who)s proposed %(new)s for milestone %(subject)s"),
        ngettext_lazy("%(who)s proposed %(count)s date", "%(who)s proposed %(count)s dates", "count"),
        cases={
            "5.0": _("%(who)s proposed to launch on %(new)s"),
            "": _("%(who)s removed the date of milestone %(subject)s"),
        },
    ),
)
register(
    EventKind.BASELINE_SET,
    Formatter(
        Family.PLAN,
        _("%(who)s settled the original date of milestone %(subject)s: %(new)s"),
        ngettext_lazy(
            "%(who)s settled the original date of %(count)s milestone",
            "%(who)s settled the original dates of %(count)s milestones",
            "count",
        ),
        follows=(EventKind.AGREED,),
    ),
)
register(
    EventKind.AGREED,
    _accord(
        _("%(who)s agreed to %(subject)s"),
        cases={
            Party.SENDER: _("%(who)s agreed to %(subject)s for the sender"),
            Party.DIGIPOST: _("%(who)s agreed to %(subject)s for Digipost"),
        },
        values=_of(Party),
    ),
)
register(EventKind.ACCORD_LAPSED, _accord(_("%(who)s changed %(subject)s: both sides must agree again")))


# --- Tests

_SCENARIO_WORDS = {"optional": _("if needed"), "required": _("required"), "print_trial": _("trial of print")}
_verification = partial(RequirementFormatter, Family.TESTS)

register(
    EventKind.SCENARIO_ADDED,
    TitleFormatter(
        Family.TESTS,
        _("%(who)s added scenario %(subject)s “%(new)s”"),
        ngettext_lazy("%(who)s added %(count)s scenario", "%(who)s added %(count)s scenarios", "count"),
    ),
)
register(
    EventKind.SCENARIO_CHANGED,
    Formatter(
        Family.TESTS,
        _("%(who)s changed scenario %(subject)s"),
        ngettext_lazy("%(who)s changed %(count)s scenario", "%(who)s changed %(count)s scenarios", "count"),
        cases={
            "required": _("%(who)s made scenario %(subject)s required"),
            "print_trial": _("%(who)s made scenario %(subject)s the trial of print"),
        },
        values=_SCENARIO_WORDS,
    ),
)
register(
    EventKind.SCENARIO_REMOVED,
    TitleFormatter(
        Family.TESTS,
        _("%(who)s removed scenario %(subject)s “%(old)s”"),
        ngettext_lazy("%(who)s removed %(count)s scenario", "%(who)s removed %(count)s scenarios", "count"),
    ),
)
register(
    EventKind.RUN_RECORDED,
    RunFormatter(
        Family.TESTS,
        _("%(who)s recorded a run of %(subject)s: %(new)s"),
        ngettext_lazy("%(who)s recorded %(count)s run", "%(who)s recorded %(count)s runs", "count"),
        subjects=_of(Environment),
        values=_of(Outcome),
    ),
)
register(EventKind.VERIFICATION_RECORDED, _verification(_("%(who)s approved the tests")))
register(EventKind.VERIFICATION_WITHDRAWN, _verification(_("%(who)s withdrew the approval of the tests")))
register(
    EventKind.SCOPE_CHANGED,
    RequirementFormatter(
        Family.TESTS,
        _("%(who)s changed the scope of production tests"),
        cases={
            ScopeMode.RUN: _("%(who)s decided to run tests in production"),
            ScopeMode.NOT_NEEDED: _("%(who)s decided that no production tests are needed"),
        },
        values=_of(ScopeMode),
    ),
)


# --- Production and launch

_production = partial(RequirementFormatter, Family.PRODUCTION)

register(EventKind.PRODUCTION_ENABLED, _production(_("%(who)s opened sending in production")))
register(EventKind.PRODUCTION_DISABLED, _production(_("%(who)s closed sending in production")))
register(EventKind.DETAILS_PASSED, _production(_("%(who)s passed on the environment and account details")))
register(EventKind.DETAILS_ACKNOWLEDGED, _production(_("%(who)s acknowledged the account details")))
register(EventKind.LAUNCH_DATE_CONFIRMED, _production(_("%(who)s confirmed the launch on %(new)s")))
register(EventKind.FIRST_SENDING_RECORDED, _production(_("%(who)s recorded the first real sending")))
register(
    EventKind.MANUAL_APPROVAL_DECIDED,
    _production(
        _("%(who)s decided on manual approval of the first mass sendings"),
        cases={
            "True": _("%(who)s decided that the first mass sendings are approved by hand"),
            "False": _("%(who)s decided that the first mass sendings are not approved by hand"),
        },
        values={"True": _("Yes"), "False": _("No")},
    ),
)
register(
    EventKind.LAUNCH_CONFIRMED,
    _production(
        _("%(who)s confirmed the launch"),
        cases={
            Party.SENDER: _("%(who)s confirmed the launch for the sender"),
            Party.DIGIPOST: _("%(who)s confirmed the launch for Digipost"),
        },
        values=_of(Party),
    ),
)


# --- Operations

_follow_up = partial(Formatter, Family.OPERATIONS, values=_of(FollowUpState))
_operations = partial(Formatter, Family.OPERATIONS)

register(
    EventKind.FOLLOW_UP_ADDED,
    _follow_up(
        _("%(who)s added the follow-up item “%(subject)s”"),
        ngettext_lazy("%(who)s added %(count)s follow-up item", "%(who)s added %(count)s follow-up items", "count"),
    ),
)
register(
    EventKind.FOLLOW_UP_CLOSED,
    _follow_up(
        _("%(who)s closed the follow-up item “%(subject)s”"),
        ngettext_lazy("%(who)s closed %(count)s follow-up item", "%(who)s closed %(count)s follow-up items", "count"),
    ),
)
register(
    EventKind.DEFERRAL_PROPOSED,
    _operations(
        _("%(who)s proposed to defer “%(subject)s”: %(new)s"),
        ngettext_lazy(
            "%(who)s proposed to defer %(count)s item", "%(who)s proposed to defer %(count)s items", "count"
        ),
    ),
)
register(
    EventKind.FOLLOW_UP_DEFERRED,
    _follow_up(
        _("%(who)s deferred the follow-up item “%(subject)s”"),
        ngettext_lazy(
            "%(who)s deferred %(count)s follow-up item", "%(who)s deferred %(count)s follow-up items", "count"
        ),
    ),
)
register(
    EventKind.FOLLOW_UP_REOPENED,
    _follow_up(
        _("%(who)s reopened the follow-up item “%(subject)s”"),
        ngettext_lazy(
            "%(who)s reopened %(count)s follow-up item", "%(who)s reopened %(count)s follow-up items", "count"
        ),
    ),
)
register(
    EventKind.MONITORING_RECORDED,
    _operations(
        _("%(who)s recorded %(subject)s"),
        ngettext_lazy(
            "%(who)s recorded %(count)s thing about monitoring",
            "%(who)s recorded %(count)s things about monitoring",
            "count",
        ),
        subjects=_of_fields(Operations, "monitoring", "deviations_told_to"),
    ),
)
register(
    EventKind.READERS_NAMED,
    RequirementFormatter(
        Family.OPERATIONS,
        _("%(who)s named who reads Digipost's notices: %(new)s"),
        cases={"": _("%(who)s removed all who read Digipost's notices")},
    ),
)
register(
    EventKind.CERTIFICATE_RECORDED,
    RequirementFormatter(
        Family.OPERATIONS,
        _("%(who)s recorded that the certificate expires on %(new)s"),
        cases={"": _("%(who)s removed the date on which the certificate expires")},
    ),
)
register(
    EventKind.DEVIATION_OPENED,
    _operations(
        _("%(who)s opened the deviation “%(subject)s”"),
        ngettext_lazy("%(who)s opened %(count)s deviation", "%(who)s opened %(count)s deviations", "count"),
    ),
)
register(
    EventKind.DEVIATION_CLOSED,
    _operations(
        _("%(who)s closed the deviation “%(subject)s”"),
        ngettext_lazy("%(who)s closed %(count)s deviation", "%(who)s closed %(count)s deviations", "count"),
    ),
)


# --- Notices and reminders

register(
    EventKind.NOTICE_SENT,
    RecipientsFormatter(
        Family.MAIL,
        _("%(who)s sent the notice “%(subject)s” to %(new)s"),
        ngettext_lazy("%(who)s sent %(count)s notice", "%(who)s sent %(count)s notices", "count"),
    ),
)
register(
    EventKind.NOTICE_READ,
    Formatter(
        Family.MAIL,
        _("%(who)s read the notice “%(subject)s”"),
        ngettext_lazy("%(who)s read %(count)s notice", "%(who)s read %(count)s notices", "count"),
    ),
)
register(
    EventKind.NUDGED,
    ItemFormatter(
        Family.MAIL,
        _("%(who)s sent the %(new)s a reminder"),
        ngettext_lazy("%(who)s sent %(count)s reminder", "%(who)s sent %(count)s reminders", "count"),
        cases={Role.ONBOARDING: _("%(who)s sent Digipost a reminder")},
        values=_of(Role),
    ),
)
