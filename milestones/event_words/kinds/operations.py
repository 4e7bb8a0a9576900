"""Operations: the sentence of each kind of event."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...models import EventKind, Operations
from ...process import (
    ChangeKind,
    FollowUpState,
)
from ..formatters import (
    CertificateFormatter,
    Family,
    Formatter,
    RequirementFormatter,
    register,
)
from .labels import labels_of, labels_of_fields

_follow_up = partial(Formatter, Family.OPERATIONS, values=labels_of(FollowUpState))
_operations = partial(Formatter, Family.OPERATIONS)
_change = partial(Formatter, Family.OPERATIONS, subjects=labels_of(ChangeKind))

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
        subjects=labels_of_fields(Operations, "monitoring", "deviations_told_to"),
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
    EventKind.CERTIFICATE_UPLOADED,
    CertificateFormatter(
        Family.OPERATIONS,
        _("%(who)s uploaded the certificate of %(subject)s, which expires on %(new)s"),
        cases={"–": _("%(who)s uploaded a certificate without organisation number, which expires on %(new)s")},
    ),
)
register(
    EventKind.HEARTBEAT_MADE,
    RequirementFormatter(Family.OPERATIONS, _("%(who)s made an address for the monitoring's heartbeat: %(new)s")),
)
register(
    EventKind.HEARTBEAT_CHANGED,
    RequirementFormatter(Family.OPERATIONS, _("%(who)s changed when a heartbeat is expected: %(new)s")),
)
register(
    EventKind.HEARTBEAT_REPLACED,
    RequirementFormatter(Family.OPERATIONS, _("%(who)s replaced the address for the monitoring's heartbeat")),
)
register(
    EventKind.HEARTBEAT_REVOKED,
    RequirementFormatter(Family.OPERATIONS, _("%(who)s revoked the address for the monitoring's heartbeat")),
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
register(
    EventKind.CHANGE_DECLARED,
    _change(
        _("%(who)s declared a change (%(subject)s), to be retested by %(new)s"),
        cases={"": _("%(who)s declared a change (%(subject)s) that touches no scenario")},
    ),
)
register(EventKind.CHANGE_WITHDRAWN, _change(_("%(who)s withdrew the declared change (%(subject)s)")))
register(
    EventKind.CHANGE_COMPLETED,
    _change(
        _("%(who)s completed the declared change (%(subject)s): all that it touches has passed again (%(new)s)"),
        cases={"": _("%(who)s completed the declared change (%(subject)s): there was nothing to retest")},
    ),
)
