"""What the product's pages are compared with: bare Django views and the bare admin of the same rows. Settings too.

Used as DJANGO_SETTINGS_MODULE: the product's settings, with the middleware that a page with a session needs and no
more. The list renders what the portfolio's lines say of an integration; the admin is Django's own, as it comes.
"""

from __future__ import annotations

from integrasjon.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare_urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # which its app insists on
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
