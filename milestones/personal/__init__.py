"""Personal data: what is stored about somebody, how they are erased, and when integrations are anonymised.

`stored` shows a person all of it. `naming` finds people in texts and puts a pseudonym there. `erasure` is one
person everywhere, `retention` everybody on one integration that has been closed for long. Who may is asked in workflow.
"""

from .erasure import Effect, concerned, effects, erase, refusals
from .retention import anonymise_due
from .stored import stored_about

__all__ = ["Effect", "anonymise_due", "concerned", "effects", "erase", "refusals", "stored_about"]
