"""`manage.py demo`: tells the demo's story, and of as many integrations more as are asked for."""

from __future__ import annotations

import os
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from milestones import demo
from milestones.models import Integration

MOST = 5000
BREATH, LONG_BREATH = 0.01, 0.15
"""Seconds between two integrations, in which others come to write: SQLite has one writer, and looks every 0.1."""
EVERY = 25


class Command(BaseCommand):
    help = (
        "Tell what the demo's story still lacks, in the database of a demo or an empty one. It can be stopped and run "
        "again: each integration is there as a whole or not at all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        told = f"fill the database until there are N integrations in all phases, at most {MOST}"
        parser.add_argument("--integrations", type=int, metavar="N", help=told)
        parser.add_argument("--beside", action="store_true", help="give way to whoever uses the product meanwhile")

    def handle(self, *args: Any, integrations: int | None, beside: bool, **options: Any) -> None:
        _require_demo(integrations)
        if beside:
            os.nice(10)
        else:
            call_command("migrate", interactive=False, verbosity=0)
        if not demo.begin():
            raise CommandError("There are other people than the demo's in this database: it is left as it is.")
        plots = demo.untold() if integrations is None else list(demo.up_to(integrations))
        self._tell(plots, LONG_BREATH if beside else BREATH)

    def _tell(self, plots: list[demo.Plot], breath: float) -> None:
        begun = time.monotonic()
        for number, plot in enumerate(plots, 1):
            demo.tell(plot)
            time.sleep(breath)
            if number % EVERY == 0 and number < len(plots):
                left = (time.monotonic() - begun) / number * (len(plots) - number)
                self.stdout.write(f"{number} of {len(plots)} integrations told, about {left:.0f} seconds left.")
                self.stdout.flush()
        taken = f"{len(plots)} told now, in {time.monotonic() - begun:.0f} seconds" if plots else "none to tell"
        self.stdout.write(f"The demo has {Integration.objects.count()} integrations ({taken}).")


def _require_demo(integrations: int | None) -> None:
    if not settings.DEMO:
        raise CommandError("This brings people with public passwords: it is for a demo alone, with DEBUG=on.")
    if integrations is not None and not 1 <= integrations <= MOST:
        raise CommandError(f"--integrations is a number from 1 to {MOST}, as in --integrations 500.")
