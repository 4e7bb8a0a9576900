"""People: the sentence of each kind of event."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...models import EventKind
from ...process import (
    Role,
)
from ..formatters import (
    Family,
    Formatter,
    RewrittenFormatter,
    register,
)
from .labels import labels_of

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
        values=labels_of(Role),
    ),
)
register(
    EventKind.PERSON_ERASED,
    RewrittenFormatter(Family.PEOPLE, _("%(who)s erased a person, who is called “%(subject)s” from now on")),
)
register(EventKind.ANONYMISED, RewrittenFormatter(Family.PEOPLE, _("%(who)s anonymised the integration")))
