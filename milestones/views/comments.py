"""What is said about one thing, all of it; one comment, with what it said before; editing and deleting it."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import talk, workflow
from ..formkeys import key_of
from ..forms import CommentForm, DeleteCommentForm, EditCommentForm
from ..forms.base import Form
from ..forms.comments import slot_of
from ..models import Comment
from ..process import MILESTONE_NUMBERS
from .integration_page import PAGE_SIZE, IntegrationPage, Request
from .talking import offers_to_write, readers_on


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: Request, reference: str, about: str) -> HttpResponse:
    """All that is said about a thing, the latest page first; say something."""
    here = IntegrationPage(request, reference)
    thing = _thing(here, about)
    if request.method != "POST":
        return show_comments(here, about=about)
    form = here.bound(CommentForm, slot_of(about), readers=readers_on(here), internally=here.can["write_internally"])
    show, to = partial(show_comments, about=about), _back_to(here, thing)
    return here.answer(form, workflow.add_comment, about, show=show, to=to, done=lambda now: _told(now, about=about))


def show_comments(here: IntegrationPage, sent: Form | None = None, *, about: str) -> HttpResponse:
    thing = _thing(here, about)
    rows = Comment.objects.visible_to(here.request.user).filter(integration=here.integration, about=about)
    pages = Paginator(rows.select_related("author", "deleted_by"), PAGE_SIZE)
    page = pages.get_page(here.request.GET.get("page", pages.num_pages))
    return here.page("comments", offers=offers_to_write(here, [about]), sent=sent, thing=thing, page=page)


def _thing(here: IntegrationPage, about: str) -> talk.Thing:
    thing = talk.thing_of(about, here.integration)
    if thing is None:
        raise Http404
    return thing


def _back_to(here: IntegrationPage, thing: talk.Thing) -> str:
    """The page on which it was written, at what was written last; a page elsewhere is not led to."""
    key, latest = key_of(here.request), f"latest-{thing.about}"
    page = key.page if key and key.person == here.request.user.pk else ""
    reviews = [reverse("review", args=[here.integration.reference, number]) for number in MILESTONE_NUMBERS]
    if page.partition("?")[0] in (thing.path, *reviews):
        return talk.unfolded(page, thing.about, latest)
    return f"{here.url('comments', thing.about)}#{latest}"


def _told(now: IntegrationPage, **which: object) -> str:
    """That one's own comment, the latest of `which`, is saved; who is told of it, and which names mean nobody."""
    mine = Comment.objects.filter(integration=now.integration, author=now.request.user, **which)
    comment = mine.order_by("-pk")[0]
    people = readers_on(now).of(internal=comment.internal)
    told = sorted(people[pk] for pk in comment.mails.values_list("recipient", flat=True) if pk in people)
    said = [_("The note is saved. Digipost alone sees it.") if comment.internal else str(CommentForm.told)]
    if told:
        said.append(_("Told by e-mail: %(names)s.") % {"names": ", ".join(told)})
    if nobody := talk.named_in(comment.text, people).nobody:
        words = ", ".join(f"@{word}" for word in nobody)
        said.append(_("Not told: %(names)s, as nobody here, or more than one, is called that.") % {"names": words})
    return " ".join(said)


@require_http_methods(["GET", "HEAD", "POST"])
def one_comment(request: Request, reference: str, pk: int) -> HttpResponse:
    """A comment, and what it said before; its author edits it."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_comment(here, pk=pk)
    comment = _comment(here, pk)
    form = here.bound(EditCommentForm, "form", initial={"text": comment.text})
    show, to = partial(show_comment, pk=pk), _at(here, comment)
    return here.answer(form, workflow.edit_comment, pk, show=show, to=to, done=lambda now: _told(now, pk=pk))


def show_comment(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    comment = _comment(here, pk)
    own = comment.author_id == here.request.user.pk
    stands = here.integration.is_open and not comment.deleted_at
    edits, deletes = own and here.can["comment"], own or here.can["delete_comments"]
    offers = [
        EditCommentForm(slot="form", initial={"text": comment.text}) if stands and edits else None,
        DeleteCommentForm(slot="delete", own=own) if stands and deletes else None,
    ]
    context = {
        "comment": comment,
        "thing": _thing(here, comment.about),
        "versions": [] if comment.deleted_at else comment.versions.all(),
    }
    return here.page("comment", offers=offers, sent=sent, **context)


@require_POST
def delete_comment(request: Request, reference: str, pk: int) -> HttpResponse:
    """Take it away; what is left says who did, and when."""
    here = IntegrationPage(request, reference)
    comment = _comment(here, pk)
    form = here.bound(DeleteCommentForm, "delete", own=comment.author_id == request.user.pk)
    return here.answer(form, workflow.delete_comment, pk, show=partial(show_comment, pk=pk), to=_at(here, comment))


def _comment(here: IntegrationPage, pk: int) -> Comment:
    """One of this integration's comments that whoever asks may read, or Http404."""
    rows = Comment.objects.visible_to(here.request.user).filter(integration=here.integration)
    return get_object_or_404(rows.select_related("author", "deleted_by"), pk=pk)


def _at(here: IntegrationPage, comment: Comment) -> str:
    """Where the comment stands."""
    return talk.path_to(_thing(here, comment.about), here.integration, f"comment-{comment.pk}")
