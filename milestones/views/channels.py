"""What the pages of channels in Teams and of webhooks have in common: the latest messages, and what became of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..event_words import formatter_of
from ..models import Event, SendState, TeamsPost, WebhookPost
from ..models.channels import PostQuerySet
from ..process import MILESTONE_TITLES

POSTS_SHOWN = 20
"""The latest messages that a page lists."""

Post = TeamsPost | WebhookPost


def shown(posts: PostQuerySet[TeamsPost] | PostQuerySet[WebhookPost]) -> list[tuple[Post, str]]:
    """The latest of these, and first those that failed; each with what it is about beside its kind."""
    failed: list[Post] = list(posts.filter(state=SendState.FAILED)[:POSTS_SHOWN])
    others = [post for post in posts[:POSTS_SHOWN] if post not in failed]
    return [(post, _about(post.event)) for post in (*failed, *others)]


def _about(event: Event | None) -> str:
    """A milestone, a requirement or a notice; empty for the others."""
    if event is None:
        return ""
    if event.subject.isdecimal():
        return f"{event.subject} {MILESTONE_TITLES[int(event.subject)]}"
    return formatter_of(event.kind).subject(event.subject)


def tried_again() -> str:
    return _("It is tried again.")
