"""A spreadsheet of running integrations: how it is read, what its columns and cells say, and what its rows would do.

`reading` opens the file, `columns` knows ours, `cells` reads one, `rows` a whole row, `checking` compares rows with
what is recorded. Nothing is changed here: see `workflow/imports.py` and `workflow/taking_in.py`.
"""

from .columns import COLUMNS, GROUPS, Column, recognised, template
from .reading import MOST_COLUMNS, MOST_ROWS, Sheet, address, letters_of, read
from .rows import Wanted, wanted_of

__all__ = [
    "COLUMNS",
    "GROUPS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Column",
    "Sheet",
    "Wanted",
    "address",
    "letters_of",
    "read",
    "recognised",
    "template",
    "wanted_of",
]
