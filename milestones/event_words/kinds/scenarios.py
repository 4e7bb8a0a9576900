"""Scenarios, their runs and what is decided about them: the sentence of each kind of event."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...models import EventKind
from ...process import (
    Environment,
    Outcome,
    Rung,
    ScopeMode,
)
from ..formatters import (
    Family,
    Formatter,
    RequirementFormatter,
    RunFormatter,
    TitleFormatter,
    register,
)
from .labels import labels_of

_SCENARIO_WORDS = {"optional": _("if needed"), "required": _("required"), "print_trial": _("trial of print")}
_verification = partial(RequirementFormatter, Family.TESTS)

register(
    EventKind.SCENARIO_ADDED,
    TitleFormatter(
        Family.TESTS,
        _("%(who)s added scenario %(subject)s “%(new)s”"),
        ngettext_lazy("%(who)s added %(count)s scenario", "%(who)s added %(count)s scenarios", "count"),
    ),
)
register(
    EventKind.SCENARIO_CHANGED,
    Formatter(
        Family.TESTS,
        _("%(who)s changed scenario %(subject)s"),
        ngettext_lazy("%(who)s changed %(count)s scenario", "%(who)s changed %(count)s scenarios", "count"),
        cases={
            "required": _("%(who)s made scenario %(subject)s required"),
            "print_trial": _("%(who)s made scenario %(subject)s the trial of print"),
        },
        values=_SCENARIO_WORDS,
    ),
)
register(
    EventKind.SCENARIO_REMOVED,
    TitleFormatter(
        Family.TESTS,
        _("%(who)s removed scenario %(subject)s “%(old)s”"),
        ngettext_lazy("%(who)s removed %(count)s scenario", "%(who)s removed %(count)s scenarios", "count"),
    ),
)
register(
    EventKind.RUN_RECORDED,
    RunFormatter(
        Family.TESTS,
        _("%(who)s recorded a run of %(subject)s: %(new)s"),
        ngettext_lazy("%(who)s recorded %(count)s run", "%(who)s recorded %(count)s runs", "count"),
        subjects=labels_of(Environment, Rung),
        values=labels_of(Outcome),
    ),
)
register(EventKind.VERIFICATION_RECORDED, _verification(_("%(who)s approved the tests")))
register(EventKind.VERIFICATION_WITHDRAWN, _verification(_("%(who)s withdrew the approval of the tests")))
register(
    EventKind.SCOPE_CHANGED,
    RequirementFormatter(
        Family.TESTS,
        _("%(who)s changed the scope of production tests"),
        cases={
            ScopeMode.RUN: _("%(who)s decided to run tests in production"),
            ScopeMode.NOT_NEEDED: _("%(who)s decided that no production tests are needed"),
        },
        values=labels_of(ScopeMode),
    ),
)
