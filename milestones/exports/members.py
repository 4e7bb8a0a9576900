"""Who is on an integration, and who was: a row a person, with what the page of people says of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..clock import date_of
from ..models import Integration, Member
from .tables import CHUNK, DAY, LONG, NAME, Column, Row, Table

COLUMNS = (
    Column(_("Name"), NAME),
    Column(_("E-mail address"), NAME),
    Column(_("Roles"), LONG),
    Column(_("Invited"), DAY),
    Column(_("Joined"), DAY),
    Column(_("Left"), DAY),
)


def members_table(integration: Integration) -> Table:
    """Those who are on it by name, then those who left."""
    return Table(f"{integration.reference}-people", _("People and roles"), COLUMNS, _rows(integration))


def _rows(integration: Integration) -> Iterator[Row]:
    members = integration.members.select_related("user").prefetch_related("roles", "invitations")
    for is_former in (False, True):
        rows = members.filter(left_at__isnull=not is_former)
        yield from map(_row, rows.iterator(chunk_size=CHUNK))


def _row(member: Member) -> Row:
    """Of who left no more than the name and the day, as on the page."""
    if member.left_at:
        return member.name, "", "", None, None, date_of(member.left_at)
    return (
        member.name,
        member.user.email,
        ", ".join(str(role.label) for role in member.current_roles),
        date_of(member.invitation.sent_at) if member.invitation else None,
        date_of(member.accepted_at) if member.accepted_at else None,
        None,
    )
