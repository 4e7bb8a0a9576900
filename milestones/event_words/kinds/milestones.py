"""Milestones and checklist: the sentence of each kind of event."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...models import EventKind, Organisation
from ...process import (
    MilestoneState,
    Phase,
    Role,
    Status,
)
from ..formatters import (
    Family,
    Formatter,
    RegisterFormatter,
    RequirementFormatter,
    register,
)
from .labels import labels_of, labels_of_fields

_integration = partial(Formatter, Family.MILESTONES)
_status = partial(Formatter, Family.MILESTONES, values=labels_of(Status))
_milestone = partial(Formatter, Family.MILESTONES, values=labels_of(MilestoneState))
_requirement = partial(RequirementFormatter, Family.MILESTONES)

register(EventKind.INTEGRATION_CREATED, _integration(_("%(who)s created the integration “%(subject)s”")))
register(EventKind.INTAKE_ACCEPTED, _integration(_("%(who)s accepted the intake")))
register(
    EventKind.ORGANISATION_CHANGED,
    RegisterFormatter(
        Family.MILESTONES,
        _("%(who)s found a change in the register of entities: %(subject)s is now “%(new)s”"),
        cases={"standing": _("%(who)s found that the organisation's status in the register of entities is “%(new)s”")},
        subjects=labels_of_fields(
            Organisation, "standing", "registered_name", "legal_form", "address", "municipality"
        ),
    ),
)
register(EventKind.PAUSED, _status(_("%(who)s paused the integration")))
register(EventKind.RESUMED, _status(_("%(who)s resumed the integration")))
register(EventKind.CLOSED, _status(_("%(who)s closed the integration")))
register(
    EventKind.PHASE_CHANGED,
    _integration(
        _("%(who)s moved the integration to the phase “%(new)s”"),
        cases={Phase.OPERATIONS: _("%(who)s moved the integration to operations")},
        values=labels_of(Phase),
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
        values=labels_of(Role),
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
    EventKind.ON_TRACK,
    Formatter(
        Family.MILESTONES,
        _("%(who)s said that milestone %(subject)s is on track for %(new)s"),
        ngettext_lazy(
            "%(who)s said that %(count)s milestone is on track",
            "%(who)s said that %(count)s milestones are on track",
            "count",
        ),
    ),
)
register(
    EventKind.CARRIED_OVER,
    _requirement(
        _("%(who)s carried over “%(subject)s”, met %(new)s"),
        ngettext_lazy(
            "%(who)s carried over %(count)s requirement that was met before",
            "%(who)s carried over %(count)s requirements that were met before",
            "count",
        ),
    ),
)
register(
    EventKind.CARRIED_OVER_ENDED,
    _requirement(
        _("%(who)s found that what was carried over for “%(subject)s” no longer counts"),
        ngettext_lazy(
            "%(who)s found that %(count)s requirement that was carried over no longer counts",
            "%(who)s found that %(count)s requirements that were carried over no longer count",
            "count",
        ),
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
