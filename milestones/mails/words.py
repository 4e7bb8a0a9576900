"""Sentences and dates as mails say them, which pages and template tags use too: a leaf, which knows no mail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import texts
from ..gates import Unmet
from ..process import Role, Text

SECURITY_CHANGES: dict[str, Text] = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("A password was set."),
    "password_removed": gettext_lazy("Your password was removed."),
    "totp_activated": gettext_lazy("An authenticator app was added."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed."),
    "passkey_added": gettext_lazy("A passkey was added."),
    "passkey_removed": gettext_lazy("A passkey was removed."),
    "factor_removed_for_you": gettext_lazy("An administrator removed your second factor, because it was lost."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made."),
    "account_connected": gettext_lazy("An account at another provider was connected."),
    "account_disconnected": gettext_lazy("An account at another provider was disconnected."),
}
"""What a mail says of a change to how somebody signs in."""


def text_of(line: Any) -> str:
    """The sentence of a line, or of a stored MailLine, in the language in force."""
    params = tuple((name, value) for name, value in line.params)
    if line.reason == "notice_unread_by_you":
        return _("You have not read this notice from Digipost: %(title)s") % dict(params)
    if line.reason == "in_summary":
        return _("The week of the integration")
    if line.reason == "certificate_expires":
        return _("The certificate expires soon")
    return Unmet(line.code, line.reason, Role(line.role or Role.OBSERVER), line.where, (), params).text


def one_line(text: str) -> str:
    """A header's text: no line breaks or control characters, whatever somebody called something."""
    return texts.header(text)[:240]
