"""The page between a press and what it does, where that is wide or cannot be taken back: how much, and to whom.

It holds what was typed, and is sent to the same address; the words that it showed go along, signed, and only what
says the same is done. See `workflow/confirming.py`.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..formkeys import key_of
from ..forms.base import Form
from ..workflow import Effect

NAME = "confirmed"
"""The hidden field's."""
_SALT = "milestones.views.confirming"


def confirmed_in(request: HttpRequest) -> tuple[str, ...]:
    """The sentences that were confirmed; none where nothing was, or nothing that we showed."""
    try:
        return tuple(signing.loads(request.POST.get(NAME, ""), salt=_SALT))
    except signing.BadSignature:
        return ()


def goes_back(request: HttpRequest) -> bool:
    """Whether the form is to be shown again as it was typed, to change it."""
    return "change" in request.POST


def is_told(field: BoundField) -> bool:
    """Whether the effect itself says what stands in the field, as a form's own field may say (`is_told`)."""
    return bool(getattr(field.field, "is_told", False))


def ask(request: HttpRequest, effect: Effect, *, to: str, form: Form | None = None, **context: Any) -> HttpResponse:
    """Ask whether what `effect` says is to be done; `to` is where to go if not, if the form says nothing else."""
    key, before = key_of(request), confirmed_in(request)
    asked = {
        "effect": effect,
        "before": [told for told in before if told not in effect.told],
        "changed": bool(before),
        "confirmed": signing.dumps(effect.told, salt=_SALT),
        "cancel": key.page if key else to,
        "form": form,
        "typed": [one for one in form.visible_fields() if one.value() and not is_told(one)] if form else [],
        "layout": "integration/base.html" if "here" in context else "base.html",
    }
    return render(request, "confirm.html", context | asked)
