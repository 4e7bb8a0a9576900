"""Links to Digipost's documentation, which staff keep at each requirement."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..process import REQUIREMENTS
from .base import Record

HTTPS = "https://"
_is_address = URLValidator(schemes=["https"])


def require_https(address: str) -> None:
    """Raise ValidationError unless `address` is that of a page, begins with https:// and names nobody who signs in."""
    try:
        _is_address(address)
        plain = address.startswith(HTTPS) and "@" not in urlsplit(address).netloc
    except ValidationError:
        plain = False
    if not plain:
        raise ValidationError(_("Enter the whole address of a page. It begins with https:// and holds no spaces."))


def require_requirement(code: str) -> None:
    """Raise ValidationError unless `code` is that of a requirement."""
    if code not in REQUIREMENTS:
        raise ValidationError(_("Choose a requirement"))


class LinkQuerySet(models.QuerySet["RequirementLink"]):
    def by_requirement(self) -> dict[str, list[RequirementLink]]:
        """The links of each requirement that has any, by its code."""
        rows = self.order_by("requirement", "title", "pk")
        return {code: list(links) for code, links in groupby(rows, lambda link: link.requirement)}


class RequirementLink(Record):
    """A page of Digipost's documentation, shown to everybody who sees the requirement."""

    requirement = models.CharField(_("requirement"), max_length=10, validators=[require_requirement])
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(_("address"), max_length=500, validators=[require_https])
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to documentation")
        verbose_name_plural = _("links to documentation")
        ordering = ["requirement", "title", "pk"]
        constraints = [
            models.UniqueConstraint("requirement", "url", name="link_once_at_a_requirement"),
            models.CheckConstraint(condition=models.Q(url__startswith=HTTPS), name="link_is_https"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.title}"

    @property
    def host(self) -> str:
        """Where it leads."""
        return urlsplit(self.url).hostname or ""
