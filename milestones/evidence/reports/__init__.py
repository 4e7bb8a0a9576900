"""A test report, as the sender's build wrote it: which tests it names, how they ended, and for which scenarios.

`reading` opens one, `report` says what is kept of it, `placing` says which test tells of which scenario, `refusals`
what people are told of a file that cannot be taken. `parser/` reads the formats in a process of its own. Nothing is
recorded here, and no scenario is made.
"""

from .placing import Told, Unknown, told_of, unknown
from .reading import MOST_BYTES, read
from .report import MOST_CHARACTERS, Report, ReportedTest, Result

__all__ = [
    "MOST_BYTES",
    "MOST_CHARACTERS",
    "Report",
    "ReportedTest",
    "Result",
    "Told",
    "Unknown",
    "read",
    "told_of",
    "unknown",
]
