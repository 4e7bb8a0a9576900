"""What may come in as a document: judged by its content, parsed by a library, and scanned where a scanner is named.

Size and kind are judged here; what is in a PDF in `parser/pdf.py`, in a process of its own.

A PDF with scripts, attachments that could act or actions that reach out is refused, and so is one that viewers may
read in two ways; an image is drawn anew, which leaves behind whatever else its file held; plain text is kept as it
came. A picture and a PDF's first page are drawn once more, small, for the pages that show the document.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from .. import texts
from . import parsing
from .heads import begins_as
from .names import ENDINGS, safe_name, shown_name
from .parsing import Parsed, Preview
from .refusals import require_no_private_key
from .scanner import scan
from .texts import charset_of

MEBIBYTE = 1024 * 1024
MAX_BYTES = 20 * MEBIBYTE
KINDS = {**{kind: kind for kind in ENDINGS}, "image/apng": "image/png"}
"""What a file may be by its first bytes, and what it is taken for."""
MAX_SIGNER = 150
"""Characters of a name."""
MARKUP = ("application/rtf", "application/postscript")
"""Written in letters, and nothing that anybody reads so."""


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: its type, the bytes to keep, and the SHA-256 (hex) of the bytes as they came.

    `charset` is that of a text, and empty otherwise; `attachments` are the files inside a PDF, each with `name`,
    `type` (MIME) and `size` (bytes), `signatures` what a PDF says of who signed it; `preview` shows a picture or a
    PDF's first page, where it could be drawn.
    """

    name: str
    content_type: str
    content: bytes
    sha256_received: str
    charset: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[dict[str, Any]] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)

    @property
    def sha256(self) -> str:
        """Of what is kept: whoever downloads it can check theirs."""
        return hashlib.sha256(self.content).hexdigest()

    def file(self) -> ContentFile[Any]:
        return ContentFile(self.content)


def examine(upload: File[Any]) -> Examined:
    """Judge a file by its content; its name and what the browser says do not count.

    Raises ValidationError if it is empty, larger than 20 MB, holds a private key, is none of PDF, PNG, JPEG and plain
    text, cannot be read as what it is, holds what a document has no use for, if the scanner finds something or does
    not answer, or if too many others are being examined.
    """
    content = _content_of(upload)
    require_no_private_key(content)
    received = hashlib.sha256(content).hexdigest()
    kind, charset = _kind_of(content)
    scan(content)
    found = Parsed(content) if charset else parsing.parsed(content, kind)
    attachments = [{**one, "name": shown_name(one["name"])} for one in found.attachments]
    name = safe_name(upload.name or "", kind)
    signatures = [{**one, "signer": texts.header(one["signer"])[:MAX_SIGNER]} for one in found.signatures]
    return Examined(name, kind, found.content, received, charset, attachments, signatures, found.preview)


def _content_of(upload: File[Any]) -> bytes:
    if not upload.size:
        raise ValidationError(_("The file is empty. Choose the file that you meant, or save it again."), code="empty")
    if upload.size > MAX_BYTES:
        told = _("The file is %(size)s MB large, and a document may be 20 MB. Make it smaller, or divide it.")
        raise ValidationError(told % {"size": -(-upload.size // MEBIBYTE)}, code="too_large")
    upload.seek(0)
    content: bytes = upload.read()
    upload.seek(0)
    return content


def _kind_of(content: bytes) -> tuple[str, str]:
    """Its type, and the charset of a text."""
    guessed = filetype.guess_mime(content[:8192])
    if guessed in KINDS:
        return KINDS[guessed], ""
    if begins_as(b"%PDF-", content):
        return "application/pdf", ""
    if guessed not in MARKUP and (charset := charset_of(content)):
        return "text/plain", charset
    raise ValidationError(
        _("Only PDF, PNG, JPEG and plain text are accepted, judged by what the file holds. Save it as a PDF."),
        code="kind",
    )
