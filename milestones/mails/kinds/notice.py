"""A notice from Digipost: one mail to a reader or a mailbox, for all the integrations that it is read for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ...addresses import path_of
from ...models import MailKind, NoticeReceipt
from ...process import Status
from ..answering import whoever_did_it
from ..kind import Kind, registered
from ..question_links import Question, question_address


@registered(MailKind.NOTICE)
class NoticeFromDigipost(Kind):
    at_any_hour = True  # a downtime does not wait for Monday

    @property
    def _unread(self) -> QuerySet[NoticeReceipt]:
        """What of it is still to be read, for active integrations: by a person who is in, or by the mailbox.

        Only where the mailbox is the one it was queued for: others have theirs, and one may have been corrected.
        """
        receipts = NoticeReceipt.objects.unread().filter(notice=self.row.notice, integration__status=Status.ACTIVE)
        if self.person:
            return receipts.filter(member__user=self.person, member__accepted_at__isnull=False)
        return receipts.filter(member=None, integration__operations__shared_mailbox=self.row.address)

    def refusal(self) -> str | None:
        unread = self._unread.exists()
        return None if unread else _("The notice is read already, or nobody is to read it any more.")

    def context(self) -> dict[str, Any]:
        receipts = self._unread.select_related("integration__organisation")
        return {
            "notice": self.row.notice,
            "integrations": [one.integration for one in receipts],
            "answers": [(one.integration, question_address(self.person, Question.READ, one.pk)) for one in receipts]
            if self.person
            else [],
        }

    def path(self) -> str:
        receipt = self._unread.select_related("integration").first()
        return path_of("notice", receipt.integration.reference, "", receipt.pk) if receipt else reverse("my_work")

    def reply_to(self) -> list[str]:
        sent_by = self.row.notice.sent_by if self.row.notice else None
        return whoever_did_it(sent_by, self.row.integration, self.person)
