"""A process that dies between a file and its row: `python -m tests.dying {coming,going,look}`.

`coming`: the file is written and the row is not committed. `going`: the row is gone and the file is still there.
`look` prints how many rows with a file and how many files there are, and how many the night removes, at once and
when they are old.
"""

from __future__ import annotations

import datetime
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import django


def main(what: str) -> None:
    django.setup()
    {"coming": coming, "going": going, "look": look}[what]()


def die(*_arguments: Any, **_named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def coming() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from milestones.demo import a_pdf
    from milestones.workflow.door import door
    from tests.cast import build_cast

    cast = build_cast()
    journey = cast.journey()
    for end in (lambda: None, die):  # one is kept; the process dies over the next
        with door(journey.integration, cast.manager) as move:
            move.store(SimpleUploadedFile("avtale.pdf", a_pdf()))
            end()


def going() -> None:
    import time_machine
    from django.core.files.storage import FileSystemStorage
    from django.utils import timezone

    from milestones import personal, workflow
    from milestones.models import Integration, User

    integration = Integration.objects.get()
    workflow.close_integration(integration, by=User.objects.get(email="ingrid@digipost.example"), reason="Lagt ned")
    years_on = timezone.now() + datetime.timedelta(days=366 * 10)
    with time_machine.travel(years_on), mock.patch.object(FileSystemStorage, "delete", die):
        personal.anonymise_due()


def look() -> None:
    from django.conf import settings

    from milestones.documents.orphans import remove_orphans
    from milestones.models import Document

    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    for path in files:
        os.utime(path)  # as if just written
    found = [Document.objects.exclude(file="").count(), len(files), remove_orphans()]
    for path in files:
        os.utime(path, (0, 0))
    print(json.dumps([*found, remove_orphans()]))


if __name__ == "__main__":
    main(sys.argv[1])
