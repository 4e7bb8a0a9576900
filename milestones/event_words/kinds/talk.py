"""Comments: the sentence of each kind of event. What they say stands with them, and not in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...models import EventKind
from ...models.comments import DEVIATION, MILESTONE, SCENARIO
from ..formatters import Family, TalkFormatter, register

register(
    EventKind.COMMENTED,
    TalkFormatter(
        Family.TALK,
        _("%(who)s commented on %(subject)s"),
        ngettext_lazy("%(who)s wrote %(count)s comment", "%(who)s wrote %(count)s comments", "count"),
        cases={
            MILESTONE: _("%(who)s commented on milestone %(subject)s"),
            SCENARIO: _("%(who)s commented on the scenario %(subject)s"),
            DEVIATION: _("%(who)s commented on the deviation “%(subject)s”"),
        },
    ),
)
register(
    EventKind.COMMENT_EDITED,
    TalkFormatter(
        Family.TALK,
        _("%(who)s edited a comment on %(subject)s"),
        ngettext_lazy("%(who)s edited %(count)s comment", "%(who)s edited %(count)s comments", "count"),
        cases={
            MILESTONE: _("%(who)s edited a comment on milestone %(subject)s"),
            SCENARIO: _("%(who)s edited a comment on the scenario %(subject)s"),
            DEVIATION: _("%(who)s edited a comment on the deviation “%(subject)s”"),
        },
    ),
)
register(
    EventKind.COMMENT_DELETED,
    TalkFormatter(
        Family.TALK,
        _("%(who)s deleted a comment on %(subject)s"),
        ngettext_lazy("%(who)s deleted %(count)s comment", "%(who)s deleted %(count)s comments", "count"),
        cases={
            MILESTONE: _("%(who)s deleted a comment on milestone %(subject)s"),
            SCENARIO: _("%(who)s deleted a comment on the scenario %(subject)s"),
            DEVIATION: _("%(who)s deleted a comment on the deviation “%(subject)s”"),
        },
    ),
)
