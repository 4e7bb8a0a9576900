"""The demo: `story` says what happened, `telling` tells it, and `journey` is how one integration travels, there and in
the tests. `cast` are those whom it tells of, `chapters` what there is to tell.
"""

from .cast import PASSWORD, are_here, bring_people, people
from .journey import Cast, Journey, a_pdf, accept_all, bring_in
from .telling import tell, tell_if_empty, untold, up_to

__all__ = [
    "PASSWORD",
    "Cast",
    "Journey",
    "a_pdf",
    "accept_all",
    "are_here",
    "bring_in",
    "bring_people",
    "people",
    "tell",
    "tell_if_empty",
    "untold",
    "up_to",
]
