"""Who answers a mail: the addresses of its Reply-To."""

from __future__ import annotations

from ..models import Integration, User
from ..process import Role


def whoever_did_it(actor: User | None, integration: Integration | None, reader: User | None) -> list[str]:
    """Whoever did what the mail tells of, unless that is its reader or somebody who left; else `contact_of`."""
    if actor and actor != reader and actor.is_active:
        return [actor.email]
    return contact_of(integration, reader) if integration else []


def contact_of(integration: Integration, reader: User | None) -> list[str]:
    """Of the sender's people Digipost's contact; of the staff the integration's project managers."""
    if reader and reader.is_staff:
        managers = integration.members.joined().filter(
            roles__role=Role.PROJECT_MANAGER, roles__ended_at__isnull=True, user__is_active=True
        )
        return list(managers.values_list("user__email", flat=True)[:1])
    contact = integration.onboarding_contact
    return [contact.email] if contact and contact.is_active else []
