"""Agreements, services and accounts: the sentence of each kind of event."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...models import Accounts, EventKind
from ...process import (
    AgreementKind,
    Environment,
    Service,
    ServiceChoice,
)
from ..formatters import (
    Family,
    Formatter,
    register,
)
from .labels import labels_of, labels_of_fields

_agreement = partial(Formatter, Family.AGREEMENTS, subjects=labels_of(AgreementKind))

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
        subjects=labels_of(Service),
        values=labels_of(ServiceChoice),
    ),
)
register(
    EventKind.ACCOUNT_RECORDED,
    Formatter(
        Family.AGREEMENTS,
        _("%(who)s recorded the %(subject)s: %(new)s"),
        ngettext_lazy("%(who)s recorded %(count)s account id", "%(who)s recorded %(count)s account ids", "count"),
        cases={"": _("%(who)s removed the %(subject)s")},
        subjects=labels_of_fields(Accounts, "test_account_id", "production_account_id"),
    ),
)
register(
    EventKind.ACCOUNT_ATTESTED,
    Formatter(
        Family.AGREEMENTS,
        _("%(who)s recorded what Digipost's signed answer says of the account (%(subject)s): %(new)s"),
        cases={
            "known": _("%(who)s recorded that Digipost's signed answer knows the account (%(subject)s)"),
            "unknown": _("%(who)s recorded that Digipost's signed answer does not know the account (%(subject)s)"),
        },
        subjects=labels_of(Environment),
        values={"known": _("known"), "unknown": _("unknown")},
    ),
)
