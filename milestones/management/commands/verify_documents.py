"""`manage.py verify_documents`: proves that each stored document is there, byte for byte."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from milestones.documents import verifying


class Command(BaseCommand):
    help = "Compare each stored document, and its preview, with what is recorded of it. Reads all of them."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, wrong = 0, 0
        for document, faults in verifying.faults():
            checked += 1
            wrong += bool(faults)
            for fault in faults:
                self.stdout.write(f"Document {document.pk}: {fault}.")
        self.stdout.write(f"{checked} documents checked, {wrong} not as recorded.")
        if wrong:
            raise CommandError(f"{wrong} of {checked} documents are missing or changed; they are listed above.")
