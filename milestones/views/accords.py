"""What both sides agree on: the plan, the scenario set, the scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import policy, workflow
from ..forms import AgreeForm
from ..process import Accord, Party
from .integration_page import Done, IntegrationPage, Request


def accord_context(here: IntegrationPage, subject: Accord, slot: str = "agree") -> dict[str, Any]:
    """For _partials/accord.html: who agreed, and the form with which one's own side agrees to this version."""
    accord = here.integration.accords.select_related("sender_by", "digipost_by", "changed_by").get(subject=subject)
    may_agree = here.can[policy.AGREE[subject].value] and not accord.agreed_by(here.actor.party)
    is_ready = may_agree and not workflow.not_yet_agreeable(here.facts, subject)
    agree = AgreeForm(slot=slot, initial={"version": accord.version}) if is_ready else None
    return {"accord": accord, "may_agree": may_agree, "agree": agree}


def seen_accord(request: Request) -> int:
    """The version of the accord that the page showed, on which something is proposed; 0, which is none, if unsaid."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def proposed(subject: Accord, said: Callable[[], str]) -> Done:
    """What is told of a proposal: what was done, and how far both sides agree on it now."""

    def told(now: IntegrationPage) -> str:
        agreed = now.facts.accords[subject]
        ours, theirs = agreed.sender, agreed.digipost
        if now.actor.party is Party.DIGIPOST:
            ours, theirs = theirs, ours
        return f"{said()} {_so_far(ours, theirs)}".rstrip()

    return told


def _so_far(ours: bool, theirs: bool) -> str:
    if ours and theirs:
        return _("Both sides agree on it now.")
    return _("You have agreed to it for your own side; the other side must agree too.") if ours else ""


_PAGES = {Accord.PLAN: "plan", Accord.SCENARIOS: "scenarios", Accord.SCOPE: "production_tests"}


@require_POST
def agree(request: Request, reference: str, subject: str) -> HttpResponse:
    """Agree, for one's own side, to what the page showed."""
    here = IntegrationPage(request, reference)
    accord = Accord(subject)
    form = here.bound(AgreeForm, "agree")
    version = form.cleaned_data["version"] if form.is_valid() else 0
    done = proposed(accord, lambda: "")
    return here.press(workflow.agree, accord, to=here.url(_PAGES[accord]), done=done, version=version)
