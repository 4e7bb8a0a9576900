"""What people are told of a file that is not taken as a test report, and what they can do about it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def refusal(code: str, *, megabytes: int, tests: int, elements: int, deepest: int) -> ValidationError:
    """The error to show by the field, with its code; beside that, the limits that its sentence may name."""
    told = {
        "empty": _("The file is empty. Choose the report that is written when the tests have run."),
        "large": _("The report is larger than %(megabytes)s MB. Leave out what the tests print, or divide it."),
        "many": _("The report has more than %(tests)s thousand tests or %(elements)s thousand elements. Divide it."),
        "deep": _("The XML of the report has more than %(deepest)s levels. Choose a report in another format."),
        "dtd": _(
            "The report has a document type (DTD) or entities, which are not accepted. Remove them, or choose another "
            "format."
        ),
        "unknown": _(
            "This is not a test report that can be read. Choose one in JUnit XML, NUnit 3, TRX, xUnit v2 or CTRF; "
            "most test tools write at least one of these."
        ),
        "none": _("There is no test in the report. Check that the tests ran, and choose the report of that run."),
        "intricate": _("The report takes too long to be read. Leave out what the tests print, or divide it."),
    }.get(code)
    told = told or _(
        "The report cannot be read: it is damaged or cut off. Run the tests again, and choose the new one."
    )
    limits = {"megabytes": megabytes, "tests": tests // 1000, "elements": elements // 1000, "deepest": deepest}
    return ValidationError(told % limits, code=code)
