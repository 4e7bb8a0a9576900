"""A page with one question, which a mail leads to: answered without signing in, once, by whom it was sent to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_fsm import TransitionNotAllowed

from .. import workflow
from ..addresses import path_of
from ..forms import ReminderAnswerForm
from ..mails.question_links import Asked, Question, read_question_token
from ..models import User
from ..workflow import OpenQuestion


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def one_question(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the question and changes nothing: mail scanners follow links. A POST answers it, once.

    404 for a link that is not ours, 410 for one that is too old, answered, or no longer asked of this person.
    """
    try:
        asked = read_question_token(token)
    except signing.SignatureExpired:
        return _over(request, None)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404 from error
    found = workflow.open_question(asked)
    if found is None:
        return _over(request, User.objects.filter(pk=asked.person).first())
    with override(_language(request, found.person)):
        return _answered(request, asked, found) if request.method == "POST" else _shown(request, found)


def _answered(request: HttpRequest, asked: Asked, found: OpenQuestion) -> HttpResponse:
    form = ReminderAnswerForm(request.POST) if asked.question is Question.NUDGE else None
    if form is not None and not form.is_valid():
        return _shown(request, found, form)
    try:
        workflow.answer_question(asked, **(form.arguments if form else {}))
    except ValidationError as error:
        if form is None:
            raise
        form.refuse(error)
        return _shown(request, found, form)
    except (TransitionNotAllowed, PermissionDenied, Http404):  # somebody was first, or it is no longer theirs
        return _over(request, found.person)
    return render(request, "mail/question.html", _context(found) | {"done": True})


def _shown(request: HttpRequest, found: OpenQuestion, form: ReminderAnswerForm | None = None) -> HttpResponse:
    if found.question is Question.NUDGE and form is None:
        form = ReminderAnswerForm()
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "mail/question.html", _context(found) | {"form": form, "status": status}, status=status)


def _context(found: OpenQuestion) -> dict[str, Any]:
    reference = found.integration.reference
    return {
        "question": found.question.value,
        "of": found.of,
        "person": found.person,
        "integration": found.integration,
        "home": path_of("integration", reference),
    }


def _over(request: HttpRequest, person: User | None) -> HttpResponse:
    with override(_language(request, person)):
        return render(request, "mail/question.html", {"over": True}, status=410)


def _language(request: HttpRequest, person: User | None) -> str:
    """What was chosen on our pages by this browser, or the reader's own."""
    if person is None or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return get_language() or settings.LANGUAGE_CODE
    return person.language
