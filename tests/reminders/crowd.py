"""A crowd in bulk: many recipients, each with something overdue on integrations of their own. For faults and bench."""

from __future__ import annotations

import datetime

from django.utils import timezone

from milestones.models import Integration, Member, Organisation, RoleHolding, User, WaitingItem
from milestones.process import Role

CHUNK = 2000


def reference(number: int) -> str:
    """Of the form that addresses take: AAAA-000, AAAA-001, …"""
    word, digits = divmod(number, 1000)
    letters = "".join(chr(ord("A") + word // 26**place % 26) for place in (3, 2, 1, 0))
    return f"{letters}-{digits:03}"


def gather(recipients: int, integrations: int, staff: int = 0) -> None:
    """`recipients` technical leads share `integrations` among them; on each waits one overdue thing.

    On every tenth something waits for its contact too, if there are `staff` to share them; without, nobody is told.
    """
    contacts = _staff(staff)
    owner = Organisation.objects.create(number="984661185", name="Fjordvik kommune")
    users = _people(recipients)
    overdue = timezone.localdate() - datetime.timedelta(days=1)
    for start in range(0, integrations, CHUNK):
        rows = Integration.objects.bulk_create(
            Integration(
                reference=reference(number),
                name=f"Integrasjon {number}",
                organisation=owner,
                onboarding_contact=contacts[number // 10 % len(contacts)],
            )
            for number in range(start, min(start + CHUNK, integrations))
        )
        members = Member.objects.bulk_create(
            Member(integration=row, user_id=users[(start + n) % len(users)], name="Terje", accepted_at=timezone.now())
            for n, row in enumerate(rows)
        )
        RoleHolding.objects.bulk_create(RoleHolding(member=one, role=Role.TECHNICAL_LEAD) for one in members)
        WaitingItem.objects.bulk_create(
            WaitingItem(
                integration=row, position=0, code="2.1", reason="not_confirmed", role=Role.TECHNICAL_LEAD,
                where="confirmation", params=[["requirement", "2.1"]], since=overdue, due_on=overdue,
            )
            for row in rows
        )  # fmt: skip
        WaitingItem.objects.bulk_create(
            WaitingItem(
                integration=row, position=1, code="1.1", reason="agreement_unverified", role=Role.ONBOARDING,
                where="agreement", params=[["agreement", "terms"]], since=overdue, due_on=overdue,
            )
            for row in (rows[::10] if staff else [])
        )  # fmt: skip


def _staff(count: int) -> list[User]:
    """Digipost's staff; if there are to be none, one who can no longer sign in."""
    return [
        User.objects.get_or_create(
            email=f"kontakt{n}@digipost.example",
            defaults={"name": f"Kontakt {n}", "is_staff": True, "is_active": count > 0},
        )[0]
        for n in range(max(count, 1))
    ]


def _people(count: int) -> list[int]:
    pks: list[int] = []
    for start in range(0, count, CHUNK):
        made = User.objects.bulk_create(
            User(email=f"teknisk{n}@fjordvik.example", name=f"Terje {n}", password="!")
            for n in range(start, min(start + CHUNK, count))
        )
        pks += [user.pk for user in made]
    return pks
