"""A part of the portfolio that somebody keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Record


class SavedView(Record):
    """For one person alone, and erased with them. `query` is that of the portfolio's address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(_("what is shown"), blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("user", "name", name="saved_view_named_once")]

    def __str__(self) -> str:
        return self.name
