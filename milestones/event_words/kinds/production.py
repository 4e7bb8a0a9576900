"""Production and launch: the sentence of each kind of event."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from ...models import EventKind
from ...process import (
    Party,
)
from ..formatters import (
    Family,
    RequirementFormatter,
    register,
)
from .labels import labels_of

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
        values=labels_of(Party),
    ),
)
