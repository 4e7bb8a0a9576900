"""Which rows belong to an integration, and which of their columns name a user."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from ..models import Integration, User

OURS = ("milestones", "admin")
"""Apps whose rows about a person stay, under their pseudonym. What other apps keep of an account goes with it."""


def models_of(app: str = "milestones") -> list[type[Model]]:
    return list(apps.get_app_config(app).get_models())


def fields_naming_users(model: type[Model]) -> list[str]:
    """The names of a model's columns that point to a user."""
    return [field.name for field in model._meta.concrete_fields if field.related_model is User]


@cache
def path_to_integration(model: type[Model]) -> str:
    """The lookup that leads from a row to its integration; empty for what belongs to none."""
    if model is Integration:
        return "pk"
    related = {field.name: field.related_model for field in model._meta.concrete_fields if field.related_model}
    direct = [name for name, other in related.items() if other is Integration]
    onward = [
        f"{name}__{path}"
        for name, other in related.items()
        if other not in (model, User) and (path := path_to_integration(other))
    ]
    return next(iter([*direct, *onward]), "")


def rows_of(integration: Integration) -> list[QuerySet[Any]]:
    """Everything that is recorded on one integration, a queryset a model."""
    return [
        model._default_manager.filter(**{path: integration.pk}).order_by("pk")
        for model in models_of()
        if (path := path_to_integration(model))
    ]
