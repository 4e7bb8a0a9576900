"""What a machine found, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..evidence import oracles
from ..evidence.signs import described
from ..gates import BasicScenarioFact
from ..process import Rung

register = template.Library()


@register.filter
def found(recorded: Mapping[str, Any]) -> str:
    """What came with a run, see `ScenarioRun.found`: of a report which tests, of Digipost's words what they say."""
    if "signs" in recorded:
        return described(frozenset(recorded["signs"]))
    if "format" not in recorded:
        return ""
    return f"{recorded['format']}, {recorded['file']}: {_tests(recorded)}"


@register.filter
def told(signs: Iterable[str]) -> str:
    """What Digipost said, in a line."""
    return described(signs)


@register.filter
def ways(asked: BasicScenarioFact) -> list[str]:
    """By which of Digipost's words a scenario is shown as well as the catalogue asks, a line each."""
    return oracles.ways(asked.oracle, Rung(asked.least_rung))


def _tests(recorded: Mapping[str, Any]) -> str:
    passed, failed, skipped = (recorded[name] for name in ("passed", "failed", "skipped"))
    told = [ngettext("%(count)s test passed", "%(count)s tests passed", passed) % {"count": passed}]
    if failed:
        names = ", ".join(name or _("without a name") for name in recorded["names"])
        told.append(ngettext("%(count)s failed", "%(count)s failed", failed) % {"count": failed} + f" ({names})")
    if skipped:
        told.append(_("%(count)s skipped") % {"count": skipped})
    return ", ".join(told)
