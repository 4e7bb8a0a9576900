"""An address as a column: in its one form, whatever writes it or looks for it."""

from __future__ import annotations

from typing import Any

from django.db import models

from ..mailboxes import normalised, require_deliverable


class AddressField(models.EmailField):  # type: ignore[type-arg]
    """Instances, updates and lookups alike say the one form; forms and `full_clean` refuse what no mail reaches."""

    default_validators = [require_deliverable]

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return normalised(found) if isinstance(found, str) else found

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The instance says afterwards what is stored."""
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
