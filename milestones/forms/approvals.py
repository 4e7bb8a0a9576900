"""The review queue: which part of it is shown, and who takes what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Integration, User
from ..process import MILESTONE_NUMBERS, MILESTONE_TITLES, Status
from ..review_queue import Queue
from .base import Form, line
from .portfolio import ANY


class QueueFilter(Form):
    """What the queue shows; every field may be left out, and a value that makes no sense is ignored."""

    queue = forms.ChoiceField(choices=Queue.choices, required=False, widget=forms.HiddenInput())
    milestone = forms.TypedChoiceField(
        label=_("Milestone"),
        choices=[ANY, *((n, f"{n} {MILESTONE_TITLES[n]}") for n in MILESTONE_NUMBERS)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    q = line(_("Organisation or integration"), required=False)


MOST_DIGITS = 18
"""Of a primary key: SQLite takes no number beyond 64 bits."""


class MarkedField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The rows that were marked; a number that no database holds is none of them."""

    def clean(self, value: Any) -> Any:
        return super().clean([one for one in value or [] if len(str(one)) <= MOST_DIGITS])


class MarkedForm(Form):
    """The integrations that are marked in a list."""

    integrations = MarkedField(
        label=_("Marked"),
        queryset=Integration.objects.exclude(status=Status.CLOSED),
        error_messages={"required": _("Mark at least one in the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["integrations"].is_told = True  # type: ignore[attr-defined]

    @property
    def done(self) -> str:
        count = len(self.cleaned_data["integrations"])
        told = ngettext("Milestone 1 is approved.", "Milestone 1 of %(count)s integrations is approved.", count)
        return told % {"count": count}


class AssignForm(MarkedForm):
    """Who at Digipost takes those that are marked."""

    contact = forms.ModelChoiceField(
        label=_("Assign the marked ones to"),
        queryset=User.objects.none(),
        empty_label=_("Choose somebody"),
        error_messages={"required": _("Choose who takes them")},
    )
    field_order = ("contact", "integrations")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = User.objects.staff()  # type: ignore[attr-defined]

    @property
    def done(self) -> str:
        count, contact = len(self.cleaned_data["integrations"]), self.cleaned_data["contact"]
        told = ngettext("One case is assigned to %(who)s.", "%(count)s cases are assigned to %(who)s.", count)
        return told % {"count": count, "who": contact.name}


class NotifyForm(AssignForm):
    """Which of a list are marked, to send them a notice: the same form by its other button."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].required = False
