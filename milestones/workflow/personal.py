"""Digipost's staff erase a person; on no single integration, so it has a lock for each that the person was on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404

from .. import locks, personal, policy
from ..models import Integration, User
from .move import stale


@transaction.atomic
def erase_person(person: User, *, by: User, reason: str) -> None:
    """A pseudonym takes the person's place, for good. Raises Forbidden for others than staff.

    Raises ValidationError, with its sentences, while they are a member of something open, are staff who can still sign
    in, or are whoever asks; Stale if they came onto another integration meanwhile.
    """
    policy.require_staff(get_object_or_404(User, pk=by.pk, is_active=True))
    integrations = personal.concerned(person)
    locks.lock_these(integrations)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if personal.concerned(person) != integrations:
        raise stale()
    if told := personal.refusals(person, by):
        raise ValidationError(told)
    personal.erase(person, Integration.objects.filter(pk__in=integrations), by=by, reason=reason)
