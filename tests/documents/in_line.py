"""A web process that examines: takes a place, says so, and holds it until its input ends. Run by test_places.py."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")
    django.setup()
    from milestones.documents.places import reserved

    with reserved():
        print("taken", flush=True)
        sys.stdin.read()
