"""The values that Digipost's schemas and clients document, by the key of the sign that each becomes.

A value that is not here is dropped where it is read, so that nothing personal becomes part of a sign. Sources: the
public `api_v8.xsd` and error codes of digipost-api-client-java, and the schemas `avsender2_1` of the batch interface.
Imported by the process that reads XML, too: it knows nothing of the product.
"""

from __future__ import annotations

import re

PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,60}")
"""What a value may look like at all."""

VALUES: dict[str, frozenset[str]] = {
    key: frozenset(values.split())
    for key, values in {
        # Answers of the API, by the root of their body
        "delivery": "NOT_COMPLETE COMPLETE DELIVERED DELIVERED_TO_PRINT",
        "method": "PRINT DIGIPOST PEPPOL EPOST PENDING",
        "attachments": "some",
        "on-behalf": "yes",
        "document": "DELIVERED NOT_DELIVERED",
        "channel": "PRINT DIGIPOST PEPPOL EPOST PENDING",
        "read": "Y N",
        "event": """EMAIL_NOTIFICATION_FAILED EMAIL_MESSAGE_SENT EMAIL_MESSAGE_FAILED SMS_NOTIFICATION_FAILED OPENED
            MOVE_FILES_FROM_PUBLIC_SECTOR POSTMARKED PRINT_FAILED SHREDDED PEPPOL_DELIVERED PEPPOL_FAILED""",
        "identification": "DIGIPOST IDENTIFIED UNIDENTIFIED INVALID",
        "unidentified": "MULTIPLE_MATCHES NOT_FOUND",
        "invalid": "INVALID_PERSONAL_IDENTIFICATION_NUMBER INVALID_ORGANISATION_NUMBER UNKNOWN",
        "batch": "CREATED NOT_COMMITTED COMMITTED DONE",
        "sender": "NO_INFO_AVAILABLE VALID_SENDER",
        # Of both: error codes of the API, and of a batch job
        "error": """GENERAL_ERROR API_UNAVAILABLE SERVER_ERROR NOT_APPROVED_FOR_REST_API_USAGE NOT_APPROVED_FOR_PRINT
            NOT_APPROVED_FOR_DIRECT_PRINT MISSING_CERTIFICATE REVOKED_CERTIFICATE BROKER_NOT_AUTHORIZED
            ACCOUNT_DEACTIVATED SCHEMA_VALIDATION_ERROR ILLEGAL_ACCESS INVALID_SIGNATURE MISSING_SIGNATURE
            MESSAGE_ALREADY_SENT MISSING_DATE_HEADER INVALID_DATE_HEADER DATE_HEADER_OUTSIDE_ACCEPTED_INTERVAL
            REQUEST_TOO_LARGE CONTENT_OF_PRINT_MESSAGE_MUST_BE_PDF DUPLICATE_MESSAGE DUPLICATE_DOCUMENT_ID
            FILE_TOO_LARGE ILLEGAL_CONTENT_TYPE VALIDATION_FAILED UNKNOWN_SENDER UNKNOWN_RECIPIENT
            INVALID_RECIPIENT_PRINT_ADDRESS INVALID_PDF_CONTENT AUTHENTICATION_LEVEL_TOO_LOW UNKNOWN_BATCH
            VALIDERING_FEILET ENGINE_FEIL GENERELL_FEIL""",
        # Receipts of batch jobs, with Æ, Ø and Å as AE, OE and AA
        "status": "SUKSESS FORELOEPIG_SUKSESS FEILET MOTTATT",
        "recipients": "DIGIPOST IDENTIFISERT UIDENTIFISERT UGYLDIG",
        "reason": """FLERE_TREFF MANGELFULL_ADRESSE UGYLDIG_KUNDEID UGYLDIG_FOEDSELSNUMMER UGYLDIG_FOEDSELSDATO
            UGYLDIG_DIGIPOSTADRESSE UGYLDIG_NAVN_ADRESSE UGYLDIG_POSTNUMMER UGYLDIG_ORGANISASJONSNUMMER
            USPESIFISERT""",
        "letter": "SENDT SENDT.WEB SENDT.PRINT IKKE_SENDT IKKE_SENDT.WEB IKKE_SENDT.PRINT",
        "fault": "UGYLDIG_DOKUMENT UGYLDIG_MOTTAKER UGYLDIG_FOR_PRINT UGYLDIG_FOR_WEB USPESIFISERT_FEIL",
    }.items()
}
OF_RECEIPTS = frozenset(
    {
        *("status", "recipients", "reason", "letter", "fault"),
        *("error:VALIDERING_FEILET", "error:ENGINE_FEIL", "error:GENERELL_FEIL"),
    }
)
"""The keys, and the signs, that only receipts have."""
PATTERNS: dict[str, re.Pattern[str]] = {
    "http": re.compile(r"[1-5][0-9]{2}"),
    "feature": re.compile(r"(?:delivery|batch|validation)(?:\.[a-z][a-z_-]*)+"),
}
"""Where the values are too many to name: status codes; features, without `no.digipost.feature.` before them."""
KEYS = (*PATTERNS, *VALUES)


def sign(key: str, value: str) -> str:
    """The sign `key:VALUE`; empty where no document has such a key or value."""
    if not PLAIN.fullmatch(value):
        return ""
    known = PATTERNS[key].fullmatch(value) if key in PATTERNS else value in VALUES.get(key, ())
    return f"{key}:{value}" if known else ""
