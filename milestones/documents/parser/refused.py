"""What the parser says no by, and by which word; the sentences are told by `documents.refusals`."""

from __future__ import annotations


class Refused(Exception):
    """`str()` is the code of the reason, `about` what its sentence names, such as a limit and what was found."""

    def __init__(self, code: str, **about: object) -> None:
        super().__init__(code)
        self.about = about
