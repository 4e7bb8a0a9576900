"""Coming in: a code by e-mail, a passkey, another provider, a password, an invitation. The flows are allauth's."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import views as account
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import workflow
from ..entry import journal, oidc, second_factor
from ..forms.entry import AddressForm, PasswordForm
from ..models import Invitation, User, Way, name_on
from ..process import Role


class Answers422:
    """As our own forms do: what cannot be taken in is no success."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return cast(HttpResponse, response)


class _AllTheWays:
    """One page for every way in, whichever form of it was sent."""

    template_name = "account/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        forms = {"address_form": AddressForm(), "password_form": PasswordForm(), "providers": oidc.providers()}
        return context | forms | {self.form_name: context["form"]}  # type: ignore[attr-defined]


class SignIn(Answers422, _AllTheWays, account.LoginView):
    """The page that everybody is sent to; a POST is a password."""

    form_name = "password_form"


class AskForCode(Answers422, _AllTheWays, account.RequestLoginCodeView):
    form_name = "address_form"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("account_login")


class EnterCode(Answers422, account.ConfirmLoginCodeView):
    template_name = "account/code.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        journal.note_failed(self.request, self._process.user, Way.CODE)
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        """Without a second factor, a fresh code counts as reauthentication, also for who has forgotten a password."""
        response = cast(HttpResponse, super().form_valid(form))
        user = self.request.user
        if user.is_authenticated and not is_mfa_enabled(user):
            record_authentication(self.request, user, method="code", reauthenticated=True)
        return response


class ShowSecondFactor(Answers422, mfa.AuthenticateView):
    template_name = "account/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_passkey = is_mfa_enabled(self.stage.login.user, [Authenticator.Type.WEBAUTHN])
        return super().get_context_data(**kwargs) | {"has_passkey": has_passkey}

    def form_invalid(self, form: Any) -> HttpResponse:
        response = self.get(self.request)
        response.status_code = 422
        return response


class RefusesPasskey:
    """What is no passkey of theirs is refused in words, on the same page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        journal.note_failed(self.request, form.whose, Way.PASSKEY)  # type: ignore[attr-defined]
        for told in form.errors.get("credential", []):
            messages.error(self.request, told)  # type: ignore[attr-defined]
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        return cast(HttpResponse, self.render_to_response(context, status=422))  # type: ignore[attr-defined]


class UsePasskey(RefusesPasskey, _AllTheWays, webauthn.LoginWebAuthnView):
    """Asked for the challenge by script, and sent its answer."""

    form_name = "passkey_form"


@require_POST
@login_not_required
def start_over(request: HttpRequest) -> HttpResponse:
    """Leave a sign-in that has begun."""
    request.session.flush()
    return redirect("account_login")


@require_POST
@login_not_required
def ask_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to another provider: by a page, since what a form leads to is bound to ourselves (CSP)."""
    process = "connect" if second_factor.may_connect(request) else "login"
    address = oidc.ask(request, provider_id, process, get_next_redirect_url(request) or "")
    name = next(one["name"] for one in oidc.providers() if one["id"] == provider_id)
    return render(
        request, "account/to_provider.html", {"address": address, "name": name}, status=200 if address else 502
    )


@require_safe
@never_cache
@login_not_required
def provider_answered(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return oidc.answered(request, provider_id)


@require_safe
@login_not_required
def cannot_sign_in(request: HttpRequest) -> HttpResponse:
    """For whoever is known and may not come in, or whom a provider vouches for and nobody invited."""
    return render(request, "account/signup_closed.html", status=403)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation. A GET shows it and changes nothing: mail scanners follow links. A POST accepts it."""
    found = workflow.open_invitation(token)
    if found is None:
        return render(request, "account/invitation.html", {"gone": True}, status=410)
    other = request.user.is_authenticated and request.user.pk != found.member.user_id
    if request.method != "POST":
        sender = name_on(found.member.integration_id, found.sent_by)
        held = found.member.roles.filter(ended_at__isnull=True).values_list("role", flat=True)
        roles = [Role(role).label for role in held]
        context = {"invitation": found, "other": other, "sender": sender, "roles": roles}
        return render(request, "account/invitation.html", context)
    by = cast(User, request.user) if other else found.member.user
    integration = workflow.accept_invitation(token, by=by)
    home = reverse("integration", args=[integration.reference])
    return redirect(home) if request.user.is_authenticated else _come_in(request, found, home)


def _come_in(request: HttpRequest, invitation: Invitation, home: str) -> HttpResponse:
    """The link was sent to their address, as a code is; a second factor, if they have one, is still asked for."""
    user = invitation.member.user
    record_authentication(request, user, method="code", email=invitation.email)
    return perform_login(request, Login(user=user, email=invitation.email, redirect_url=home))
