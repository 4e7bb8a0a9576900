"""Each refusal of workflow and policy has one answer: 403 says who may, 409 what is missing or what it is like now."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed
from redis.exceptions import RedisError

from ..api.asked import is_api
from ..formkeys import key_of
from ..policy import Forbidden
from ..process import Phase
from ..views.integration_page import IntegrationPage, Request
from ..views.refusals import server_error
from ..workflow import GateClosed, Stale


class RefusalMiddleware:
    """Turns what workflow raises into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_api(request):
            return response
        # In debug, Django would show strangers its own page; what machines are answered has none.
        if settings.DEMO and response.status_code in (404, 500) and response.content:
            if response.status_code == 500:
                return server_error(request)
            return render(request, "404.html", status=404)
        if response.status_code == 405 and request.method == "GET":
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, GateClosed):
            return _refused(request, 409, _("This cannot be done yet"), unmet=exception.unmet)
        if isinstance(exception, TransitionNotAllowed):
            known = exception if isinstance(exception, Stale) else Stale(_("Somebody else got there first."))
            title, key = known.title or _("This has changed"), key_of(request)
            return _refused(request, 409, title, known.reference, told=str(known), page=key.page if key else "")
        if isinstance(exception, Forbidden):
            return _refused(request, 403, _("You cannot do this"), told=str(exception))
        if isinstance(exception, ValidationError):  # of a button, which has no form to say it in
            return _refused(request, 409, _("This cannot be done"), told=" ".join(exception.messages))
        if isinstance(exception, RedisError):  # what must be remembered, so that it is taken once
            told = _("Something that we depend on does not answer. Try again in a few minutes.")
            return _refused(request, 503, _("This cannot be done just now"), told=told)
        return None


def _refused(request: HttpRequest, status: int, title: str, reference: str = "", **context: object) -> HttpResponse:
    """A page about one integration shows it as it stands now; any other, the words alone."""
    match = request.resolver_match
    reference = reference or (match.kwargs.get("reference", "") if match else "")
    try:
        here = IntegrationPage(cast(Request, request), reference) if reference else None
    except Http404:
        here = None
    where: dict[str, object] = {"here": here, "integration": here.integration, "facts": here.facts} if here else {}
    if match and here:
        where["milestone"] = Phase.of(match.kwargs["number"]) if "number" in match.kwargs else here.facts.phase
    return render(request, "refused.html", {"title": title, **where, **context}, status=status)
