"""`manage.py rights_table`: docs/rights.md, made from policy.py."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from milestones.policy import RIGHTS, Right
from milestones.process import Role

HEAD = """# Who may do what

Made from `milestones/policy.py` by `manage.py rights_table > docs/rights.md`; a test holds it to the code. Everybody
on an integration may see it, staff may see all. What somebody must check off is checked off by the role it stands on.
The approver is never the submitter, and who acted for one side never acts for the other on the same thing.
"""


def table() -> str:
    """The table as Markdown, in English."""
    with override("en"):
        rows = [["", *(str(role.label) for role in Role)]]
        rows += [
            [right.value.replace("_", " "), *("yes" if role in RIGHTS[right] else "–" for role in Role)]
            for right in Right
        ]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([HEAD, lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


class Command(BaseCommand):
    help = "Print the table of rights as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table())
