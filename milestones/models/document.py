"""Files on record: signed agreements, minutes, evidence."""

from __future__ import annotations

import datetime
import re
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..clock import date_of
from .base import Record
from .integration import Integration


def storage_path(document: Document, _filename: str) -> str:
    """Where a file lies: never under the name it came with."""
    return f"{document.integration.reference}/{uuid.uuid4().hex}"


@dataclass(frozen=True)
class Signature:
    """A signature of a PDF, as `Document.signatures` stores it; whether its issuer can be trusted is not judged."""

    signer: str
    at: str
    intact: bool | None
    whole: bool | None
    added: str

    @property
    def moment(self) -> datetime.datetime | None:
        """When, as the signer's own clock had it."""
        return datetime.datetime.fromisoformat(self.at) if self.at else None

    @property
    def signed_on(self) -> datetime.date | None:
        """The day, in Europe/Oslo."""
        return date_of(self.moment) if self.moment else None

    def is_by(self, name: str) -> bool:
        """Whether it is this person's, however the parts of the name are ordered."""
        return parts_of(self.signer) == parts_of(name)


def parts_of(name: str) -> list[str]:
    return sorted(re.findall(r"[^\W\d_]+", name.casefold()))


class Document(Record):
    """A file, judged by its content; see milestones/documents. `size` is in bytes.

    `sha256` is the hex digest of the bytes that are kept and handed out, `sha256_received` of the bytes as they came:
    an image is drawn anew. `charset` is that of a plain text, `attachments` the files inside a PDF (`name`, `type` and
    `size` in bytes): they are looked at and told of, and handed out with it alone. `preview` is a JPEG of
    a picture or of a PDF's first page, drawn when it came in, and `preview_size` its bytes; empty for texts and where
    it could not be drawn. `signatures` are a PDF's, the earliest first: `signer` (a name), `at` (ISO 8601), `intact`
    (None: not judged), `whole` (covers the whole file), and what was `added` afterwards: nothing, evidence, signed
    (other signatures, or form fields) or changed. `pages` are the PDF's, 0 where that is not known. Once the
    integration is anonymised `file` and `preview` are empty: the files are gone, the row is not.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="documents")
    file = models.FileField(upload_to=storage_path)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    charset = models.CharField(max_length=40, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sha256_received = models.CharField(max_length=64, blank=True)
    attachments = models.JSONField(default=list, blank=True)
    signatures = models.JSONField(default=list, blank=True, db_default=models.Value([], models.JSONField()))
    preview = models.FileField(upload_to=storage_path, blank=True, default="", db_default="")
    preview_size = models.PositiveIntegerField(default=0, db_default=0)
    pages = models.PositiveIntegerField(default=0, db_default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.name

    @property
    def signed(self) -> list[Signature]:
        return [Signature(**one) for one in self.signatures]

    @property
    def media_type(self) -> str:
        """What a header says that it is."""
        return f"{self.content_type}; charset={self.charset}" if self.charset else self.content_type


class DocumentAccess(Record):
    """That somebody downloaded a document."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document access")
        ordering = ["-at", "-pk"]
        verbose_name_plural = _("document accesses")

    def __str__(self) -> str:
        return f"{self.document_id} {self.user_id} {self.at:%Y-%m-%d %H:%M}"
