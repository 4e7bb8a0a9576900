"""By which answers and receipts of Digipost's each basic scenario is proved: its oracle.

A text of lines for each id, in the language that `evidence/oracles.py` reads: each line is one way to prove it, first
those by answers of the API, then those by receipts of batch jobs. A scenario that is not here, only people can judge.

The mapping is ours. A code proves what Digipost answered; that the sender's own system then did the right thing is
still the sender's word.
"""

from __future__ import annotations

ORACLES: dict[str, str] = {
    code: "\n".join(lines)
    for code, lines in {
        "T01": ("http:200",),
        "T02": ("error:INVALID_SIGNATURE", "http:403"),
        "T03": (
            "identification:DIGIPOST",
            "identification:IDENTIFIED",
            "recipients:DIGIPOST",
            "recipients:IDENTIFISERT",
        ),
        "T05": (
            "identification:UNIDENTIFIED unidentified:MULTIPLE_MATCHES",
            "identification:UNIDENTIFIED unidentified:NOT_FOUND",
            "reason:FLERE_TREFF",
            "recipients:UIDENTIFISERT",
        ),
        "T06": (
            "identification:INVALID invalid:INVALID_PERSONAL_IDENTIFICATION_NUMBER",
            "reason:UGYLDIG_FOEDSELSNUMMER",
        ),
        "T07": ("delivery:DELIVERED method:DIGIPOST", "letter:SENDT.WEB"),
        "T08": ("delivery:DELIVERED attachments:some",),
        "T11": ("delivery:DELIVERED_TO_PRINT", "letter:SENDT.PRINT"),
        "T12": ("error:INVALID_PDF_CONTENT", "fault:UGYLDIG_FOR_PRINT"),
        "T13": ("event:OPENED", "read:Y"),
        "T16": ("error:DUPLICATE_MESSAGE",),
        # A job that was received and then failed is no repeated one: it must have succeeded before.
        "T17": ("status:SUKSESS + status:FEILET", "status:FORELOEPIG_SUKSESS + status:FEILET"),
        "T18": ("error:FILE_TOO_LARGE", "error:REQUEST_TOO_LARGE"),
        "T20": (
            "status:MOTTATT + status:SUKSESS",
            "status:MOTTATT + status:FORELOEPIG_SUKSESS",
            "status:MOTTATT + status:FEILET",
        ),
        "T21": ("error:VALIDERING_FEILET",),
        "T22": ("batch:NOT_COMMITTED + batch:DONE", "status:FORELOEPIG_SUKSESS + status:SUKSESS"),
        "T23": ("error:BROKER_NOT_AUTHORIZED + delivery:DELIVERED on-behalf:yes",),
    }.items()
}
