"""What people fill in to come in, and to decide how they come in: allauth's forms in our clothes and words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from .base import KeyField, LineField

LABELS = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "password": _("Password"),
    "code": _("Code"),
    "oldpassword": _("Your current password"),
    "password1": _("New password"),
    "password2": _("The new password once more"),
    "name": _("What you call it"),
    "passwordless": _("I want to sign in with it alone"),
}


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


class AddressForm(_Dressed, account.RequestLoginCodeForm): ...


class PasswordForm(_Dressed, account.LoginForm):
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
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_Dressed, _OnceOnly, mfa.AuthenticateForm): ...


class SecondFactorAgainForm(_Dressed, _OnceOnly, mfa.ReauthenticateForm): ...


class ActivateAppForm(_Dressed, ActivateTOTPForm): ...


class AddPasskeyForm(_Dressed, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class NamePasskeyForm(_Dressed, webauthn.EditWebAuthnForm): ...
