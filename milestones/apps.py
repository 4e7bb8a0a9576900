"""The app's configuration: fills the scenario catalogue of an empty database."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MilestonesConfig(AppConfig):
    name = "milestones"
    verbose_name = _("Digipost integrations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Reference data, not a business rule: every database, test databases included, starts with T01–T26.
        post_migrate.connect(_seed_catalogue, sender=self)
        _listen_to_sign_ins()


def _seed_catalogue(**_kwargs: object) -> None:
    from .models import CatalogueScenario  # noqa: PLC0415  (models are not ready when this module is)

    CatalogueScenario.objects.seed_if_empty()


def _listen_to_sign_ins() -> None:
    """How Django and allauth tell that somebody came in, or set up a second factor; no business rule hangs on it."""
    from allauth.mfa.signals import authenticator_added  # noqa: PLC0415
    from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

    from .entry import drafts, journal, second_factor, sessions  # noqa: PLC0415

    user_logged_in.connect(sessions.begin)
    user_logged_in.connect(drafts.begin)
    authenticator_added.connect(second_factor.remember)
    journal.listen()
