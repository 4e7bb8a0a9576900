"""What people fill in to come in, and to decide how they come in: allauth's forms in our clothes and words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from allauth.account import forms as account
from allauth.account.fields import EmailField
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from ..json_objects import json_object
from ..mailboxes import normalised
from .base import KeyField, LineField, name_what_is_missing

log = structlog.get_logger(__name__)

LABELS = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "password": _("Password"),
    "code": _("Code"),
    "oldpassword": _("Your current password"),
    "password1": _("New password"),
    "password2": _("The new password again"),
    "name": _("What you call it"),
    "passwordless": _("I want to sign in with it alone"),
}
NOT_CONFIRMED = _("The passkey could not be confirmed. Try again, or take another way.")
LONGEST_CREDENTIAL = 64 * 1024
"""Characters. With an attestation it is some four thousand."""


TYPED: dict[str, type[LineField]] = {"code": KeyField, "name": LineField}
"""Fields of allauth's that hold one line; addresses have their own, and passwords are taken as they are."""


class _Dressed(forms.Form):
    """Labels and fields of ours, Designsystemet's classes, no placeholders; `slot` as of `base.Form`."""

    use_required_attribute = False
    slot = "form"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.slot}-%s", "label_suffix": "", **kwargs})
        for name in TYPED.keys() & self.fields.keys():
            theirs = self.fields[name]
            ours = TYPED[name](required=theirs.required, initial=theirs.initial, widget=theirs.widget)
            self.fields[name] = ours
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS.get(name, field.label), ""
            field.widget.attrs.pop("placeholder", None)
            if not isinstance(field.widget, forms.HiddenInput):
                field.widget.attrs["class"] = "ds-input"

    def full_clean(self) -> None:
        name_what_is_missing(self)
        super().full_clean()


class _TypedAddress(EmailField):
    """An address as accounts have it, however it is typed; whether mail reaches it is not asked of who signs in."""

    def to_python(self, value: Any) -> str:
        return normalised(super().to_python(value) or "")


class AddressForm(_Dressed, account.RequestLoginCodeForm):
    email = _TypedAddress()


class _LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = _TypedAddress()


class PasswordForm(_Dressed, _LoginForm):
    slot = "password"


class CodeForm(_Dressed, account.ConfirmLoginCodeForm): ...


class ChangePasswordForm(_Dressed, account.ChangePasswordForm): ...


class SetPasswordForm(_Dressed, account.SetPasswordForm): ...


class OwnPasswordForm(_Dressed, account.ReauthenticateForm): ...


class _OnceOnly(mfa.BaseAuthenticateForm):
    """Takes a code once (RFC 6238, 5.2): allauth forgets it after a step, and we accept it for three."""

    def clean_code(self) -> str:
        code = super().clean_code()
        steps = 1 + 2 * settings.MFA_TOTP_TOLERANCE
        used = f"second-factor:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, True, timeout=steps * settings.MFA_TOTP_PERIOD):
            self._emit_authentication_failed(self.authenticator)
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_Dressed, _OnceOnly, mfa.AuthenticateForm): ...


class SecondFactorAgainForm(_Dressed, _OnceOnly, mfa.ReauthenticateForm): ...


class ActivateAppForm(_Dressed, ActivateTOTPForm): ...


class _CredentialField(forms.CharField):
    """What a browser says of a passkey: a JSON object, as WebAuthn has it; it comes out as a dictionary."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, error_messages={"required": NOT_CONFIRMED})

    def clean(self, value: Any) -> dict[str, Any]:
        text = super().clean(value)
        if len(text) > LONGEST_CREDENTIAL:
            raise ValidationError(NOT_CONFIRMED)
        try:
            found = json_object(text)
        except ValueError as error:
            raise ValidationError(NOT_CONFIRMED) from error
        if not found:  # allauth would store it unexamined
            raise ValidationError(NOT_CONFIRMED)
        return found


@contextmanager
def _refused_in_words() -> Iterator[None]:
    """Turn errors into ValidationError, but the database's: fido2 parses untrusted CBOR, and documents none."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception as error:
        log.info("a passkey was refused", error=type(error).__name__)
        raise ValidationError(NOT_CONFIRMED) from error


class _ShowsPasskey(webauthn.AuthenticateWebAuthnForm):
    """`whose` is the user that the passkey claims to belong to, if known; the claim is verified only afterwards."""

    credential = _CredentialField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose = self.user

    def clean_credential(self) -> Authenticator:
        with _refused_in_words():
            self.whose = self.user or extract_user_from_response(self.cleaned_data["credential"])
            return super().clean_credential()


class SignInWithPasskeyForm(_ShowsPasskey, webauthn.LoginWebAuthnForm): ...


class PasskeyAgainForm(_ShowsPasskey, webauthn.ReauthenticateWebAuthnForm): ...


class AddPasskeyForm(_Dressed, webauthn.AddWebAuthnForm):
    credential = _CredentialField()

    def clean(self) -> dict[str, Any]:
        with _refused_in_words():
            return super().clean() or self.cleaned_data

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class NamePasskeyForm(_Dressed, webauthn.EditWebAuthnForm): ...
