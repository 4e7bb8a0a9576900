"""What granian serves."""

import os
import re
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")
django = get_wsgi_application()

UNREADABLE = re.compile(r"\*\s*=|charset\s*=\s*(?!\"?utf-?8\b)", re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return django(admitted(environ), start_response)


def admitted(environ: dict[str, Any]) -> dict[str, Any]:
    """The environ, its content type emptied if it names a charset other than UTF-8, or encodes parameters (RFC 2231).

    Our pages never send one. Django accepts any Python codec: some raise before it can answer, some decode a form to
    text that no database stores. Without a content type the body is not parsed as a form.
    """
    if UNREADABLE.search(environ.get("CONTENT_TYPE", "")):
        return environ | {"CONTENT_TYPE": ""}
    return environ
