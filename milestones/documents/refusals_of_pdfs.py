"""What people are told of a PDF that the parser refuses. Each sentence ends with what they can do."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = {
    **dict.fromkeys(["script", "archive", "link", "outside", "attached", "attached_active", "attached_pdf"], "active"),
    **dict.fromkeys(["attached_named", "attached_misleading"], "active"),
    **dict.fromkeys(["large", "versions", "attached_many", "attached_large"], "intricate"),
    "attached_unreadable": "unreadable",
}
"""By the parser's code, the kind of the reason; others are one themselves."""


def of_a_pdf(code: str, about: Mapping[str, object]) -> ValidationError:
    """The error to show by the field; its code is the kind of the reason: locked, active, ambiguous, intricate or
    unreadable. `about` holds what the sentence names: an attachment, a target, a limit.
    """
    sentence = _of_attachments(code) or _of_pages(code)
    kind = KINDS.get(code, code)
    return ValidationError(sentence % {"name": _("without a name"), **_shown(about)}, code=kind)


def _shown(about: Mapping[str, object]) -> dict[str, object]:
    named = {key: _("“%(text)s”") % {"text": about[key]} for key in ("name", "target") if about.get(key)}
    return {key: value for key, value in about.items() if value != ""} | named


def _of_pages(code: str) -> str:
    return {
        "locked": _("The PDF is locked. Open it with its password or certificate, print it to PDF, and choose that."),
        "script": _("The PDF runs scripts. Print it to PDF, and choose that."),
        "active": _(
            "The PDF starts, sends or plays something, or holds a form that only some programs can read. Print it to "
            "PDF, and choose that."
        ),
        "link": _(
            "A link in the PDF leads to %(target)s. Only links to the web and to e-mail addresses are accepted. "
            "Correct or remove the link, or print the document to PDF."
        ),
        "outside": _(
            "The PDF refers to a file that is not in it. Put the file into the PDF, remove what refers to it, or "
            "print the document to PDF."
        ),
        "archive": _("The PDF is an archive too, in the same file. Print it to PDF, and choose that."),
        "ambiguous": _(
            "The PDF says the same thing in two ways, and programs would show it differently. Print it to PDF, and "
            "choose that."
        ),
        "versions": _("The PDF holds too many of its earlier versions. Print it to PDF, and choose that."),
        "large": _("The PDF holds more than %(limit)s objects. Split it into several, and choose one of them."),
        "intricate": _(
            "The PDF takes too long to be examined. Print it to PDF, and choose that; or split it into several."
        ),
        "unreadable": _(
            "The PDF cannot be read. Open it in a program that shows PDFs, print it to PDF, and choose that."
        ),
    }[code]


def _of_attachments(code: str) -> str:
    return {
        "attached": _(
            "The PDF has an attachment, %(name)s, of a kind that is not accepted. Text, XML, HTML, signatures "
            "(PKCS #7), PDF, PNG and JPEG are. Remove the attachment, or print the document to PDF."
        ),
        "attached_active": _(
            "The PDF has an attachment, %(name)s, with scripts, forms, macros, entities or links that are not "
            "accepted. Remove the attachment, or print the document to PDF."
        ),
        "attached_named": _(
            "The PDF has an attachment, %(name)s, whose name does not end as one of its kind. Save it with the ending "
            "of what it is (.txt, .xml, .html, .p7s, .pdf, .png, .jpg), remove it, or print the document to PDF."
        ),
        "attached_misleading": _(
            "The PDF has an attachment, %(name)s, a text with NUL characters or characters that turn the direction of "
            "writing, so that it may read otherwise than it is. Remove the attachment, or print the document to PDF."
        ),
        "attached_pdf": _(
            "The PDF has an attachment, %(name)s, that is a PDF and would not be accepted by itself. Remove the "
            "attachment, or print the document to PDF."
        ),
        "attached_unreadable": _(
            "The PDF has an attachment, %(name)s, that cannot be read. Remove the attachment, or print the document "
            "to PDF."
        ),
        "attached_many": _(
            "The PDF has more than %(limit)s attachments. Remove some of them, or print the document to PDF."
        ),
        "attached_large": _(
            "The attachments in the PDF are larger than %(limit)s MB in all. Remove some of them, or print the "
            "document to PDF."
        ),
    }.get(code, "")
