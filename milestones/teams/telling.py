"""What a message to Teams says, by what is recorded when it is sent; or why it is not sent after all.

Whether what is told is still so, the mail of the same news decides: there is one rule for both.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ..addresses import absolute, path_of
from ..event_words import lines_across
from ..mails import kinds
from ..mails.kinds.event_news import EventNews
from ..mails.letter import NotDue
from ..mails.today import Today
from ..mails.words import text_of
from ..models import Audience, Event, Integration, Mail, PostKind, TeamsPost
from ..process import Status, Text
from ..reminders import cases
from ..reminders.decide import Waiting, due_on, newly_overdue
from ..reminders.sweep import last_look
from ..texts import mid_sentence
from .cards import Told

MOST_LISTED = 5
"""Overdue things that one message lists."""


def told_by(post: TeamsPost, today: Today) -> Told | NotDue:
    """What a row says on the day of `today`, in the language of the product; both audiences read the same."""
    with override(settings.LANGUAGE_CODE):
        if post.kind == PostKind.TEST:
            return _test(post)
        if post.integration is None:
            raise ValueError(f"a message of kind {post.kind} is about an integration")
        if post.integration.status != Status.ACTIVE:
            return NotDue(_("The integration is paused or closed."))
        if post.kind == PostKind.OVERDUE:
            return _overdue(post, post.integration, today)
        return _news(post, post.integration, today)


def _test(post: TeamsPost) -> Told:
    if post.integration:
        about = _about(post.integration)
        page = path_of("teams", post.integration.reference)
        line = _("Messages about this integration come to this channel.")
    else:
        about, page = _("All integrations"), reverse("digipost_teams")
        line = _("Messages about all integrations come to this channel.")
    return Told(str(post.get_kind_display()), about, (line,), _("Open the page"), absolute(page))


def _news(post: TeamsPost, integration: Integration, today: Today) -> Told | NotDue:
    event = post.event
    if event is None:
        raise ValueError(f"a message of kind {post.kind} is about an event")
    news = _mail_of(event, integration, today)
    if because := news.refusal():
        return NotDue(because)
    (line,) = lines_across([event])
    path = news.path()
    if post.kind == PostKind.SUBMITTED and post.audience == Audience.INTEGRATION:
        path = path_of("milestone", integration.reference, f"M{event.subject}")  # the review is for Digipost alone
    return _told(post, integration, [line.sentence], path)


def _mail_of(event: Event, integration: Integration, today: Today) -> EventNews:
    """The mail that tells of the event, to nobody."""
    for kind, one in kinds.telling_of(event.kind):
        if issubclass(one, EventNews):
            return one(Mail(kind=kind, event=event, integration=integration), today)
    raise ValueError(f"no mail tells of {event.kind}")


def _overdue(post: TeamsPost, integration: Integration, today: Today) -> Told | NotDue:
    """What was newly overdue on the row's day, as far as it still waits."""
    chunks = cases.chunks(Integration.objects.filter(pk=integration.pk))
    before = last_look([integration.pk], post.after or post.day)
    for case in (case for chunk in chunks for case in chunk):
        late = newly_overdue(case, post.day, before, today.rules)
        if late:
            lines = [_line(waiting, due_on(case, waiting, today.rules)) for waiting in late[:MOST_LISTED]]
            more = len(late) - len(lines)
            if more:
                lines.append(_("and %(more)s more") % {"more": more})
            return _told(post, integration, lines, path_of("integration", integration.reference))
    return NotDue(_("What was to be told has changed meanwhile."))


WITHOUT_WORDS: dict[str, Text] = {
    "item_not_done": gettext_lazy("An item of the integration's own is not checked off"),
    "follow_up_open": gettext_lazy("A follow-up item is open"),
    "deferral_incomplete": gettext_lazy("A deferred follow-up item lacks owner or date"),
    "deferral_not_accepted": gettext_lazy("Digipost has not accepted the deferral of a follow-up item"),
    "notice_unread": gettext_lazy("Unread notices from Digipost: %(count)s"),
}
"""What is said of a reason whose own sentence has words that somebody wrote, or names: a channel may be anybody's."""


def said_of(waiting: Waiting) -> str:
    """What waits, without names and without what somebody wrote: of a scenario its id alone."""
    if waiting.reason in WITHOUT_WORDS:
        return str(WITHOUT_WORDS[waiting.reason]) % dict(waiting.params)
    params = tuple((name, value.partition(" ")[0] if name == "scenario" else value) for name, value in waiting.params)
    return text_of(replace(waiting, params=params))


def _line(waiting: Waiting, due: datetime.date) -> str:
    day = date_format(due, "SHORT_DATE_FORMAT")
    named = {"what": said_of(waiting), "role": mid_sentence(waiting.role.label), "day": day}
    return _("%(what)s. Responsible: %(role)s. Due date: %(day)s.") % named


def _told(post: TeamsPost, integration: Integration, lines: Iterable[str], path: str) -> Told:
    url = absolute(path)
    return Told(str(post.get_kind_display()), _about(integration), tuple(lines), _("Open the page"), url)


def _about(integration: Integration) -> str:
    return f"{integration} · {integration.organisation.name}"
