"""Notices and reminders: the sentence of each kind of event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...models import EventKind
from ...process import (
    Role,
)
from ..formatters import (
    Family,
    Formatter,
    ItemFormatter,
    RecipientsFormatter,
    register,
)
from .labels import labels_of

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
    EventKind.NUDGE_ANSWERED,
    ItemFormatter(
        Family.MAIL,
        _("%(who)s answered the reminder: done by %(new)s"),
        ngettext_lazy("%(who)s answered %(count)s reminder", "%(who)s answered %(count)s reminders", "count"),
        cases={"": _("%(who)s answered the reminder")},
    ),
)
register(
    EventKind.NUDGED,
    ItemFormatter(
        Family.MAIL,
        _("%(who)s sent the %(new)s a reminder"),
        ngettext_lazy("%(who)s sent %(count)s reminder", "%(who)s sent %(count)s reminders", "count"),
        cases={Role.ONBOARDING: _("%(who)s sent Digipost a reminder")},
        values=labels_of(Role),
    ),
)
register(
    EventKind.TEAMS_ADDRESS_SET, Formatter(Family.MAIL, _("%(who)s connected the integration to a channel in Teams"))
)
register(
    EventKind.TEAMS_ADDRESS_REMOVED,
    Formatter(Family.MAIL, _("%(who)s removed the integration's connection to a channel in Teams")),
)
register(EventKind.WEBHOOK_SET, Formatter(Family.MAIL, _("%(who)s added a webhook to %(new)s")))
register(
    EventKind.WEBHOOK_CHANGED,
    Formatter(
        Family.MAIL,
        _("%(who)s changed the address of a webhook to one at %(new)s"),
        cases={"secret": _("%(who)s made a new secret for the webhook to %(new)s")},
        subjects={"address": _("Address"), "secret": _("Secret")},
    ),
)
register(EventKind.WEBHOOK_REMOVED, Formatter(Family.MAIL, _("%(who)s removed the webhook to %(old)s")))
register(
    EventKind.WEBHOOK_GONE,
    Formatter(Family.MAIL, _("%(who)s turned off the webhook to %(old)s: its receiver answered that it is gone")),
)
