"""Whoever signs in: senders' people and Digipost's staff."""

from __future__ import annotations

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
from ..process import Cadence
from ..searching import searchable
from .address import AddressField


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
        called = self.filter(erased_at__isnull=True, memberships__isnull=False).values_list("pk", "memberships__name")
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
        if self.is_staff and self.pk and self.memberships.current().exists():
            raise ValidationError({"is_staff": _("This person is a member of an integration and cannot be staff.")})
        if settings.STAFF_DOMAINS and self._joins_staff() and not is_at_staff_domain(self.email):
            told = _("Digipost's staff have an address at %(domains)s.") % {
                "domains": ", ".join(settings.STAFF_DOMAINS)
            }
            raise ValidationError({"is_staff": told})

    def _joins_staff(self) -> bool:
        """Whoever was of the staff before a domain was named stays."""
        return self.is_staff and not User.objects.filter(pk=self.pk, is_staff=True).exists()
