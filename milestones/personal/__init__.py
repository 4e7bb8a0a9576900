"""Personal data: what is stored about somebody, how they are erased, and when integrations are anonymised.

`stored` shows a person all that points to them. `columns` lists which columns hold people's own words; `texts` finds
somebody there, by the `naming` and in the `spelling` that means them, and puts a pseudonym in their place. `erasure`
is about one person everywhere, unless they are one side of what is `undecided`; `retention` about everybody on one
integration that was closed long ago. Who may, workflow asks.
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
