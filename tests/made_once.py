"""What the tests of a file or folder begin with is made once for all of them; each test's changes to it are undone."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from milestones.demo import Journey, a_pdf
from milestones.models import Document
from tests.cast import Cast


@contextmanager
def made_once(blocker: Any) -> Iterator[None]:
    """What is made inside is undone when the fixture is; `blocker` is pytest-django's `django_db_blocker`."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def as_made(cast: Cast, journey: Journey) -> tuple[Cast, Journey]:
    """Both as they were made, whatever an earlier test did to the objects or to the files, which are agreements."""
    for file in [document.file for document in Document.objects.exclude(file="")]:
        file.storage.delete(str(file.name))
        file.storage.save(str(file.name), ContentFile(a_pdf()))
    return copy.deepcopy((cast, journey))
