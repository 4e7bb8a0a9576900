"""Who integrates: an organisation as its people call it, and as the register of entities does."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.no import orgnr

from ..entity_register import Standing
from ..process import Status
from .base import Record


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def to_look_up(self) -> OrganisationQuerySet:
        """What is on an open integration, and the register has not been asked about, or not since it named it."""
        unasked = models.Q(checked_at=None) | models.Q(noted_at__gte=models.F("checked_at"))
        return self.filter(unasked, integrations__status__in=(Status.ACTIVE, Status.PAUSED)).distinct()


class Organisation(Record):
    """A sender or partner, by its Norwegian organisation number (nine digits, modulus 11) and what it was called.

    Whoever names it otherwise gets a row of their own: nobody learns from a name that somebody else is here.

    From `registered_name` to `standing_since` it is as the register of entities said, last at `checked_at`; at
    `noted_at` the register last said that there is news of it. `workflow/organisations.py` writes them.
    """

    number = models.CharField(_("organisation number"), max_length=9)
    name = models.CharField(_("name"), max_length=200)

    registered_name = models.CharField(_("registered name"), max_length=200, blank=True, default="", db_default="")
    legal_form_code = models.CharField(
        _("code of its legal form"), max_length=20, blank=True, default="", db_default=""
    )
    legal_form = models.CharField(_("legal form"), max_length=200, blank=True, default="", db_default="")
    address = models.TextField(_("address"), blank=True, default="", db_default="")
    municipality = models.CharField(_("municipality"), max_length=100, blank=True, default="", db_default="")
    standing = models.CharField(
        _("status in the register of entities"),
        max_length=20,
        choices=Standing.choices,
        blank=True,
        default=Standing.UNKNOWN,
        db_default="",
    )
    standing_since = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("number", "name", name="organisation_named_once"),
            models.CheckConstraint(
                condition=models.Q(standing__in=Standing.values), name="organisation_standing_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_number(self) -> str:
        """984 661 185"""
        return orgnr.format(self.number)

    @property
    def is_bad_news(self) -> bool:
        """Whether the register says what is a reason not to go on."""
        return Standing(self.standing).is_bad

    @property
    def is_registered_otherwise(self) -> bool:
        """Whether the register calls it something else; there, most names are in capitals."""
        return bool(self.registered_name) and _alike(self.registered_name) != _alike(self.name)


def _alike(name: str) -> str:
    return " ".join(name.casefold().split())


class RegisterReading(Record):
    """The one row that says how far the register's list of changes has been read: to the one with the id `last`."""

    last = models.PositiveBigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of the register of entities")
        verbose_name_plural = _("readings of the register of entities")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="register_reading_is_one_row")]

    def __str__(self) -> str:
        return str(self.last)
