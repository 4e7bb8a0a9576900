"""How each language writes dates and hours.

Bokmål cuts the names of months short as nynorsk does: Django's has "mar." and "sept.".
"""

from django.utils.translation import pgettext_lazy

CUT_SHORT = (
    pgettext_lazy("abbrev. month", "March"),
    pgettext_lazy("abbrev. month", "April"),
    pgettext_lazy("abbrev. month", "June"),
    pgettext_lazy("abbrev. month", "July"),
    pgettext_lazy("abbrev. month", "Sept."),
)
"""Django's own names, so that our translations of them are collected, and come before Django's."""
