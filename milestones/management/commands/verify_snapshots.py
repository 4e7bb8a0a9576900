"""`manage.py verify_snapshots`: proves that what lists show is what the gates say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from milestones import snapshots


class Command(BaseCommand):
    help = "Compare what is stored for lists with what the gates say now, for every integration."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, wrong = 0, []
        for integration, differs in snapshots.differences():
            checked += 1
            if differs:
                wrong.append(integration.reference)
        self.stdout.write(f"{checked} integrations checked, {len(wrong)} differ.")
        if wrong:
            raise CommandError("Stored and evaluated differ: " + ", ".join(wrong[:50]))
