"""Comments: what is said beside the process. No gate reads them.

An internal note is Digipost's alone. It leaves no event, as members read the history: its own row, and its former
texts, which the database refuses to change, are what is recorded of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import policy, talk
from ..actors import members_of
from ..mails.announcing import announce_comment
from ..models import Comment, CommentVersion, EventKind, Integration, User, name_on
from . import room
from .door import door
from .move import Move, asks, stale
from .once import adds


@adds()
@asks(policy.Right.COMMENT)
def add_comment(
    integration: Integration, about: str, *, by: User, text: str, internal: bool = False, tell: Iterable[int] = ()
) -> Comment:
    """Say something about a thing of the integration, see `models.comments.ABOUT`; an `internal` note to Digipost.

    `tell` names users who are told of it by e-mail, beside those whom the text names. Raises ValidationError, by
    field, for who may not read it, and where there is no room; Stale where there is no such thing.
    """
    with door(integration, by) as move:
        move.ask(add_comment, about)
        if internal:
            move.require(policy.Right.WRITE_INTERNALLY)
        thing = _thing(move, about)
        _require_room(move, about, internal)
        comment = Comment.objects.create(
            integration=move.integration, about=about, author=by, text=text, internal=internal, at=move.now
        )
        _tell(move, comment, tell)
        _log(move, EventKind.COMMENTED, comment, thing)
        return comment


def _require_own(move: Move, pk: int) -> None:
    """Nobody puts words into another's mouth."""
    comment = _standing(move, pk)
    if comment.author_id != move.by.pk:
        raise policy.Forbidden(policy.only(_author_of(comment)))
    move.require(policy.Right.COMMENT)


@asks(_require_own)
def edit_comment(integration: Integration, pk: int, *, by: User, text: str) -> None:
    """Say it otherwise; what it said is kept. Whom the new text names is told, unless they have been told of it."""
    with door(integration, by) as move:
        move.ask(edit_comment, pk)
        comment = _standing(move, pk)
        if text == comment.text:
            return
        full = _("It has been edited %(most)s times, which is the maximum. Write another comment.")
        room.require_room(comment.versions.count(), room.VERSIONS, full)
        _keep_version(move, comment)
        move.update(comment, text=text, edited_at=move.now)
        _tell(move, comment, ())
        _log(move, EventKind.COMMENT_EDITED, comment, _thing(move, comment.about))


def _require_own_or_staff(move: Move, pk: int) -> None:
    comment = _standing(move, pk)
    if comment.author_id != move.by.pk and not policy.may(move.actor, policy.Right.DELETE_COMMENTS):
        roles = policy.who_may(policy.RIGHTS[policy.Right.DELETE_COMMENTS])
        raise policy.Forbidden(policy.only(f"{_author_of(comment)}, {roles}"))


@asks(_require_own_or_staff)
def delete_comment(integration: Integration, pk: int, *, by: User, reason: str = "") -> None:
    """Take a comment away: who deleted it and when stays in its place. With a reason, if it is somebody else's.

    Raises ValidationError, by field, without that reason.
    """
    with door(integration, by) as move:
        move.ask(delete_comment, pk)
        comment = _standing(move, pk)
        if comment.author_id != by.pk and not reason:
            raise ValidationError({"reason": _("Give a reason")})
        _keep_version(move, comment)
        move.update(comment, text="", deleted_at=move.now, deleted_by=by, deleted_because=reason)
        _log(move, EventKind.COMMENT_DELETED, comment, _thing(move, comment.about), reason)


def _standing(move: Move, pk: int) -> Comment:
    """A comment that is not deleted; Stale where it is, or is not to be seen."""
    rows = Comment.objects.visible_to(move.by).select_related("author")
    comment = rows.filter(integration=move.integration, pk=pk, deleted_at__isnull=True).first()
    if comment is None:
        raise stale()
    return comment


def _author_of(comment: Comment) -> str:
    return name_on(comment.integration_id, comment.author)


def _thing(move: Move, about: str) -> talk.Thing:
    thing = talk.thing_of(about, move.integration)
    if thing is None:
        raise stale()
    return thing


def _require_room(move: Move, about: str, internal: bool) -> None:
    """Notes have room of their own: members are not told by a number how many there are."""
    rows = Comment.objects.filter(integration=move.integration, internal=internal)
    full = _("There are %(most)s comments on this, which is the maximum. Tell Digipost.")
    room.require_room(rows.filter(about=about).count(), room.COMMENTS, full)
    enough = _("You have written %(most)s comments in 24 hours, which is the maximum. Write again after %(when)s.")
    room.require_turn(rows.filter(author=move.by), "at", room.COMMENTS_A_DAY, enough)


def _keep_version(move: Move, comment: Comment) -> None:
    CommentVersion.objects.create(
        comment=comment, text=comment.text, written_at=comment.edited_at or comment.at, ended_at=move.now
    )


def _tell(move: Move, comment: Comment, ticked: Iterable[int]) -> None:
    """Queue a mail to each who is ticked, or named in the text, and may read it."""
    people = readers(move.integration, move.by).of(internal=comment.internal)
    chosen = set(ticked)
    if chosen - set(people):
        raise ValidationError({"tell": _("Not everybody whom you chose can read this. Choose again.")})
    announce_comment(comment, sorted(chosen | talk.named_in(comment.text, people).people))


def readers(integration: Integration, by: User) -> talk.Readers:
    """Whom `by` may tell of what they write on the integration."""
    members = members_of([integration.pk])[integration.pk]
    return talk.readers_of(integration, by, {pk: members.names[pk] for pk in members.user_ids})


def _log(move: Move, kind: EventKind, comment: Comment, thing: talk.Thing, reason: str = "") -> None:
    """That it happened, and on what; the text stays in its own row. Of a note members learn nothing."""
    if not comment.internal:
        move.log(kind, thing.recorded, new=comment.about, reason=reason)
