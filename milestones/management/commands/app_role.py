"""`manage.py app_role NAME`: what the role of web, worker and beat may do on PostgreSQL."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from milestones import app_role


class Command(BaseCommand):
    help = "Make NAME a role that web, worker and beat can use and that cannot change history. Run it as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--print", action="store_true", help="print the SQL for somebody else to run")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: whoever can write the file can change everything in it.")
        if options["print"]:
            self.stdout.write(";\n".join([*app_role.grants(connection, options["name"]), ""]), ending="")
            return
        try:
            app_role.prepare(connection, options["name"])
        except app_role.Unfit as error:
            raise CommandError(str(error)) from error
