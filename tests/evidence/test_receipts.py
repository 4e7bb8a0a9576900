"""Receipts of batch jobs: what they say, in each version; and files that are none."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable

import pytest

from milestones.evidence import receipts
from milestones.evidence.statements import Refused, Statement
from milestones.evidence.unzipping import MOST_ENTRIES
from milestones.process import Rung
from tests.evidence import bodies
from tests.evidence.bodies import JOB, receipt, zipped
from tests.evidence.judged import all_of

SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>YQ==</SignatureValue></Signature>'


def one(**said: object) -> Statement:
    (statement,) = all_of(receipt(**said))  # type: ignore[arg-type]
    return statement


def test_a_receipt_says_what_became_of_the_job() -> None:
    statement = one(
        status="FORELØPIG_SUKSESS",
        counts={"digipost": 2, "identifisert-vask": 1},
        recipients=[("UGYLDIG", "UGYLDIG_POSTNUMMER"), ("UIDENTIFISERT", "MANGELFULL_ADRESSE")],
        letters=[("SENDT", "WEB", ""), ("IKKE_SENDT", "PRINT", "UGYLDIG_MOTTAKER"), ("IKKE_SENDT", "", "")],
    )
    assert statement.signs == {
        "status:FORELOEPIG_SUKSESS",
        *("recipients:DIGIPOST", "recipients:IDENTIFISERT", "recipients:UGYLDIG", "recipients:UIDENTIFISERT"),
        *("reason:UGYLDIG_POSTNUMMER", "reason:MANGELFULL_ADRESSE"),
        *("letter:SENDT.WEB", "letter:IKKE_SENDT.PRINT", "letter:IKKE_SENDT", "fault:UGYLDIG_MOTTAKER"),
    }
    assert (statement.rung, statement.sender_id, statement.about) == (Rung.RECEIPT, "500123", JOB)
    assert (statement.scenario, statement.signed_text, statement.signature, statement.fingerprint) == ("", "", "", "")


def test_what_became_of_a_letter_stays_with_its_channel() -> None:
    statement = one(letters=[("SENDT", "PRINT", ""), ("IKKE_SENDT", "WEB", "")])
    assert "letter:SENDT.WEB" not in statement.signs


def test_a_recipients_status_is_not_the_jobs() -> None:
    odd = receipt("FEILET", recipients=[("SUKSESS", "")])
    assert all_of(odd)[0].signs == {"status:FEILET"}


def test_a_count_of_nobody_says_nothing() -> None:
    assert one(counts={}).signs == {"status:SUKSESS"}
    assert one(counts={"digipost": -1}).signs == {"status:SUKSESS"}


@pytest.mark.parametrize(
    "version",
    [
        {"space": "http://www.digipost.no/xsd/avsender2_0"},
        {"space": "http://www.digipost.no/xsd/avsender1_6", "info": "jobb-sammendrag"},
        {"kind": "mottakersplitt"},
        {"beside": SIGNATURE},
    ],
)
def test_each_version_is_read_and_a_signature_within_raises_nothing(version: dict[str, str]) -> None:
    statement = one(**version)
    assert statement.signs == {"status:SUKSESS"}
    assert (statement.rung, statement.about) == (Rung.RECEIPT, JOB)


@pytest.mark.parametrize(
    ("start", "end", "at"),
    [
        ("2026-11-24T10:00:00+01:00", "2026-11-24T10:05:00.123456789+01:00", "2026-11-24T09:05:00"),
        ("2026-11-24T10:00:00Z", "", "2026-11-24T10:00:00"),
        ("2026-07-24T10:00:00", "", "2026-07-24T08:00:00"),
        ("2026-11-24T10:00:00Z", "soon", "2026-11-24T10:00:00"),
    ],
)
def test_it_is_dated_by_its_end_or_else_its_start(start: str, end: str, at: str) -> None:
    told = one(start=start, end=end).at.astimezone(datetime.UTC)
    assert told.replace(microsecond=0, tzinfo=None).isoformat() == at


def test_one_receipt_is_told_from_another_by_what_it_is_about() -> None:
    made = [
        receipt(),
        receipt("FEILET"),
        receipt(job="other"),
        receipt(kind="mottakersplitt"),
        receipt(start="2026-11-24T10:00:01Z"),
    ]
    assert len({statement.digest for statement in all_of(*made)}) == len(made)
    assert one(printed=1).digest == one().digest  # whoever adds to it has no other one


def test_a_zip_may_hold_several() -> None:
    content = zipped(
        ("kvittering/mottatt.xml", receipt("MOTTATT", end="")),
        ("kvittering/RESULTAT.XML", receipt()),
        ("les-meg.txt", "x"),
    )
    assert [sorted(statement.signs) for statement in all_of(content)] == [["status:MOTTATT"], ["status:SUKSESS"]]


def test_a_receipt_in_utf_16_or_latin_1_is_read() -> None:
    for encoding in ("utf-16", "iso-8859-1", "iso-8859-15", "windows-1252"):
        text = receipt("FORELØPIG_SUKSESS").replace("UTF-8", encoding)
        assert all_of(text.encode(encoding))[0].signs == {"status:FORELOEPIG_SUKSESS"}


# --- What is refused


def _damaged() -> bytes:
    content = bytearray(zipped(("a.xml", receipt())))
    content[100] ^= 255  # within what is packed
    return bytes(content)


def _locked() -> bytes:
    content = bytearray(zipped(("a.xml", receipt())))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    return bytes(content)


def _untruthful() -> bytes:
    """It says that the file is small, and unpacks to a lot."""
    content = bytearray(zipped(("a.xml", receipt(beside=" " * 30_000_000))))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "text": ("xml", lambda: b"SUKSESS"),
    "half": ("xml", lambda: receipt().encode()[:-20]),
    "another root": ("no_receipt", lambda: b"<masseutsendelse/>"),
    "an answer": ("no_receipt", lambda: bodies.delivery().encode()),
    "a document type": ("dtd", lambda: b"<!DOCTYPE a><masseutsendelse-resultat/>"),
    "a bomb": ("dtd", lambda: b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'),
    "from a file": ("dtd", lambda: b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'),
    "deep": ("much", lambda: b"<masseutsendelse-resultat>" + b"<a>" * 50),
    "no job": ("no_job", lambda: receipt(job="").encode()),
    "a job named by a person": ("no_job", lambda: receipt(job="Kari Nordmann").encode()),
    "no time": ("no_job", lambda: receipt(start="", end="").encode()),
    "a time long ago": ("no_job", lambda: receipt(start="0001-01-01T00:00:00+14:00", end="").encode()),
    "no status": ("no_job", lambda: receipt("FERDIG").encode()),
    "an encoding that is none": ("xml", lambda: receipt().replace("UTF-8", "klingon").encode()),
    "an empty zip": ("no_receipt", lambda: zipped()),
    "a zip without XML": ("no_receipt", lambda: zipped(("a.txt", "x"))),
    "a zip with something else": ("no_receipt", lambda: zipped(("a.xml", receipt()), ("b.xml", "<a/>"))),
    "a zip in a zip": ("zip_nested", lambda: zipped(("a.zip", zipped(("a.xml", receipt()))))),
    "a zip called XML": ("zip_nested", lambda: zipped(("a.xml", zipped(("a.xml", receipt()))))),
    "half a zip": ("zip_broken", lambda: zipped(("a.xml", receipt()))[:-30]),
    "a damaged zip": ("zip_broken", _damaged),
    "a locked zip": ("zip_locked", _locked),
    "packed otherwise": ("zip_locked", lambda: zipped(("a.xml", receipt()), how=zipfile.ZIP_BZIP2)),
    "too many files": ("zip_large", lambda: zipped(*[(f"{number}.xml", "") for number in range(MOST_ENTRIES + 1)])),
    "packed too well": ("zip_large", lambda: zipped(("a.xml", receipt(beside=" " * 30_000_000)))),
    "larger than it says": ("zip_broken", _untruthful),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_receipt_is_told_so(what: str) -> None:
    code, made = REFUSED[what]
    with pytest.raises(Refused) as refused:
        receipts.read(made())
    assert refused.value.code == code


def test_a_file_may_be_no_larger_than_others() -> None:
    with pytest.raises(Refused) as refused:
        receipts.read(b" " * (receipts.MOST_BYTES + 1))
    assert refused.value.code == "too_large"
