"""What django-allauth asks us: nobody signs up, mail goes by the outbox, texts are ours."""

from __future__ import annotations

from typing import Any, cast

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import outbox, sealing
from ..json_objects import json_object
from ..mails import sending
from ..models import User, Way
from ..process import Text
from . import journal, oidc, second_factor

TOLD: dict[str, Text] = {
    "account/messages/password_changed.txt": _("The password is changed."),
    "account/messages/password_set.txt": _("The password is set."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("There are new recovery codes. Earlier ones no longer work."),
    "socialaccount/messages/account_connected.txt": _("The account is connected."),
    "socialaccount/messages/account_connected_other.txt": _("That account belongs to somebody else here."),
}
"""What is worth saying on the next page, by the template that allauth would use; it says nothing of the rest."""

MAILED = {
    "password_removed": "password_removed",  # nosec B105 (what happened)
    "account_disconnected": "account_disconnected",
    "account/email/password_changed": "password_changed",
    "account/email/password_set": "password_set",
    "mfa/email/totp_activated": "totp_activated",
    "mfa/email/totp_deactivated": "totp_deactivated",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/recovery_codes_generated": "recovery_codes_generated",
    "socialaccount/email/account_connected": "account_connected",
}
"""Changes to how somebody signs in that they are told of by mail, so that nobody else makes them unnoticed."""

SEALED_FOR = "milestones.entry.mfa"
"""What the secrets of authenticator apps are sealed for."""


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account cannot sign in."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("The code is not right."),
        "incorrect_password": _("The password is not right."),
        "too_many_login_attempts": _("The code was wrong too often. Ask for a new one."),
        "rate_limited": _("That was tried too often. Wait a little."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whoever is not invited does not come in."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As `middleware.proxy` made it out: a forwarded header counts from a named proxy alone."""
        return str(request.META.get("REMOTE_ADDR", "")) or "0.0.0.0"  # noqa: S104  # nosec B104 (an address, nothing is bound)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        journal.note_failed(request, User.objects.filter(email=credentials.get("email", "")).first(), Way.PASSWORD)

    def is_safe_url(self, url: str) -> bool:
        """Whether somebody may be sent there: to this host. allauth would take every host that is allowed here."""
        here = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, allowed_hosts=here, require_https=self.request.is_secure())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        told = message or TOLD.get(message_template or "")
        if told:
            messages.add_message(request, level, str(told), extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A code to whoever has an account; for anybody else the same work is done, and undone: time tells nothing."""
        known = User.objects.filter(email=email, is_active=True).first()
        sending.queue_code(known, str(context.get("code", "")))
        outbox.hint_to_send()

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        if what := MAILED.get(template_prefix):
            sending.queue_security(user, what)
            outbox.hint_to_send()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an answer whose nonce this browser did not send, and a connection that this session may not make now,
        even if it could when it began. Match a new login to a person by its trusted address.

        allauth could match by address itself, but would also delete the person's password, since elsewhere it may have
        been set by somebody who never proved the address. Here nobody can set one without that proof.
        """
        process = sociallogin.state.get("process")
        is_refused = process == AuthProcess.CONNECT and not second_factor.may_connect(request)
        if is_refused or not oidc.nonce_matches(sociallogin):
            messages.error(request, gettext("The sign-in could not be confirmed. Try again."))
            raise ImmediateHttpResponse(redirect("account_login"))
        is_new = process == AuthProcess.LOGIN and not sociallogin.is_existing
        if is_new and (person := oidc.person_named_by(sociallogin)):
            sociallogin.connect(request, person)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> requests.Session:
        """A provider's answers are JSON objects, and none that could make us fail."""
        session = cast(requests.Session, super().get_requests_session())
        session.hooks["response"].append(_require_json_object)
        return session

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("mfa_index")


def _require_json_object(answer: requests.Response, **kwargs: Any) -> None:
    """Raises RequestException, which allauth treats as a failed request, if a 200 answer is no usable JSON object."""
    if answer.status_code == 200:
        try:
            json_object(answer.content)
        except ValueError as error:
            raise requests.RequestException(f"no answer of a provider: {type(error).__name__}") from error


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right."),
        "cannot_generate_recovery_codes": _("Recovery codes come with a passkey or an authenticator app."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("Passkey")

    def encrypt(self, text: str) -> str:
        """The secret of an authenticator app is not kept in clear; the key follows from SECRET_KEY."""
        return sealing.seal(text, SEALED_FOR)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, SEALED_FOR)
