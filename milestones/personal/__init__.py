"""Personal data: what is stored about somebody, how they are erased, and when integrations are anonymised.

`stored` shows a person all of it. `naming` finds people in texts and puts a pseudonym there. `erasure` is about one
person everywhere, `retention` about everybody on one integration that was closed long ago. Who may, workflow asks.
"""

from .erasure import Effect, concerned, effects, erase, refusals, shared_across
from .retention import anonymise_due
from .stored import kind_of, stored_about

__all__ = [
    "Effect",
    "anonymise_due",
    "concerned",
    "effects",
    "erase",
    "kind_of",
    "refusals",
    "shared_across",
    "stored_about",
]
