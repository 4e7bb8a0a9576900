"""Set an account aside that shares its mailbox with another: for migrating to one account a mailbox."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F

from ...models import User


class Command(BaseCommand):
    help = (
        "Gives an account another address, at which nobody reads mail, and lets nobody sign in with it. What it did, "
        "its memberships and roles stay as they are: invite the person anew, by the account that is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pk", type=int, help="the account's primary key, as the migration tells it")

    def handle(self, *args: Any, pk: int, **options: Any) -> None:
        # By columns that there have always been: this runs before the database is migrated.
        account = User.objects.filter(pk=pk)
        set_aside = account.update(
            email=f"account-{pk}@set-aside.invalid", is_active=False, session_epoch=F("session_epoch") + 1
        )
        if not set_aside:
            raise CommandError(f"There is no account {pk}.")
        self.stdout.write(f"Account {pk} is set aside.")
