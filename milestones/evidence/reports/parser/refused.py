"""What the parser says no by, and by which word; the sentences are told by `reports.refusals`."""

from __future__ import annotations


class Refused(Exception):
    """`str()` is the code of the reason."""
