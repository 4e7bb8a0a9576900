"""What leaves as a spreadsheet: the rows of a page, all of them, as Excel and as CSV.

A file a noun says which columns a table has and reads its rows, `tables` what a table is and what a value in it may
hold; `sheets` writes any table for Excel, `lines` as CSV. Nobody's rights are asked here: who makes a table hands in
what they may see.
"""

from .history import history_table
from .integrations import integrations_table
from .members import members_table
from .plan import plan_table
from .scenarios import scenarios_table
from .tables import Column, Format, Table

__all__ = [
    "Column",
    "Format",
    "Table",
    "history_table",
    "integrations_table",
    "members_table",
    "plan_table",
    "scenarios_table",
]
