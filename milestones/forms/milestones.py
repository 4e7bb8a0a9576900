"""What goes with submitting a milestone, and with returning it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..gates import Finding
from .base import Form, checkboxes, reason, text


class SubmitForm(Form):
    """Nothing to fill in, but after a return its answer."""

    answer = text(
        _("What have you done about it?"),
        help_text=_("Digipost reads this first, beside the reason for the return."),
    )

    def __init__(self, *args: Any, returned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not returned:
            del self.fields["answer"]


class ReturnForm(Form):
    """Why, and which of the milestone's requirements it is about."""

    reason = reason(help_text=_("The sender sees it until the milestone is approved."))
    requirements = checkboxes(_("What is it about?"), (), required=False)

    def __init__(self, *args: Any, findings: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, f"{one.key} {one.title}" if one.requirement else one.title) for one in findings]
        self.fields["requirements"].choices = choices  # type: ignore[attr-defined]
