"""How I sign in: password, passkeys, an authenticator app, other accounts; where I am signed in."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from ..entry import drafts, journal, oidc, second_factor
from ..entry.sessions import devices_of
from ..models import AccountEventKind, User
from .integration_page import Request
from .sign_in import Answers422, RefusesPasskey

again = method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
"""Asks who is at the keyboard once more, by password or second factor where they have one."""

AT_SIGN_OUT = '"cache", "storage"'
"""For Clear-Site-Data, where somebody leaves by themselves: also what scripts keep. Cookies go one by one: the chosen
language stays, and so does what other hosts of the domain have set."""


RECENT = 20
"""How many events of their account somebody is shown."""


class MySecurity(mfa.IndexView):
    """All of it on one page."""

    template_name = "account/security.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        me = self.request.user
        connected = {one.provider: one for one in SocialAccount.objects.filter(user=me)}
        providers = [one | {"account": connected.get(one["id"])} for one in oidc.providers()]
        ours = {"devices": devices_of(me), "providers": providers, "recent": me.account_events.all()[:RECENT]}
        return super().get_context_data(**kwargs) | ours | {"may_connect": second_factor.may_connect(self.request)}


@again
class SetPassword(Answers422, account.PasswordSetView):
    template_name = "account/form.html"
    extra_context = {
        "title": gettext_lazy("Set a password"),
        "text": gettext_lazy("You do not need one: a code by e-mail or a passkey is enough."),
        "submit": gettext_lazy("Save the password"),
    }


class ChangePassword(Answers422, account.PasswordChangeView):
    template_name = "account/form.html"
    extra_context = {"title": gettext_lazy("Change the password"), "submit": gettext_lazy("Save the password")}


@require_POST
@reauthentication_required(app="allauth.account")
def remove_password(request: Request) -> HttpResponse:
    """Do without a password from now on; other sessions end."""
    request.user.set_unusable_password()
    request.user.save(update_fields=["password"])
    update_session_auth_hash(request, request.user)
    return _changed(request, AccountEventKind.PASSWORD_REMOVED, _("The password is removed."))


class AddApp(Answers422, totp.ActivateTOTPView):
    template_name = "account/add_app.html"


class RemoveApp(totp.DeactivateTOTPView):
    template_name = "account/form.html"
    extra_context = {"title": gettext_lazy("Remove the authenticator app"), "submit": gettext_lazy("Remove")}


class AddPasskey(Answers422, webauthn.AddWebAuthnView):
    template_name = "account/add_passkey.html"


class NamePasskey(Answers422, webauthn.EditWebAuthnView):
    template_name = "account/form.html"
    success_url = reverse_lazy("mfa_index")
    extra_context = {"title": gettext_lazy("What you call the passkey"), "submit": gettext_lazy("Save")}


class RemovePasskey(webauthn.RemoveWebAuthnView):
    template_name = "account/form.html"
    success_url = reverse_lazy("mfa_index")
    extra_context = {"title": gettext_lazy("Remove the passkey"), "submit": gettext_lazy("Remove")}


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(recovery_codes.ViewRecoveryCodesView):
    template_name = "account/recovery_codes.html"


class NewRecoveryCodes(recovery_codes.GenerateRecoveryCodesView):
    template_name = "account/form.html"
    extra_context = {
        "title": gettext_lazy("New recovery codes"),
        "text": gettext_lazy("Earlier ones stop working."),
        "submit": gettext_lazy("Make new codes"),
    }


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class ConfirmByPassword(Answers422, account.ReauthenticateView):
    template_name = "account/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"a_code_will_do": not is_mfa_enabled(self.request.user)}


class ConfirmBySecondFactor(Answers422, mfa.ReauthenticateView):
    template_name = "account/confirm.html"


class ConfirmByPasskey(RefusesPasskey, webauthn.ReauthenticateWebAuthnView):
    template_name = "account/confirm_passkey.html"


@require_POST
@reauthentication_required(app="allauth.account")
def disconnect(request: Request, pk: int) -> HttpResponse:
    """An account at another provider lets nobody in any more."""
    get_object_or_404(SocialAccount, user=request.user, pk=pk).delete()
    return _changed(request, AccountEventKind.ACCOUNT_DISCONNECTED, _("The account is disconnected."))


@require_POST
def sign_out(request: Request) -> HttpResponse:
    return _left(request)


@require_POST
def sign_out_everywhere(request: Request) -> HttpResponse:
    """On this device too."""
    User.objects.end_sessions(request.user.pk)
    journal.note(request, request.user, AccountEventKind.SIGNED_OUT_EVERYWHERE)
    response = _left(request)
    messages.success(request, _("You are signed out everywhere."))
    return response


def _left(request: Request) -> HttpResponse:
    """Whoever signs out leaves nothing typed behind."""
    drafts.forget(request.user)
    logout(request)
    response = redirect("account_login")
    response["Clear-Site-Data"] = AT_SIGN_OUT
    return response


def _changed(request: HttpRequest, what: AccountEventKind, told: str) -> HttpResponse:
    """Note it, and say it here and by mail: somebody else may be at the keyboard."""
    journal.note(request, request.user, what)
    get_adapter().send_notification_mail(what, request.user)
    messages.success(request, told)
    return redirect("mfa_index")
