"""What people fill in to come in, and to decide how they come in: allauth's forms in our clothes and words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

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


class _Dressed(forms.Form):
    """Labels of ours, Designsystemet's classes, no placeholders; `slot` as of `base.Form`."""

    use_required_attribute = False
    slot = "form"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.slot}-%s", "label_suffix": "", **kwargs})
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


class SecondFactorForm(_Dressed, mfa.AuthenticateForm): ...


class SecondFactorAgainForm(_Dressed, mfa.ReauthenticateForm): ...


class ActivateAppForm(_Dressed, ActivateTOTPForm): ...


class AddPasskeyForm(_Dressed, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class NamePasskeyForm(_Dressed, webauthn.EditWebAuthnForm): ...
