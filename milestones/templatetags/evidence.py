"""What a machine found, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..evidence.signs import described

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


def _tests(recorded: Mapping[str, Any]) -> str:
    passed, failed, skipped = (recorded[name] for name in ("passed", "failed", "skipped"))
    told = [ngettext("%(count)s test passed", "%(count)s tests passed", passed) % {"count": passed}]
    if failed:
        names = ", ".join(recorded["names"])
        told.append(ngettext("%(count)s failed", "%(count)s failed", failed) % {"count": failed} + f" ({names})")
    if skipped:
        told.append(_("%(count)s skipped") % {"count": skipped})
    return ", ".join(told)
