"""An OpenID Connect provider in a process of its own: allauth's, which checks PKCE as oauthlib does.

`python -m tests.entry.oidc.provider PORT CALLBACK…` serves on loopback until it is ended. Who is at the browser is
said by the header `X-Is`, as "name address": signing in at the provider itself is not what is tried here.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

SECRET = "hemmelig"


def configure(folder: str) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        SECRET_KEY="the-provider's",
        DEBUG=True,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.entry.oidc.provider_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/provider.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "tests.entry.oidc.provider.whoever_it_says",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        IDP_OIDC_PRIVATE_KEY=pem.decode(),
        ACCOUNT_UNIQUE_EMAIL=False,  # whoever says so has that address
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # of the clients' secrets
        USE_TZ=True,
    )
    django.setup()


def whoever_it_says(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    from allauth.account.models import EmailAddress  # noqa: PLC0415
    from django.contrib.auth.models import AnonymousUser, User  # noqa: PLC0415

    def middleware(request: Any) -> Any:
        name, _space, address = request.headers.get("X-Is", "").partition(" ")
        request.user = AnonymousUser()
        if name:
            request.user, _new = User.objects.get_or_create(username=name)
            EmailAddress.objects.filter(user=request.user).delete()  # what another test said
            if address:
                EmailAddress.objects.create(user=request.user, email=address, verified=True, primary=True)
        return get_response(request)

    return middleware


def serve(port: int, callbacks: list[str]) -> None:
    """One client for each callback, named after the provider's id in it."""
    from allauth.idp.oidc.models import Client  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    for callback in callbacks:
        client = Client(id=callback.split("/")[-3], name="Tracker", redirect_uris=callback, skip_consent=True)
        client.scopes = "openid\nemail\nprofile"
        client.set_secret(SECRET)
        client.save()
    make_server("127.0.0.1", port, get_wsgi_application(), _Threads, _Quiet).serve_forever()


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        configure(folder)
        serve(int(sys.argv[1]), sys.argv[2:])
