"""Personal data: the privacy page, what is stored about oneself, and finding and erasing a person, for the staff."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import personal, policy, workflow
from ..forms import FindPersonForm, ReasonForm
from ..models import User
from .integration_page import Request, page

SHOWN = 50
SECONDS_A_DAY = 24 * 60 * 60


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, why, for how long and who sees it; open to everybody."""
    days = settings.SESSION_COOKIE_AGE // SECONDS_A_DAY + 1  # the night after
    return render(request, "account/privacy.html", {"months": settings.RETENTION_MONTHS, "days": days})


@require_safe
def my_data(request: Request) -> HttpResponse:
    """What is stored about me: an overview, and all of it as JSON."""
    stored = personal.stored_about(request.user)
    if "download" in request.GET:
        response = JsonResponse(stored, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="digipost-integrasjoner.json"'
        return response
    kept = Counter[str]()
    for name, rows in stored["rows"].items():
        kept[personal.kind_of(name)] += len(rows)
    language = dict(settings.LANGUAGES)[request.user.language]
    context = {"person": stored["person"], "language": language, "kept": sorted(kept.items())}
    return render(request, "account/my_data.html", context)


@require_safe
def find_person(request: Request) -> HttpResponse:
    """Staff: people by a part of their name or address."""
    policy.require_staff(request.user)
    form = FindPersonForm(request.GET or None, slot="find")
    words = form.cleaned_data["q"] if form.is_valid() else ""
    people = User.objects.known_as(words, SHOWN) if words else []
    return render(request, "account/find_person.html", {"filter": form, "words": words, "people": people})


@require_http_methods(["GET", "HEAD", "POST"])
def erase_person(request: Request, pk: int) -> HttpResponse:
    """Staff: what erasing a person would do, and, with a reason, doing it."""
    policy.require_staff(request.user)
    person = get_object_or_404(User, pk=pk, erased_at__isnull=True)
    form = ReasonForm(request.POST or None, slot="form")
    if request.method == "POST" and form.is_valid():
        try:
            workflow.erase_person(person, by=request.user, **form.arguments)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The person is erased."))
            return redirect("find_person")
    return show_erase_person(request, person, form)


def show_erase_person(request: Request, person: User, form: ReasonForm) -> HttpResponse:
    told = {"refusals": personal.refusals(person, request.user), "effects": personal.effects(person)}
    context = {"person": person, "form": form, "shared": personal.shared_across(person), **told}
    return page(request, "account/erase_person.html", context, 422 if form.is_bound else 200)
