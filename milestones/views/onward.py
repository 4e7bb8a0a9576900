"""Where an action leads: on to its person's next task once its page has none left for them; and what is said there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.utils.html import format_html
from django.utils.translation import gettext as _

from .. import policy
from ..addresses import Named, path_to
from ..process import Role, Status
from ..texts import mid_sentence

if TYPE_CHECKING:
    from .integration_page import IntegrationPage


class Task(Named, Protocol):
    """What an Unmet and a waiting item have in common: on whom it stands."""

    @property
    def role(self) -> str: ...


T = TypeVar("T", bound=Task)


class Onward:
    """What leads on from one action on an integration; made before it, from the tasks that are stored then."""

    def __init__(self, here: IntegrationPage) -> None:
        self._before = list(here.integration.waiting_items.exclude(where="milestone"))  # its page leads on by itself

    def leads_to(self, now: IntegrationPage, to: str) -> str:
        """Where to go: to `to`, unless the action did there all that its person had to do, and something is next.

        `now` is the integration after the action. Who comes to a page without a task there, to look or to revise,
        stays on it.
        """
        mine = _pages_of(_of_person(now, now.moves), now)
        was_asked_here = to in _pages_of(_of_person(now, self._before), now)
        if not _leads_on_from(now, to) or to in mine or not was_asked_here:
            return to
        return mine[0] if mine else _milestone(now)


def told(now: IntegrationPage, done: str, to: str, leads_to: str) -> str:
    """What was done, by way of `to`; and what is next for this person where they are led, or what leads there."""
    if to == leads_to:
        return format_html("{} {}", done, _link_from(now, to))
    mine = next((move for move in _of_person(now, now.moves) if _page_of(move, now) == leads_to), None)
    following = _("Next for you: %(task)s.") % {"task": mid_sentence(mine.text)} if mine else ""
    return format_html("{} {} {}", done, following, _link("", to, _("Show what is recorded")))


def _link_from(now: IntegrationPage, to: str) -> str:
    """A link to what this person is to do next, or back to the milestone at hand."""
    if not _leads_on_from(now, to):
        return ""
    mine = next(iter(_of_person(now, now.moves)), None)
    if mine:
        return _link(_("Next for you:"), path_to(mine, now.integration.reference), mine.text)
    back, number = _milestone(now), now.facts.phase.number
    label = _("Back to milestone %(number)s") % {"number": number} if number else _("Back to operations")
    return "" if to == back else _link("", back, label)


def _leads_on_from(now: IntegrationPage, to: str) -> bool:
    """Not while the integration rests, and not where `to` leads elsewhere, as from one review to the next."""
    elsewhere = "queue" in now.request.POST or not to.startswith(now.url("integration"))
    return not elsewhere and now.integration.status == Status.ACTIVE and now.actor.may_see


def _milestone(now: IntegrationPage) -> str:
    """The page of the milestone at hand, or of operations."""
    number = now.facts.phase.number
    return now.url("milestone", number) if number else now.url("operations")


def _of_person(now: IntegrationPage, tasks: Iterable[T]) -> list[T]:
    return [task for task in tasks if policy.may_act_as(now.actor, Role(task.role))]


def _pages_of(tasks: Iterable[Named], now: IntegrationPage) -> list[str]:
    return [_page_of(task, now) for task in tasks]


def _page_of(task: Named, now: IntegrationPage) -> str:
    return path_to(task, now.integration.reference).partition("#")[0]


def _link(before: str, path: str, label: str) -> str:
    return format_html('{} <a class="ds-link" href="{}">{}</a>', before, path, label)
