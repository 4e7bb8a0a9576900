"""Who: users who sign in, members of an integration and the roles they hold."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from itertools import islice

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ..mailboxes import ONE_FORM, is_at_staff_domain, normalised
from ..names import require_name
from ..process import MEMBER_ROLES, Cadence, Role
from ..searching import searchable
from .address import AddressField

INVITATION_HOLDS = datetime.timedelta(days=7)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **extra: object) -> User:
        """Create somebody who can be invited or sign in; a password is for those who want one."""
        user = self.model(email=email, name=name.strip(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None, **extra: object) -> User:
        return self.create_user(email, name, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=username or "")

    def known_as(self, words: str, most: int) -> list[User]:
        """Who has not been erased, by a part of their address, or of what they or an inviter called them.

        Looked for here and not in the database, which on SQLite takes Å for another letter than å. No second copy of
        names is kept for it: this is for one rare page.
        """
        wanted, mailbox = searchable(words), normalised(words)
        called = Member.objects.filter(user__erased_at__isnull=True).values_list("user", "name")
        invited = {pk for pk, name in called.iterator() if wanted in searchable(name)}
        people = self.filter(erased_at__isnull=True).order_by("name", "pk").values_list("pk", "name", "email")
        found = (
            pk
            for pk, name, email in people.iterator()
            if pk in invited or wanted in searchable(name) or mailbox in email
        )
        return list(self.filter(pk__in=list(islice(found, most))).order_by("name", "pk"))

    def staff(self) -> models.QuerySet[User]:
        """Digipost's onboarding staff who can sign in."""
        return self.filter(is_staff=True, is_active=True).order_by("name")

    def end_sessions(self, *pks: int) -> None:
        """Whoever is signed in as one of these must sign in again: their sessions end at the next request."""
        self.filter(pk__in=pks).update(session_epoch=models.F("session_epoch") + 1)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an e-mail address. `is_staff` means Digipost's onboarding staff, `is_superuser` administrator.

    Of who is erased, at `erased_at`, a pseudonym is left, so that history stays whole.
    """

    email = AddressField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, validators=[require_name])
    is_staff = models.BooleanField(_("Digipost staff"), default=False)
    is_active = models.BooleanField(_("can sign in"), default=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="nb")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    digest = models.CharField(_("digest"), max_length=10, choices=Cadence.choices, default=Cadence.DAILY)
    weekly_summary = models.BooleanField(_("weekly summary"), default=True)
    session_epoch = models.PositiveIntegerField(default=0)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(email__regex=ONE_FORM), name="user_email_in_one_form"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(is_active=False),
                name="user_erased_never_signs_in",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when the password changes (Django's own rule) and when `session_epoch` does."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("milestones.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    def clean(self) -> None:
        """Staff are never members and members never staff, so that nobody sits on both sides of a gate.

        Where STAFF_DOMAINS are named, nobody with another address joins the staff.
        """
        super().clean()
        if self.is_staff and self.pk and Member.objects.current().filter(user=self).exists():
            raise ValidationError({"is_staff": _("This person is a member of an integration and cannot be staff.")})
        if settings.STAFF_DOMAINS and self._joins_staff() and not is_at_staff_domain(self.email):
            told = _("Digipost's staff have an address at %(domains)s.") % {
                "domains": ", ".join(settings.STAFF_DOMAINS)
            }
            raise ValidationError({"is_staff": told})

    def _joins_staff(self) -> bool:
        """Whoever was of the staff before a domain was named stays."""
        return self.is_staff and not User.objects.filter(pk=self.pk, is_staff=True).exists()


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

    def names(self) -> dict[tuple[int, int], str]:
        """What each of them is called where they are, or last were, a member: by integration and user."""
        rows = self.order_by("pk").values_list("integration", "user", "name")
        return {(integration, user): name for integration, user, name in rows}


def name_on(integration_id: int, person: User | None) -> str:
    """What a person is called on one integration, asked for alone."""
    return called(person, integration_id, Member.objects.filter(integration=integration_id, user=person).names())


class Member(models.Model):
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


class RoleHolding(models.Model):
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


class Invitation(models.Model):
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
        value = f"{self.member_id}:{self.email}:{self.sent_at.isoformat()}"
        return salted_hmac("milestones.Invitation", value, algorithm="sha256").hexdigest()

    def is_open(self, now: datetime.datetime) -> bool:
        """As `InvitationQuerySet.open`, of a row at hand."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
