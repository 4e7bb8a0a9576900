"""How events read: what their recorded keys, dates and counts say to people, as sentences, a formatter for each kind.

`kinds` has the sentences, `formatters` how they are filled, `lines` which events are told in one.
"""

from . import kinds  # fills the registry
from .formatters import FORMATTERS, Family, Formatter, formatter_of, kinds_of, register
from .lines import Line, by_day, lines_across, lines_of

__all__ = [
    "FORMATTERS",
    "Family",
    "Formatter",
    "Line",
    "by_day",
    "formatter_of",
    "kinds",
    "kinds_of",
    "lines_across",
    "lines_of",
    "register",
]
