"""The demo: `story` fills an empty database, `journey` is how one integration travels, there and in the tests."""

from .journey import Cast, Journey, a_pdf, accept_all, bring_in
from .story import PASSWORD, people, tell_if_empty

__all__ = ["PASSWORD", "Cast", "Journey", "a_pdf", "accept_all", "bring_in", "people", "tell_if_empty"]
