"""Members of an integration: how they are invited, the roles they hold, and what they are called there."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ..mailboxes import normalised
from ..process import MEMBER_ROLES, Role
from ..searching import searchable
from .base import Record
from .user import User

INVITATION_HOLDS = datetime.timedelta(days=7)


def called(person: User | None, integration_id: int | None, names: Mapping[tuple[int, int], str]) -> str:
    """What a person is called on an integration, by `MemberQuerySet.names`; empty for nobody.

    Another sender may call them something else, and must not show through. Digipost's staff have one name.
    """
    return names.get((integration_id or 0, person.pk), person.name) if person else ""


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self) -> MemberQuerySet:
        """Who is on an integration, invited or in."""
        return self.filter(left_at__isnull=True)

    def joined(self) -> MemberQuerySet:
        """Who is in: invited, and came. The integration exists to them alone."""
        return self.current().filter(accepted_at__isnull=False)

    def known_as(self, words: str, most: int) -> list[list[Member]]:
        """Who is on an integration, invited or in, by a part of their address or of what they are called.

        At most so many people, by name, each with at most as many memberships that fit, by reference. Looked for here
        and not in the database, as `UserManager.known_as` does.
        """
        wanted, mailbox = searchable(words), normalised(words)
        rows = self.current().order_by("name", "integration__reference")
        called = rows.values_list("pk", "user", "name", "user__name", "user__email")
        found: dict[int, list[int]] = {}
        for pk, user, name, own_name, email in called.iterator():
            if wanted in searchable(name) or wanted in searchable(own_name) or mailbox in email:
                found.setdefault(user, []).append(pk)
        first = [pks[:most] for pks in islice(found.values(), most)]
        members = rows.select_related("user", "integration").in_bulk([pk for pks in first for pk in pks])
        return [[members[pk] for pk in pks] for pks in first]

    def names_on(self, integrations: Iterable[Any], people: Iterable[Any]) -> dict[tuple[int, int], str]:
        """What each of `people` is called on each of `integrations` where they are, or last were, a member.

        Both by primary key or as rows, and so is the answer, by integration and user: what `called` reads. One query.
        """
        here = self.filter(integration__in=integrations, user__in=people)
        rows = here.order_by("pk").values_list("integration", "user", "name")
        return {(integration, user): name for integration, user, name in rows}


def name_on(integration_id: int, person: User | None) -> str:
    """What a person is called on one integration, asked for alone."""
    return called(person, integration_id, Member.objects.names_on([integration_id], [person])) if person else ""


class Member(Record):
    """A person on one integration. Who left stays on file; who comes back is a new member.

    Whoever is invited shows, and can hold a role, at once; they see the integration when they have accepted.
    """

    integration = models.ForeignKey("Integration", models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    name = models.CharField(_("name"), max_length=150)
    reads_notices = models.BooleanField(_("reads Digipost's notices"), default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "integration", "user", condition=models.Q(left_at__isnull=True), name="member_current_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def invitation(self) -> Invitation | None:
        """The latest; reads prefetched `invitations`."""
        return max(self.invitations.all(), key=lambda one: one.pk, default=None)

    @property
    def current_roles(self) -> list[Role]:
        """In the order of the process; reads prefetched `roles`."""
        held = {holding.role for holding in self.roles.all() if holding.ended_at is None}
        return [role for role in MEMBER_ROLES if role in held]


class RoleHolding(Record):
    """A role that a member holds, or held."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=30, choices=[(role.value, role.label) for role in MEMBER_ROLES])
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("held role")
        verbose_name_plural = _("held roles")
        constraints = [
            models.UniqueConstraint(
                "member", "role", condition=models.Q(ended_at__isnull=True), name="role_held_once_by_a_member"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {Role(self.role).label}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime.datetime) -> InvitationQuerySet:
        """What can still be accepted at `now`."""
        return self.filter(
            used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now, member__left_at__isnull=True
        )

    def of_token(self, token: str) -> InvitationQuerySet:
        return self.filter(token_hash=hash_of(token))


class Invitation(Record):
    """A link, bound to an address, by which somebody joins an integration once.

    The link's token is kept only as a hash. It can be derived again from this row and the secret key, so that a mail
    that is tried twice holds the same link; from the row alone it cannot.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.sent_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        """By the key that it was made with, as long as that one is kept; a new row's by the key in force."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        tokens = [self._token_by(key) for key in keys]
        return next((token for token in tokens if hash_of(token) == self.token_hash), tokens[0])

    def _token_by(self, key: str) -> str:
        value = f"{self.member_id}:{self.email}:{self.sent_at.isoformat()}"
        return salted_hmac("milestones.Invitation", value, secret=key, algorithm="sha256").hexdigest()

    def is_open(self, now: datetime.datetime) -> bool:
        """As `InvitationQuerySet.open`, of a row at hand."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
