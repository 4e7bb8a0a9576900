"""Signing in with e-mail and password, choosing a password by e-mail, and what is stored about somebody."""

from __future__ import annotations

from django.contrib.auth import views
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..forms import AskForPasswordForm, ChoosePasswordForm, SignInForm
from ..personal import stored_about
from .here import Request


class SignIn(views.LoginView):
    authentication_form = SignInForm
    template_name = "account/sign_in.html"
    redirect_authenticated_user = True


@require_safe
def my_data(request: Request) -> HttpResponse:
    """What is stored about me: an overview, and all of it as JSON."""
    stored = stored_about(request.user)
    if "download" in request.GET:
        response = JsonResponse(stored, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="digipost-integrasjoner.json"'
        response["Cache-Control"] = "private, no-store"
        return response
    kept = [(name, len(rows)) for name, rows in stored["rows"].items()] + [("named_in", len(stored["named_in"]))]
    return render(request, "account/my_data.html", {"person": stored["person"], "kept": kept})


class AskForPassword(views.PasswordResetView):
    """Who was invited chooses a first password here too. The answer never tells whether the address is known."""

    form_class = AskForPasswordForm
    template_name = "account/form.html"
    email_template_name = "emails/password.txt"
    subject_template_name = "emails/password_subject.txt"
    extra_context = {
        "title": _("Choose a password"),
        "text": _("We send you a link with which you choose one. It also works the first time."),
        "submit": _("Send the link"),
    }


class PasswordAsked(views.PasswordResetDoneView):
    template_name = "account/form.html"
    extra_context = {
        "title": _("Look in your mailbox"),
        "text": _("If the address is known to us, a link is on its way. It can be used once."),
    }


class ChoosePassword(views.PasswordResetConfirmView):
    form_class = ChoosePasswordForm
    template_name = "account/form.html"
    success_url = reverse_lazy("my_work")
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    extra_context = {"title": _("Choose a password"), "submit": _("Save the password")}
