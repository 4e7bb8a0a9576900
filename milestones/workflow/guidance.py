"""The links to documentation that staff keep at each requirement: about no single integration."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .. import clock, policy
from ..models import RequirementLink, User
from . import room
from .move import stale


@transaction.atomic
def add_link(*, by: User, requirement: str, title: str, url: str) -> RequirementLink:
    """Put a link at the requirement of that code.

    Raises Forbidden for others than staff, ValidationError (by field) for what is no requirement or no https address,
    for a link that the requirement has already, and where it has no room for more.
    """
    policy.require_staff(by)
    link = RequirementLink(requirement=requirement, title=title, url=url, added_by=by, added_at=clock.now())
    link.clean_fields(exclude=["added_by"])
    links = RequirementLink.objects.select_for_update().filter(requirement=requirement)
    if any(other.url == url for other in links):
        raise ValidationError({"url": _("The requirement has a link to this address already.")})
    if len(links) >= room.LINKS:
        full = _("The requirement has %(most)s links, which is the maximum. Remove one first.")
        raise ValidationError({"requirement": full % {"most": room.LINKS}})
    return _kept(link)


def _kept(link: RequirementLink) -> RequirementLink:
    """The link, stored; Stale if somebody else added it at the same moment."""
    kept, is_new = RequirementLink.objects.get_or_create(
        requirement=link.requirement,
        url=link.url,
        defaults={"title": link.title, "added_by": link.added_by, "added_at": link.added_at},
    )
    if not is_new:
        raise stale()
    return kept


def remove_link(*, by: User, pk: int) -> None:
    """Take a link away. Raises Forbidden for others than staff, Stale if it is gone already."""
    policy.require_staff(by)
    count, _by_model = RequirementLink.objects.filter(pk=pk).delete()
    if not count:
        raise stale()
