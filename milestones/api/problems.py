"""Refusals as problem details (RFC 9457): what the pages say, for machines and for who reads their logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest, SuspiciousOperation, TooManyFilesSent, ValidationError
from django.core.exceptions import RequestDataTooBig as TooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import TransitionNotAllowed
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as Misshapen

from ..addresses import absolute
from ..evidence.files import BUSY
from ..policy import Forbidden
from ..process import Text
from ..request_ids import request_id_of
from ..workflow import GateClosed, Stale
from .shapes import unmet_of
from .words import said_of

CONTENT_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """A kind of problem: its status, its title, and what to do about it, for the page of docs."""

    status: int
    title: Text
    do: Text


KINDS: dict[str, Kind] = {
    "not-read": Kind(
        400,
        gettext_lazy("The request cannot be read"),
        gettext_lazy("Send it as the documentation says, in UTF-8, with a Content-Type that is right."),
    ),
    "token": Kind(
        401,
        gettext_lazy("The token does not work"),
        gettext_lazy("Send a token that works in the header Authorization. Make a new one on the page API tokens."),
    ),
    "forbidden": Kind(
        403,
        gettext_lazy("You cannot do this"),
        gettext_lazy("Use a token of the other kind, or one made by somebody who may do it."),
    ),
    "not-found": Kind(
        404,
        gettext_lazy("There is no such address"),
        gettext_lazy("Check the address, and that the token is of this integration."),
    ),
    "method": Kind(405, gettext_lazy("This address takes another method"), gettext_lazy("See the header Allow.")),
    "not-yet": Kind(
        409,
        gettext_lazy("This cannot be done yet"),
        gettext_lazy("Do what “unmet” lists first: each entry says who must act, and on which page."),
    ),
    "changed": Kind(
        409,
        gettext_lazy("This has changed"),
        gettext_lazy("Read how it stands now, and send the request again if it is still wanted."),
    ),
    "under-way": Kind(
        409,
        gettext_lazy("The same is being recorded just now"),
        gettext_lazy("Send it again after a while: it is recorded once, and you get the same answer."),
    ),
    "too-large": Kind(
        413,
        gettext_lazy("The file is too large"),
        gettext_lazy("Divide it, and send one part after the other. A request has room for 20 MB."),
    ),
    "invalid": Kind(
        422,
        gettext_lazy("Something in the request is wrong"),
        gettext_lazy("“errors” says what, by field. Put it right, and send it again."),
    ),
    "key-reused": Kind(
        422,
        gettext_lazy("The key was used for something else"),
        gettext_lazy("Send another Idempotency-Key with other content."),
    ),
    "too-often": Kind(
        429,
        gettext_lazy("Too many attempts"),
        gettext_lazy("Wait as many seconds as the header Retry-After says."),
    ),
    "error": Kind(
        500,
        gettext_lazy("Something went wrong"),
        gettext_lazy("Nothing was recorded. Send it again in a while; if it goes wrong again, tell Digipost."),
    ),
    "busy": Kind(
        503,
        gettext_lazy("This cannot be done just now"),
        gettext_lazy("Wait as many seconds as the header Retry-After says, and send it again."),
    ),
}
"""By the last part of a problem's `type`."""
OF_STATUS = {400: "not-read", 403: "forbidden", 404: "not-found", 405: "method", 409: "changed", 413: "too-large"} | {
    429: "too-often",
    503: "busy",
}
"""What a refusal is that says no more than its status: those of Django and of the middleware."""
SOON = 60
"""Seconds after which to try what was refused for want of a place."""


class Refusal(Exception):
    """A problem of this kind, said in `detail`, with headers of its own."""

    def __init__(self, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.headers = kind, detail, headers or {}


def problem(request: HttpRequest, kind: str, detail: object = "", **more: Any) -> HttpResponse:
    """The answer that says so, in the language in force; `more` are members of its own, as `unmet` and `errors`."""
    known = KINDS[kind]
    said = {
        "type": f"{absolute(reverse('api_docs'))}#{kind}",
        "title": str(known.title),
        "status": known.status,
        "detail": str(detail or known.do),
        "instance": request.path,
        "request_id": request_id_of(request),
    }
    return JsonResponse(said | more, status=known.status, content_type=CONTENT_TYPE)


def of_status(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The same refusal as a problem, with the headers that belong to it."""
    said = problem(request, OF_STATUS.get(answer.status_code, "error" if answer.status_code >= 500 else "not-read"))
    for name in ("Allow", "Retry-After"):
        if name in answer.headers:
            said.headers[name] = answer.headers[name]
    return said


def wrong(request: HttpRequest, errors: Iterable[tuple[str, str]]) -> HttpResponse:
    """What is wrong, as pairs of a field (empty for the whole) and what to do."""
    found = [{"field": field, "message": message} for field, message in errors]
    return problem(request, "invalid", " ".join(one["message"] for one in found), errors=found)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if getattr(error, "code", "") == BUSY:
        return _with(problem(request, "busy", " ".join(error.messages)), {"Retry-After": str(SOON)})
    if hasattr(error, "error_dict"):
        return wrong(request, [(field, told) for field, many in error.message_dict.items() for told in many])
    return wrong(request, [("", told) for told in error.messages])


def _misshapen(request: HttpRequest, error: Misshapen) -> HttpResponse:
    return wrong(request, [(str(one["loc"][-1]), said_of(one)) for one in error.errors])


def _not_yet(request: HttpRequest, error: GateClosed) -> HttpResponse:
    match = request.resolver_match
    reference = match.kwargs["reference"] if match else ""
    unmet = [unmet_of(one, reference).model_dump(mode="json") for one in error.unmet]
    return problem(request, "not-yet", "; ".join(one["text"] for one in unmet), unmet=unmet)


def _changed(request: HttpRequest, error: TransitionNotAllowed) -> HttpResponse:
    return problem(request, "changed", error if isinstance(error, Stale) else _("Somebody else got there first."))


def _refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return _with(problem(request, error.kind, error.detail), error.headers)


def _of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, OF_STATUS.get(error.status_code, "not-read"))


def _with(answer: HttpResponse, headers: Mapping[str, str]) -> HttpResponse:
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


def _goes_on(request: HttpRequest, error: Exception) -> HttpResponse:
    """To Django, which logs it; the middleware makes a problem of what it answers."""
    raise error


HANDLERS: dict[type[Exception], Any] = {
    Exception: _goes_on,
    Refusal: _refused,
    Http404: lambda request, error: problem(request, "not-found"),
    Forbidden: lambda request, error: problem(request, "forbidden", error),
    GateClosed: _not_yet,
    TransitionNotAllowed: _changed,
    ValidationError: _invalid,
    Misshapen: _misshapen,
    HttpError: _of_http,
    TooBig: lambda request, error: problem(request, "too-large"),
    TooManyFilesSent: lambda request, error: problem(request, "too-large"),
    **dict.fromkeys(
        (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError),
        lambda request, error: problem(request, "not-read"),
    ),
}
"""What each refusal of the house, of Django and of the library becomes."""


def teach(api: NinjaAPI) -> None:
    for error, handler in HANDLERS.items():
        api.add_exception_handler(error, handler)
