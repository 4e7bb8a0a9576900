"""Comments: writing one, editing one's own, and deleting one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..talk import Readers
from .base import Form, RevisedForm, checkboxes, radios, reason, text

EVERYBODY, DIGIPOST = "everybody", "digipost"


def slot_of(about: str) -> str:
    """The slot of the form in which something is said about a thing: a page has one for each."""
    return f"comment-{about}"


def _said(**how: Any) -> Any:
    return text(_("Comment"), left_out=_("Write something"), **how)


class CommentForm(Form):
    """What somebody says, and whom they tell. Digipost's staff choose each time who sees it: nothing is chosen first.

    Members have no such choice; one that is sent all the same is passed on, so that workflow refuses it.
    """

    told = _("The comment is saved.")

    audience = radios(
        _("Who sees it?"),
        [
            (EVERYBODY, _("Everybody on the integration")),
            (DIGIPOST, _("Digipost alone: an internal note")),
        ],
        left_out=_("Choose who sees it"),
    )
    text = _said(help_text=_("Write @ and a name to tell somebody by e-mail, or choose them below."))
    tell = checkboxes(_("Tell by e-mail"), [], required=False)

    def __init__(self, *args: Any, readers: Readers, internally: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tell"].choices = _choices(readers)  # type: ignore[attr-defined]
        if not self.fields["tell"].choices:  # type: ignore[attr-defined]
            del self.fields["tell"]
        if not internally:
            del self.fields["audience"]

    @property
    def arguments(self) -> dict[str, Any]:
        chosen = self.data.get(self.add_prefix("audience"))
        tell = [int(pk) for pk in self.cleaned_data.get("tell", ())]
        return {"text": self.cleaned_data["text"], "internal": chosen == DIGIPOST, "tell": tell}


def _choices(readers: Readers) -> list[tuple[int, str]]:
    return [*_by_name(readers.members), *((pk, f"{name} (Digipost)") for pk, name in _by_name(readers.staff))]


def _by_name(called: Mapping[int, str]) -> list[tuple[int, str]]:
    return sorted(called.items(), key=lambda one: one[1].casefold())


class EditCommentForm(RevisedForm):
    told = _("The comment is saved.")
    text = _said(rows=6)


class DeleteCommentForm(Form):
    """With a reason, if it is somebody else's."""

    told = _("The comment is deleted.")
    reason = reason()

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not own
