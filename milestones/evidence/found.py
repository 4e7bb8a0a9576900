"""What a machine found, in words: on pages, and in files that are taken along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .signs import described


def found_in_words(recorded: Mapping[str, Any]) -> str:
    """What came with a run, see `ScenarioRun.found`: of a report which tests, of Digipost's words what they say."""
    if "signs" in recorded:
        return described(frozenset(recorded["signs"]))
    if "format" not in recorded:
        return ""
    return f"{recorded['format']}, {recorded['file']}: {_tests(recorded)}"


def _tests(recorded: Mapping[str, Any]) -> str:
    passed, failed, skipped = (recorded[name] for name in ("passed", "failed", "skipped"))
    told = [ngettext("%(count)s test passed", "%(count)s tests passed", passed) % {"count": passed}]
    if failed:
        names = ", ".join(name or _("without a name") for name in recorded["names"])
        told.append(ngettext("%(count)s failed", "%(count)s failed", failed) % {"count": failed} + f" ({names})")
    if skipped:
        told.append(_("%(count)s skipped") % {"count": skipped})
    return ", ".join(told)
