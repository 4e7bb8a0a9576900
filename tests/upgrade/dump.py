"""Keep a database of a version that has landed, as rows that any engine can load. Run in a worktree of that version:

    git worktree add /tmp/landed COMMIT && cd /tmp/landed && export DEBUG=on VAR_DIR=/tmp/landed-var
    python manage.py demo
    python .../tests/upgrade/dump.py .../tests/upgrade/COMMIT.json.gz

and let a version that sends mail send some first. It holds each app's last migration, and what `dumpdata` prints.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import sys

import django

DERIVED = ["contenttypes", "auth.permission", "sessions"]  # made anew by migrating, or worth nothing elsewhere


def main(path: str) -> None:
    sys.path.insert(0, os.getcwd())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    printed = io.StringIO()
    call_command("dumpdata", exclude=DERIVED, stdout=printed)
    kept = {
        "migrations": sorted(MigrationLoader(connection).graph.leaf_nodes()),
        "rows": json.loads(printed.getvalue()),
    }
    with open(path, "wb") as file:
        file.write(gzip.compress(json.dumps(kept, ensure_ascii=False).encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
