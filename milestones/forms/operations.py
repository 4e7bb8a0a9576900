"""Monitoring, readers, certificate, deviations, notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..evidence.certificates import PublicCertificate, read
from ..models import Integration, NoticeKind, User
from ..process import Phase, Status
from ..searching import reference_of
from .approvals import MOST_DIGITS
from .base import (
    DateField,
    EmailField,
    Form,
    KeyField,
    PastDateField,
    RevisedForm,
    checkboxes,
    expected,
    line,
    person_name,
    radios,
    text,
)


class MonitoringForm(RevisedForm):
    told = _("It is saved how the connection is watched, and who is told of deviations.")
    monitoring = text(_("How the connection is watched"))
    deviations_told_to = line(_("Who is told of deviations"), length=300)


class ReadersForm(RevisedForm):
    told = _("It is saved who reads Digipost's notices.")
    members = expected(checkboxes(_("Members who read Digipost's notices"), (), required=False))
    shared_mailbox = expected(EmailField(label=_("Shared mailbox"), required=False))

    def __init__(self, *args: Any, integration: Integration, by: User, **kwargs: Any) -> None:
        """While nobody is named, `by`, who fills it in, is suggested."""
        super().__init__(*args, **kwargs)
        members = integration.members.current()
        self.fields["members"].choices = [(str(member.pk), member.name) for member in members]  # type: ignore[attr-defined]
        readers = [member for member in members if member.reads_notices]
        if not (readers or integration.operations.shared_mailbox):  # whoever names the first ones reads for themselves
            readers = [member for member in members if member.user_id == by.pk]
        self.initial.setdefault("members", [str(member.pk) for member in readers])

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "member_ids": [int(pk) for pk in self.cleaned_data["members"]],
            "shared_mailbox": self.cleaned_data["shared_mailbox"],
        }


class CertificateForm(RevisedForm):
    told = _("The date of the certificate is saved.")
    expires_on = expected(DateField(label=_("Expires on"), required=False))


class CertificateField(forms.FileField):
    """A public certificate, PEM or DER, read."""

    def __init__(self) -> None:
        super().__init__(
            label=_("The public certificate"),
            help_text=_("PEM or DER, of at most 64 kB. Never the private key."),
            allow_empty_file=True,  # `read` refuses it, and says what to do
            widget=forms.FileInput({"accept": ".pem,.crt,.cer,.der"}),
        )

    def to_python(self, data: Any) -> PublicCertificate | None:  # type: ignore[override]
        upload = super().to_python(data)
        return read(upload) if upload is not None else None


class CertificateFileForm(Form):
    certificate = CertificateField()
    reason = text(
        _("Why it is another organisation's"),
        required=False,
        rows=2,
        help_text=_("Only for a certificate that is not the sender's own, as a supplier's."),
    )

    @property
    def done(self) -> str:
        """Whose certificate it is; and of a file with several, that it is the one that was read."""
        read_now: PublicCertificate = self.cleaned_data["certificate"]
        told = gettext("The certificate of %(subject)s is recorded. It expires on %(day)s.") % {
            "subject": read_now.subject,
            "day": date_format(read_now.expires_on, "DATE_FORMAT"),
        }
        if read_now.others:
            chain = ngettext(
                "The file held %(count)s more certificate, its chain, which is not kept.",
                "The file held %(count)s more certificates, its chain, which are not kept.",
                read_now.others,
            )
            told = f"{told} {chain % {'count': read_now.others}}"
        return told


class DeviationForm(Form):
    told = _("The deviation is recorded. It is handled by %(handler)s.")
    title = line(_("Deviation"), left_out=_("Say briefly what the deviation is"))
    description = text(_("Description"), required=False)
    handler = person_name(_("Handled by"), left_out=_("Enter who handles the deviation"))
    opened_on = PastDateField(
        label=_("Opened"), error_messages={"required": _("Choose the date on which the deviation was opened")}
    )


class CloseDeviationForm(Form):
    told = _("The deviation is closed.")
    outcome = text(_("What was done"))


AUDIENCES = [("operations", _("All integrations in operations")), ("open", _("All integrations that are not closed"))]


class MarkedBefore(forms.Field):
    """Integrations that were marked in a list, by primary key; what is not open, or no integration, is left out."""

    widget = hidden_widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Integration]:
        numbers = [one for one in map(str, value or ()) if one.isdecimal() and len(one) <= MOST_DIGITS]
        return list(Integration.objects.exclude(status=Status.CLOSED).filter(pk__in=numbers).order_by("reference"))


class NoticeForm(Form):
    """A notice and whom it goes to; to those that were `marked` in a list, where some were."""

    kind = radios(_("Kind"), NoticeKind.choices)
    marked = MarkedBefore(required=False)
    audience = radios(
        _("To"),
        [*AUDIENCES, ("one", _("One integration, by its reference"))],
        left_out=_("Choose whom the notice goes to"),
    )
    reference = expected(KeyField(label=_("Reference, if it goes to one"), max_length=20, required=False))
    title = line(_("Subject"))
    body = text(_("Text"), rows=8)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience, marked = self.fields["audience"], self.fields["marked"].to_python(self["marked"].value())
        references = ", ".join(one.reference for one in marked or [])
        if marked:
            those = _("Those that you marked: %(references)s") % {"references": references}
            audience.choices = [("marked", those), *audience.choices]  # type: ignore[attr-defined]
        audience.error_messages["invalid_choice"] = _("None of those that you marked is open any more. Choose another")

    def clean(self) -> dict[str, Any]:
        """Adds `integrations`: to whom it goes."""
        cleaned = super().clean() or self.cleaned_data
        audience = cleaned.get("audience")
        chosen = Integration.objects.exclude(status=Status.CLOSED)
        if audience == "operations":
            chosen = chosen.filter(phase=Phase.OPERATIONS)
        elif audience == "marked":
            chosen = chosen.filter(pk__in=[one.pk for one in cleaned["marked"]])
        elif audience == "one":
            chosen = chosen.filter(reference=reference_of(cleaned.get("reference") or ""))
            if not chosen.exists():
                self.add_error("reference", _("No open integration has this reference."))
        cleaned["integrations"] = list(chosen)
        if audience in ("operations", "open") and not cleaned["integrations"]:
            self.add_error("audience", _("There is no such integration yet."))
        return cleaned
