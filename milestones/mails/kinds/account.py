"""What concerns how somebody signs in: a code, and that something about it has changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from ...models import Mail, MailKind
from ..kind import Kind, registered
from ..words import SECURITY_CHANGES


@registered(MailKind.CODE)
class Code(Kind):
    at_any_hour = True  # who comes in is waiting

    def refusal(self) -> str | None:
        over = not self.row.detail or Mail.objects.filter(pk=self.row.pk).queued_before(settings.CODE_HOLDS).exists()
        return _("The code has expired.") if over else None

    def context(self) -> dict[str, Any]:
        return {"code": self.row.detail, "minutes": int(settings.CODE_HOLDS.total_seconds() // 60)}

    def secret(self) -> str:
        return self.row.detail


@registered(MailKind.SECURITY)
class SecurityChange(Kind):
    at_any_hour = True

    def context(self) -> dict[str, Any]:
        return {"what": SECURITY_CHANGES[self.row.detail]}

    def path(self) -> str:
        return reverse("mfa_index")
