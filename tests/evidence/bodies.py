"""Bodies of Digipost's answers, and receipts of its batch jobs, with people in them who must be nowhere afterwards."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

NAME, NUMBER, STREET, PHONE = "Kari Hemmelig Nordmann", "01017012345", "Hemmeligveien 17", "98765432"
MAIL, MAILBOX, ALIAS = "kari.hemmelig@example.no", "kari.hemmelig.nordmann#4SWW", "wabkvkpxjdocnojjpina#8UN1"
PLANTED = (NAME, "Hemmelig", "hemmelig", NUMBER, STREET, PHONE, MAIL, MAILBOX, ALIAS)
"""What names a recipient."""
BATCH, OTHER_BATCH = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"
JOB, OTHER_JOB = "utsending_2026-11.a", "utsending_2026-11.b"


# --- Answers


def root(name: str, inner: str, *, version: int = 8, attributes: str = "") -> str:
    space = f'xmlns="http://api.digipost.no/schema/v{version}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {space} {attributes}>{inner}</{name}>'


def delivery(
    status: str = "DELIVERED",
    method: str = "DIGIPOST",
    *,
    sender: str = "500123",
    attachments: int = 0,
    version: int = 8,
) -> str:
    document = f"<uuid>{OTHER_BATCH}</uuid><subject>Til {NAME}, {NUMBER}</subject><file-type>pdf</file-type>"
    return root(
        "message-delivery",
        f"<message-id>{NUMBER}</message-id><delivery-method>{method}</delivery-method><sender-id>{sender}</sender-id>"
        f"<status>{status}</status><primary-document>{document}</primary-document>"
        + f"<attachment>{document}</attachment>" * attachments
        + f'<link rel="x" uri="https://api.test.digipost.no/{MAILBOX}"/>',
        version=version,
    )


def identification(result: str, reason: str = "", *, with_key: bool = False) -> str:
    inner = (
        f"<result>{result}</result><digipost-address>{MAILBOX}</digipost-address><person-alias>{ALIAS}</person-alias>"
    )
    kind = {"UNIDENTIFIED": "unidentified-reason", "INVALID": "invalid-reason"}.get(result)
    inner += f"<{kind}>{reason}</{kind}>" if kind else ""
    if with_key:
        inner = f"<identification-result>{inner}</identification-result><encryption-key>{NAME}</encryption-key>"
    return root("identification-result" + "-with-encryption-key" * with_key, inner)


def error(code: str) -> str:
    return root(
        "error",
        f"<error-code>{code}</error-code><error-message>{NAME}, {STREET}</error-message><error-type>X</error-type>",
    )


def events(*kinds: str) -> str:
    metadata = f'<metadata mobile-number="{PHONE}" email-address="{MAIL}"/>'
    times = 'created="2026-11-24T09:00:00Z" document-created="2026-11-23T09:00:00Z"'
    return root(
        "document-events", "".join(f'<event uuid="{BATCH}" type="{one}" {times}>{metadata}</event>' for one in kinds)
    )


def document_status(
    read: str = "Y", status: str = "DELIVERED", channel: str = "DIGIPOST", sender: str = "500123"
) -> str:
    said = f'uuid="{BATCH}" sender-id="{sender}" status="{status}" channel="{channel}" read="{read}"'
    return root("document-status", f'<link uri="https://api.test.digipost.no/{MAILBOX}"/>', attributes=said)


def batch(status: str, uuid: str = BATCH) -> str:
    return root("batch", f"<uuid>{uuid}</uuid><status>{status}</status><count-digipost>2</count-digipost>")


def sender_information(status: str = "VALID_SENDER", sender: str = "500123") -> str:
    features = "".join(
        f"<feature>no.digipost.feature.{one}</feature>" for one in ("delivery.digipost", "batch.masseutsendelse")
    )
    return root(
        "sender-information",
        f"<sender-id>{sender}</sender-id><status>{status}</status><supported-features>{features}</supported-features>",
    )


# --- Receipts


SUMMARY = (
    "digipost",
    "digipost-vask",
    "identifisert",
    "identifisert-vask",
    "uidentifisert",
    "uidentifisert-flere-treff",
)


def receipt(
    status: str = "SUKSESS",
    *,
    job: str = JOB,
    sender: str = "500123",
    start: str = "2026-11-24T10:00:00.000+01:00",
    end: str = "2026-11-24T10:05:00.000+01:00",
    counts: dict[str, int] | None = None,
    printed: int = 0,
    recipients: Sequence[tuple[str, str]] = (),
    letters: Sequence[tuple[str, str, str]] = (),
    error: str = "",
    kind: str = "masseutsendelse",
    info: str = "jobb-info",
    space: str = "http://www.digipost.no/xsd/avsender2_1",
    beside: str = "",
) -> str:
    """`recipients` are a status and a reason each, `letters` a result, a channel and a fault; empty is left out."""
    parts = [
        f"<status>{status}</status>",
        f"<{info}>{_given('ref-avsender-id', sender)}{_given('ref-jobb-id', job)}{_given('start-tid', start)}"
        f"{_given('slutt-tid', end)}</{info}>",
    ]
    if counts is not None:
        parts.append(
            f"<mottaker-sammendrag><total>9</total>{_counted(counts)}<ugyldig>0</ugyldig></mottaker-sammendrag>"
        )
    if printed:
        parts.append(f"<print-sammendrag><sendt-til-print>{printed}</sendt-til-print></print-sammendrag>")
    if recipients:
        parts.append(f"<mottaker-resultater>{''.join(_recipient(*one) for one in recipients)}</mottaker-resultater>")
    if letters:
        parts.append(f"<brev-resultater>{''.join(_letter(*one) for one in letters)}</brev-resultater>")
    if error:
        parts.append(f"<feilinformasjon><feilkode>{error}</feilkode><melding>{NAME}</melding></feilinformasjon>")
    name = f"{kind}-resultat"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{space}">{"".join(parts)}{beside}</{name}>'


def _given(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>" if text else ""


def _counted(counts: dict[str, int]) -> str:
    return "".join(f"<{name}>{counts.get(name, 0)}</{name}>" for name in SUMMARY)


def _recipient(status: str, reason: str) -> str:
    kind = "ugyldig-grunn" if status == "UGYLDIG" else "uidentifisert-grunn"
    who = f"<kunde-id>{NUMBER}</kunde-id><status>{status}</status><digipostadresse>{MAILBOX}</digipostadresse>"
    return f"<resultat>{who}{_given(kind, reason)}</resultat>"


def _letter(result: str, channel: str, fault: str) -> str:
    wrong = f"<feil><type>{fault}</type><melding>{NAME}</melding></feil>" if fault else ""
    told = f"<resultat>{result}</resultat>{_given('kanal', channel)}<feilinformasjon>{wrong}</feilinformasjon>"
    return f"<resultat><brev-id>{NAME}</brev-id>{told}</resultat>"


def zipped(*files: tuple[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return written.getvalue()
