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
    """Without a content type that names another encoding than UTF-8, or encodes its own parameters (RFC 2231).

    Our pages never send one. Django takes any of Python's codecs: some fail before it can answer, some make of a form
    what no database stores. What has no content type is no form.
    """
    if UNREADABLE.search(environ.get("CONTENT_TYPE", "")):
        return environ | {"CONTENT_TYPE": ""}
    return environ
