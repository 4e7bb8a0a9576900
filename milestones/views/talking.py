"""What is said about the things of a page: each with its count and its latest comments, all in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .. import gates, talk
from ..forms import CommentForm
from ..forms.comments import slot_of
from ..models import Comment, Milestone
from ..models.comments import MILESTONE, REQUIREMENT, about
from .integration_page import IntegrationPage

SHOWN = 20
"""The latest comments on a thing that stand on its page; the page of what is said about it has them all."""


@dataclass(frozen=True)
class Thread:
    """What is said about one thing, as whoever asks may read it: the latest comments, oldest first.

    `said` and `notes` count all that stand, notes apart; `earlier` are those that are not among the latest.
    `unfolded` is the one that an address asks for.
    """

    about: str
    title: str
    comments: tuple[Comment, ...]
    said: int
    notes: int
    earlier: int
    unfolded: bool

    @property
    def slot(self) -> str:
        return slot_of(self.about)


def threads(here: IntegrationPage, things: Mapping[str, str]) -> dict[str, Thread]:
    """What is said about these things, each with what it is called."""
    rows = Comment.objects.visible_to(here.request.user).filter(integration=here.integration, about__in=things)
    found: dict[str, list[Comment]] = defaultdict(list)
    for comment in rows.select_related("author", "deleted_by").latest_of_each(SHOWN):
        found[comment.about].append(comment)
    asked = here.request.GET.get("talk")
    return {one: _thread(one, title, found[one], unfolded=asked == one) for one, title in things.items()}


def _thread(about: str, title: str, comments: list[Comment], *, unfolded: bool) -> Thread:
    if not comments:
        return Thread(about, title, (), said=0, notes=0, earlier=0, unfolded=unfolded)
    first, earlier = comments[0], comments[0].in_all - len(comments)
    return Thread(about, title, tuple(comments), first.said, first.notes, earlier, unfolded)


def offers_to_write(here: IntegrationPage, abouts: Iterable[str]) -> list[CommentForm]:
    """A form for each of these things, for who may say something; nothing for others. One query."""
    if not here.can["comment"]:
        return []
    readers = readers_on(here)
    return [CommentForm(slot=slot_of(one), readers=readers, internally=here.can["write_internally"]) for one in abouts]


def readers_on(here: IntegrationPage) -> talk.Readers:
    """Whom whoever asks may tell of what they write."""
    names = here.facts.names
    members = {pk: names[pk] for pk in here.facts.member_ids}
    return talk.readers_of(here.integration, here.request.user, members)


def of_milestone(milestone: Milestone, findings: Iterable[gates.Finding]) -> dict[str, str]:
    """The things of a milestone that are talked about, each with what it is called: its requirements, and itself."""
    return {**of_requirements(findings), about(MILESTONE, milestone.number): str(milestone)}


def of_requirements(findings: Iterable[gates.Finding]) -> dict[str, str]:
    """Requirements, and items of the integration's own, each with what it is called."""
    return {
        about(REQUIREMENT, one.key): f"{one.key} {one.title}" if one.requirement else str(one.title)
        for one in findings
    }
