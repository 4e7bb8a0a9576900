"""Plan, solution and meetings: the sentence of each kind of event."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...gates import SOLUTION_PARTS
from ...models import EventKind, Meeting, MeetingKind
from ...process import (
    Accord,
    DocumentType,
    Interface,
    Party,
)
from ..formatters import (
    Family,
    Formatter,
    MeetingFormatter,
    PlannedMeetingFormatter,
    RequirementFormatter,
    register,
)
from .labels import labels_of, labels_of_fields

_MEETING_KINDS = labels_of(MeetingKind)
_MEETING_FIELDS = labels_of_fields(
    Meeting, "kind", "held_on", "sender_people", "digipost_people", "minutes", "document"
)
_PLAN_FIELDS = labels_of_fields(Meeting, "kind", "held_on", "starts_at", "ends_at", "place", "agenda")
_planned = partial(PlannedMeetingFormatter, Family.PLAN, subjects={**_MEETING_KINDS, **_PLAN_FIELDS})
_accord = partial(Formatter, Family.PLAN, subjects=labels_of(Accord))

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
    EventKind.MEETING_PLANNED,
    _planned(
        _("%(who)s planned a meeting: %(subject)s, %(new)s"),
        ngettext_lazy("%(who)s planned %(count)s meeting", "%(who)s planned %(count)s meetings", "count"),
    ),
)
register(
    EventKind.MEETING_REPLANNED,
    _planned(
        _("%(who)s changed the plan of a meeting: %(subject)s, %(new)s"),
        ngettext_lazy(
            "%(who)s made %(count)s change to the plan of meetings",
            "%(who)s made %(count)s changes to the plan of meetings",
            "count",
        ),
    ),
)
register(EventKind.MEETING_INVITED, _planned(_("%(who)s invited more people to a meeting: %(subject)s, %(new)s")))
register(
    EventKind.MEETING_UNINVITED,
    _planned(_("%(who)s withdrew the invitation to a meeting: %(subject)s, %(old)s")),
)
register(EventKind.MEETING_CALLED_OFF, _planned(_("%(who)s called off a meeting: %(subject)s, %(old)s")))
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
        values=labels_of(Interface, DocumentType),
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
        values=labels_of(Party),
    ),
)
register(EventKind.ACCORD_LAPSED, _accord(_("%(who)s changed %(subject)s: both sides must agree again")))
