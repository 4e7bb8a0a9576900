"""The demo: `story` says what happened, `telling` tells it, and `journey` is how one integration travels, there and in
the tests. `cast` are those whom it tells of, `chapters` what there is to tell.
"""

from .cast import PASSWORD, people
from .journey import Cast, Journey, a_pdf, accept_all, bring_in
from .story import OPENING, STORY, Plot, plots
from .telling import begin, tell, untold, up_to

__all__ = [
    "OPENING",
    "PASSWORD",
    "STORY",
    "Cast",
    "Journey",
    "Plot",
    "a_pdf",
    "accept_all",
    "begin",
    "bring_in",
    "people",
    "plots",
    "tell",
    "untold",
    "up_to",
]
