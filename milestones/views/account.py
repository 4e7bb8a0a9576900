"""Signing in with e-mail and password, and choosing a password by e-mail."""

from __future__ import annotations

from django.contrib.auth import views
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ..forms import AskForPasswordForm, ChoosePasswordForm, SignInForm


class SignIn(views.LoginView):
    authentication_form = SignInForm
    template_name = "account/sign_in.html"
    redirect_authenticated_user = True


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
