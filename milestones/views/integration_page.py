"""The integration that a request is about, seen by who asks; and the one way in which a form is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from .. import gates, policy, workflow
from ..actors import actor_of
from ..compiled import Compiled
from ..entry import drafts
from ..facts import facts_of, integration_now
from ..formkeys import number_of
from ..forms.base import Form, ReasonForm
from ..models import Integration, Milestone, RequirementLink, User
from ..process import MilestoneState, Phase, Role
from ..workflow.effects import Trial
from . import confirming
from .areas import areas_of
from .onward import Onward, told

M = TypeVar("M", bound=models.Model)


class Request(HttpRequest):
    """A request behind LoginRequiredMiddleware: somebody is signed in."""

    user: User


PAGE_SIZE = 50
"""Rows of a list before it goes on on another page."""


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200, *, listed: Iterable[Form] = ()
) -> HttpResponse:
    """A page with forms: into them goes what was typed when a session ended, see `entry/drafts.py`.

    They stand in `context` by name; `listed` are those that stand in its lists.
    """
    drafts.restore(request, [*context.values(), *listed])
    return render(request, template, context | {"status": status}, status=status)


def offered(offers: Iterable[Form | None], sent: Form | None) -> dict[str, Form]:
    """The forms of a page by slot: the one that was `sent` to it, and the others as they are offered.

    `offers` has None for a form that its page does not have as things stand, or not for this person. Raises Stale if
    the page does not offer what was sent: it could not say what is wrong with it.
    """
    forms = {form.slot: form for form in offers if form}
    if sent and sent.slot not in forms:
        raise workflow.stale()
    return forms | {sent.slot: sent} if sent else forms


def status_with(sent: Form | None) -> int:
    """Of a page with a form that was sent to it, or none; nothing need be wrong with what is to be changed."""
    return 422 if sent and sent.errors else 200


MILESTONES = Compiled(
    Milestone.objects.select_related("submitted_by", "approved_by", "returned_by").order_by("number")
)


class IntegrationPage:
    """One integration, what is recorded about it now, and what the person asking may do.

    Raises Http404 for whom it does not exist.
    """

    def __init__(self, request: Request, reference: str, *, whoever_asks: bool = False) -> None:
        """With `whoever_asks`, also for whom it does not exist any more: say little then."""
        self.request = request
        visible = Integration.objects.all() if whoever_asks else Integration.objects.visible_to(request.user)
        found = get_object_or_404(visible.only("pk"), reference=reference)
        self.integration = integration_now(found.pk)

    @cached_property
    def facts(self) -> gates.Facts:
        return facts_of(self.integration)

    @cached_property
    def actor(self) -> policy.Actor:
        return actor_of(self.request.user, self.facts)

    @cached_property
    def can(self) -> dict[str, bool]:
        """By right: whether to offer it. The door asks again. Nothing is offered on what is closed."""
        return {right.value: self.integration.is_open and policy.may(self.actor, right) for right in policy.Right}

    @cached_property
    def done_by(self) -> dict[str, str]:
        """By right: the roles that have it."""
        return {right.value: policy.who_may(policy.RIGHTS[right]) for right in policy.Right}

    def may_act_as(self, role: str) -> bool:
        return self.integration.is_open and policy.may_act_as(self.actor, Role(role))

    @cached_property
    def moves(self) -> list[gates.Unmet]:
        return gates.next_moves(self.facts)

    @cached_property
    def mine(self) -> list[gates.Unmet]:
        """What whoever asks is to do next."""
        return [move for move in self.moves if policy.may_act_as(self.actor, move.role)]

    @cached_property
    def on_others(self) -> list[gates.Unmet]:
        """What others are to do next."""
        return [move for move in self.moves if not policy.may_act_as(self.actor, move.role)]

    def unmet(self, code: str) -> list[gates.Unmet]:
        return gates.unmet_of(code, self.facts)

    def blockers(self, code: str) -> list[gates.Unmet]:
        return gates.blockers(code, self.facts)

    @cached_property
    def links(self) -> dict[str, list[RequirementLink]]:
        """The links to documentation that staff keep, by the requirement's code."""
        return RequirementLink.objects.by_requirement()

    @cached_property
    def version(self) -> str:
        """Names what this page shows: sent along with a decision, so that nothing newer is decided on."""
        return workflow.version_of(self.integration)

    @cached_property
    def milestones(self) -> list[Milestone]:
        """The five, in order."""
        return list(MILESTONES.of([self.integration.pk]))

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The stepper: the five milestones, each with its state and whether something of it is no longer met."""
        current = Phase(self.integration.phase).number
        return [
            {
                "milestone": milestone,
                "state": MilestoneState(milestone.state),
                "current": current == milestone.number,
                "lapsed": milestone.state == MilestoneState.APPROVED
                and any(finding.counts for finding in gates.findings(milestone.number, self.facts)),
            }
            for milestone in self.milestones
        ]

    def find(self, model: type[M], pk: int) -> M:
        """One of this integration's own rows, or Http404."""
        return get_object_or_404(model._default_manager.filter(integration=self.integration), pk=pk)

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.integration.reference, *args])

    def page(
        self, template: str, *, offers: Iterable[Form | None] = (), sent: Form | None = None, **context: Any
    ) -> HttpResponse:
        """A page of this integration, in the template of that name; 422 with what is wrong with the form that was
        `sent` to it.

        `offers` says which forms it has, as of `offered`, by whose slots the template asks for them.
        """
        areas = areas_of(self.integration.reference, template)
        here = {"here": self, "integration": self.integration, "facts": self.facts, "areas": areas}
        forms = offered(offers, sent)
        return page(self.request, f"integration/{template}.html", here | context | forms, status_with(sent))

    def bound(self, form: type[Form], slot: str, **kwargs: Any) -> Any:
        """The form as it was sent."""
        return form(self.request.POST, self.request.FILES, slot=slot, **kwargs)

    def answer(
        self,
        form: Form,
        do: Callable[..., object],
        *ids: object,
        show: Show,
        to: str,
        done: Done = "",
        effect: Reckon | None = None,
        reveal: Reveal | None = None,
        **fixed: object,
    ) -> HttpResponse:
        """Do what a valid form asks and say that it is `done`, or what the form says of it, at `to` or on from there;
        or `reveal` in this very answer what came of it. Otherwise show the page again with the form's errors (422).

        Whoever may not is refused before the form is read: nobody's file is examined for nothing. What workflow finds
        wrong with a field stands by that field too. Its refusals become pages in middleware/refusals.py; so does a
        form that its page does not offer. What has an `effect` is confirmed first.
        """
        workflow.require_beforehand(do, self.integration, *ids, by=self.request.user)
        if form.is_valid() and not confirming.goes_back(self.request):
            asked = partial(do, self.integration, *ids, by=self.request.user, **fixed, **form.arguments)
            return self._try(asked, form, to, done, effect, reveal) or show(self, form)
        return show(self, form)

    def _try(
        self,
        do: Callable[[], object],
        form: Form,
        to: str,
        done: Done,
        effect: Reckon | None,
        reveal: Reveal | None,
    ) -> HttpResponse | None:
        """Do what the form asks, or ask for its confirmation; None if workflow found something wrong with a field."""
        onward = Onward(self)
        try:
            came_of_it = self._do(do, effect)
        except workflow.Unconfirmed as asked:
            return self._ask(asked.effect, to, form)
        except ValidationError as error:
            form.refuse(error)
            return None
        if reveal:
            return reveal(self, came_of_it)
        return redirect(self.say(done or form.done, to, onward))

    def answer_reason(
        self,
        slot: str,
        do: Callable[..., object],
        *ids: object,
        show: Show,
        to: str,
        done: str,
        effect: Reckon | None = None,
    ) -> HttpResponse:
        """`answer` for what is asked with a reason and nothing else."""
        return self.answer(self.bound(ReasonForm, slot), do, *ids, show=show, to=to, done=done, effect=effect)

    def say(self, done: Done, to: str, onward: Onward | None = None) -> str:
        """Say what was done and what is next, by what is recorded now, by whoever did it just now.

        Returns where to go: `to`, or on from there, if `onward` was made before it was done.
        """
        now = IntegrationPage(self.request, self.integration.reference, whoever_asks=True)
        leads_to = onward.leads_to(now, to) if onward else to
        messages.success(self.request, told(now, done(now) if callable(done) else done, to, leads_to))
        return leads_to

    def press(
        self,
        do: Callable[..., object],
        *ids: object,
        to: str,
        done: Done,
        effect: Reckon | None = None,
        reveal: Reveal | None = None,
        **fixed: object,
    ) -> HttpResponse:
        """Do what a button without a form asks, and say that it is `done`, at `to` or on from there: see `onward.py`.

        Or `reveal` what came of it, as in `answer`. What has an `effect` is confirmed first.
        """
        onward = Onward(self)
        try:
            came_of_it = self._do(partial(do, self.integration, *ids, by=self.request.user, **fixed), effect)
        except workflow.Unconfirmed as asked:
            return self._ask(asked.effect, to)
        if reveal:
            return reveal(self, came_of_it)
        return redirect(self.say(done, to, onward))

    def _do(self, do: Callable[[], object], effect: Reckon | None) -> Any:
        """What came of doing it, as sent by this request.

        Raises Unconfirmed for what has an `effect` that was not confirmed.
        """
        with workflow.sent_with(number_of(self.request)):
            if effect:
                tried = Trial(self.integration)
                return workflow.if_confirmed(confirming.confirmed_in(self.request), do, lambda _done: effect(tried))
            return do()

    def _ask(self, effect: workflow.Effect, to: str, form: Form | None = None) -> HttpResponse:
        here = {"here": self, "integration": self.integration}
        return confirming.ask(self.request, effect, to=to, form=form, **here)


Show = Callable[[IntegrationPage, Form | None], HttpResponse]
"""Shows a page, with the form that was sent to it if one was."""

Reveal = Callable[[IntegrationPage, Any], HttpResponse]
"""Shows what came of a form or a button."""

Reckon = Callable[[Trial], workflow.Effect]
"""Says what was done, for whoever is to confirm it: see `workflow/effects.py`."""
Done = str | Callable[[IntegrationPage], str]
"""What is said when something has been done; where it depends on what came of it, by the page as it is then."""
