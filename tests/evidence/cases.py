"""Each row of the table of what proves which scenario: answers, and receipts, each way to prove it."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any

from tests.evidence import bodies
from tests.evidence.digipost_here import ANSWERED, captured

Way = tuple[dict[str, Any], ...]
LATER = ANSWERED + timedelta(hours=1)


def _failed(code: str, status: int = 400) -> Way:
    return (captured(bodies.error(code), status=status),)


@functools.cache
def answers() -> dict[str, list[Way]]:
    """By scenario the ways to prove it, each of one or more captured answers: whoever changes one, copies it first."""
    identified, status = "/identification", "/documents/500123/status"
    ambiguous = [bodies.identification("UNIDENTIFIED", reason) for reason in ("MULTIPLE_MATCHES", "NOT_FOUND")]
    invalid = bodies.identification("INVALID", "INVALID_PERSONAL_IDENTIFICATION_NUMBER")
    batches = [captured(bodies.batch(one), path="/batch", at=at) for one, at in _in_turn("NOT_COMMITTED", "DONE")]
    return {
        "T01": [(captured('{"json": true}'),), (captured(),), (captured(bodies.sender_information()),)],
        "T02": [_failed("INVALID_SIGNATURE"), (captured(status=403),)],
        "T03": [
            (captured(bodies.identification("DIGIPOST"), path=identified),),
            (captured(bodies.identification("IDENTIFIED", with_key=True), path=identified),),
        ],
        "T05": [(captured(one, path=identified),) for one in ambiguous],
        "T06": [(captured(invalid, path=identified),)],
        "T07": [(captured(bodies.delivery()),), (captured(bodies.delivery(version=9)),)],
        "T08": [(captured(bodies.delivery(attachments=3)),)],
        "T11": [(captured(bodies.delivery("DELIVERED_TO_PRINT", "PRINT")),)],
        "T12": [_failed("INVALID_PDF_CONTENT")],
        "T13": [
            (captured(bodies.events("POSTMARKED", "OPENED"), path="/events?from=2026&to=2027"),),
            (captured(bodies.document_status(), path=status),),
        ],
        "T16": [_failed("DUPLICATE_MESSAGE", 409)],
        "T18": [_failed("FILE_TOO_LARGE", 413), _failed("REQUEST_TOO_LARGE", 413)],
        "T22": [tuple(batches)],
        "T23": [(*_failed("BROKER_NOT_AUTHORIZED", 403), captured(bodies.delivery(sender="700456")))],
    }


@functools.cache
def receipts() -> dict[str, list[list[str]]]:
    """By scenario the ways to prove it, each of one or more receipts."""
    made = bodies.receipt
    received = made("MOTTATT", end="")
    return {
        "T03": [
            [made(counts={"digipost-vask": 1})],
            [made(counts={"identifisert": 2}, kind="mottakersplitt")],
            [made(recipients=[("DIGIPOST", "")])],
        ],
        "T05": [
            [made(counts={"uidentifisert-flere-treff": 1})],
            [made(recipients=[("UIDENTIFISERT", "FLERE_TREFF")])],
            [
                made(
                    counts={"uidentifisert": 1}, info="jobb-sammendrag", space="http://www.digipost.no/xsd/avsender1_6"
                )
            ],
        ],
        "T06": [[made(recipients=[("UGYLDIG", "UGYLDIG_FOEDSELSNUMMER")])]],
        "T07": [[made(letters=[("IKKE_SENDT", "PRINT", ""), ("SENDT", "WEB", "")])]],
        "T11": [[made(letters=[("SENDT", "PRINT", "")])], [made(printed=1)]],
        "T12": [[made(letters=[("IKKE_SENDT", "", "UGYLDIG_FOR_PRINT")])]],
        "T17": [
            [made(), made("FEILET", start="2026-11-25T10:00:00Z", end="2026-11-25T10:01:00Z", error="ENGINE_FEIL")]
        ],
        "T20": [
            [received, made()],
            [received, made("FORELØPIG_SUKSESS")],
            [received, made("FEILET", error="GENERELL_FEIL")],
        ],
        "T21": [[made("FEILET", error="VALIDERING_FEILET", sender="")]],
        "T22": [[made("FORELØPIG_SUKSESS"), made(start="2026-11-24T12:00:00Z", end="2026-11-24T12:01:00Z")]],
    }


def _in_turn(*signs: str) -> list[tuple[str, Any]]:
    return [(one, ANSWERED + place * (LATER - ANSWERED)) for place, one in enumerate(signs)]
