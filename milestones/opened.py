"""Which submissions of milestone 1 somebody has opened in this session, and how they stood then.

Only those are approved together.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from .models import Integration
from .versions import versions_of

_KEY = "opened"
MOST = 200
"""Of one session; the first are forgotten."""


def note(request: HttpRequest, integration: Integration, version: str) -> None:
    """That its submission was shown, as of `version`."""
    opened = _opened(request)
    if opened.get(str(integration.pk)) != version:
        opened.pop(str(integration.pk), None)
        newest = {**opened, str(integration.pk): version}
        request.session[_KEY] = dict(list(newest.items())[-MOST:])


def versions(request: HttpRequest, integrations: Iterable[Integration]) -> dict[Integration, str]:
    """Those of these that were opened, each with the version that was shown."""
    opened = _opened(request)
    return {one: opened[str(one.pk)] for one in integrations if str(one.pk) in opened}


def as_they_stand(request: HttpRequest, integrations: Iterable[Integration]) -> set[int]:
    """Those of these (primary keys) that were opened and have not changed since."""
    shown = {one.pk: version for one, version in versions(request, integrations).items()}
    now = versions_of(shown)
    return {pk for pk, version in shown.items() if now.get(pk) == version}


def _opened(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(_KEY, {}))
