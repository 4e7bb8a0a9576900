"""What is said about a requirement, a milestone, a scenario or a deviation. Never a fact: gates read none of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .base import Record
from .history import AppendOnly, AppendOnlyQuerySet
from .integration import Integration
from .user import User

REQUIREMENT, MILESTONE, SCENARIO, DEVIATION = "requirement", "milestone", "scenario", "deviation"
_PK = "[1-9][0-9]{0,14}"
ABOUT = rf"requirement-(?:[0-9D]\.[0-9]+|item-{_PK})|milestone-[1-5]|(?:scenario|deviation)-{_PK}"
"""How a comment says what it is about: kind and key, as requirement-3.1, requirement-item-7, milestone-2, scenario-17.

An item of the integration's own is a requirement by its key; scenarios and deviations go by primary key."""


def about(kind: str, key: object) -> str:
    """What a comment is about, as it is stored and stands in addresses."""
    return f"{kind}-{key}"


def kind_and_key(about: str) -> tuple[str, str]:
    """The two that `about` joined."""
    kind, _hyphen, key = about.partition("-")
    return kind, key


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> CommentQuerySet:
        """What `user` may read of what is said where they are: internal notes are for Digipost's staff alone."""
        return self if user.is_staff else self.filter(internal=False)

    def latest_of_each(self, most: int) -> CommentQuerySet:
        """The latest so many about each thing, oldest first, in one query.

        Annotated with how many there are about it `in_all`; and of those that are not deleted, how many are `said` to
        everybody, and how many are `notes`.
        """
        stands = models.Q(deleted_at__isnull=True)
        counted = self.annotate(  # type: ignore[no-redef]
            from_last=models.Window(RowNumber(), partition_by="about", order_by="-pk"),
            in_all=_in_all(models.Q(pk__isnull=False)),
            said=_in_all(stands & models.Q(internal=False)),
            notes=_in_all(stands & models.Q(internal=True)),
        )
        return counted.filter(from_last__lte=most).order_by("pk")


def _in_all(which: models.Q) -> models.Window:
    """How many of a thing's comments are such, beside each of them."""
    one = models.Case(models.When(which, then=1), default=0)
    return models.Window(models.Sum(one), partition_by="about")


class Comment(Record):
    """Something that somebody says about a thing of an integration; an `internal` one is Digipost's alone.

    What it said before it was edited or deleted stands in its `versions`; a deleted one has no text of its own.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="comments")
    about = models.CharField(_("about"), max_length=40)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"), blank=True)
    internal = models.BooleanField(_("internal note"), default=False)
    at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    deleted_because = models.TextField(_("reason"), blank=True)

    in_all: int
    said: int
    notes: int

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["integration", "about"], name="comment_about")]
        constraints = [
            models.CheckConstraint(condition=models.Q(about__regex=rf"^(?:{ABOUT})\Z"), name="comment_about_a_thing"),
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True, deleted_by__isnull=True) & ~models.Q(text="")
                | models.Q(deleted_at__isnull=False, deleted_by__isnull=False, text=""),
                name="comment_has_a_text_or_is_deleted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.at:%Y-%m-%d %H:%M}"


class CommentVersion(AppendOnly):
    """A text that a comment had, and from when to when."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="versions")
    text = models.TextField(_("comment"))
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("former text of a comment")
        verbose_name_plural = _("former texts of comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.written_at:%Y-%m-%d %H:%M}"
