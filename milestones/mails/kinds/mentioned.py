"""Somebody named others in a comment, or chose to tell them of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ... import talk
from ...models import Comment, Mail, MailKind, name_on
from ..answering import whoever_did_it
from ..kind import Kind, registered
from ..today import Today


@registered(MailKind.MENTIONED)
class Mentioned(Kind):
    """Of a comment, as it reads when the mail is sent, to somebody who may still read it."""

    def __init__(self, row: Mail, today: Today) -> None:
        super().__init__(row, today)
        if row.comment is None:
            raise ValueError(f"a mail of kind {row.kind} is about a comment")
        self.comment: Comment = row.comment
        self.integration = row.comment.integration

    def refusal(self) -> str | None:
        if not self.integration.is_open:
            return _("The integration is closed.")
        if self.comment.deleted_at:
            return _("The comment has been deleted.")
        return None if self._may_read() else _("The recipient may not read the comment any more.")

    def _may_read(self) -> bool:
        person = self.person
        if person is None or person.is_staff:
            return person is not None
        is_on_it = self.integration.members.joined().filter(user=person).exists()
        return is_on_it and not self.comment.internal

    @cached_property
    def _thing(self) -> talk.Thing | None:
        return talk.thing_of(self.comment.about, self.integration)

    def context(self) -> dict[str, Any]:
        return {
            "integration": self.integration,
            "internal": self.comment.internal,
            "who": name_on(self.integration.pk, self.comment.author),
            "about": self._thing.title if self._thing else "",
            "text": self.secret(),
        }

    def secret(self) -> str:
        """What was said, marked as another's words. It stands in the comment, where it is edited, deleted and erased:
        a copy in each mail would outlive that."""
        return "\n".join(f"> {line}" for line in self.comment.text.splitlines())

    def path(self) -> str:
        reference, about = self.integration.reference, self.comment.about
        if self._thing is None:
            return reverse("comments", args=[reference, about])
        return talk.path_to(self._thing, self.integration, f"comment-{self.comment.pk}")

    def reply_to(self) -> list[str]:
        return whoever_did_it(self.comment.author, self.integration, self.person)
