"""`manage.py start`: the whole product in one foreground command."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from integrasjon import launcher
from milestones import demo
from milestones.running.readiness import has_broker

STORY = "the rest of the demo's story"
"""What the launcher calls it."""


class Command(BaseCommand):
    help = "Release, tell the demo's story if nobody else is in the database, then run web, worker and beat."

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
        try:
            launcher.require_free(host, port)
        except launcher.PortTaken as error:
            raise CommandError(str(error)) from error
        call_command("release", verbosity=0)
        commands = launcher.children(host, port, _pool())
        if settings.DEMO and demo.begin():
            commands |= self._tell()
            self._introduce()
        self.stdout.write(f"\n{_address(host, port)}\n", ending="\n")
        self.stdout.flush()
        connections.close_all()
        raise SystemExit(launcher.run(commands, host, port, ending=(STORY,)))

    def _tell(self) -> dict[str, list[str]]:
        """Tell the opening. Returns what tells the rest beside the web: the first page does not wait for it."""
        for plot in demo.OPENING:
            demo.tell(plot)
        rest = [sys.executable, "-m", "django", "demo", "--beside"]
        return {STORY: rest} if demo.untold() else {}

    def _introduce(self) -> None:
        self.stdout.write("Demo people. Type an address on the sign-in page; the code for it is printed here.")
        self.stdout.write(f"(Or unfold “Bruk passord i stedet”: each has the password {demo.PASSWORD}.)")
        for _name, email, does in demo.people():
            self.stdout.write(f"  {email:<32} {does}")


def _pool() -> list[str]:
    """One process is enough for the embedded default, whose broker and database are files."""
    return ["--concurrency", "2"] if has_broker() else ["--pool", "solo"]


def _address(host: str, port: int) -> str:
    """Passkeys belong to a name, which an address made of numbers is not."""
    return f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
