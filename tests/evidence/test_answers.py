"""Files of captured answers, as people and programs write them; and answers that cannot be judged."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.utils.translation import override

from milestones.evidence import answers
from milestones.evidence.answers import MOST_ANSWERS, MOST_BYTES, Captured, signed_text
from milestones.evidence.statements import Refused, Statement
from milestones.process import Rung
from tests.evidence import bodies
from tests.evidence.digipost_here import ACCOUNT, ANSWERED, a_certificate, a_file, captured, signed_headers
from tests.evidence.judged import judged


def read_one(**found: Any) -> Captured:
    (one,) = answers.read(json.dumps(found).encode())
    return one


def refused(content: bytes) -> Refused:
    with pytest.raises(Refused) as told:
        answers.read(content)
    return told.value


ORDINARY: dict[str, Any] = {"status": 200, "path": "/messages", "headers": {}}


# --- What is read


def test_the_text_that_is_signed_is_the_documented_one() -> None:
    headers = {"x-digipost-userid": "5", "date": "D", "content-md5": "M", "x-content-sha256": "S", "other": "O"}
    assert signed_text(404, "/a/b", headers) == (
        "404\n/a/b\ncontent-md5: M\ndate: D\nx-content-sha256: S\nx-digipost-userid: 5\n"
    )


def test_an_answer_says_what_it_says_and_how_that_is_known() -> None:
    (statement,) = judged(captured(bodies.delivery(attachments=2), path="/Messages?x=1", scenario="T08"))
    headers = signed_headers(200, "/messages", bodies.delivery(attachments=2).encode())
    assert statement.rung == Rung.SIGNED
    assert statement.signs == {"http:200", "delivery:DELIVERED", "method:DIGIPOST", "attachments:some"}
    assert (statement.at, statement.sender_id, statement.user_id) == (ANSWERED, ACCOUNT, ACCOUNT)
    assert (statement.about, statement.scenario) == ("", "T08")
    assert statement.signed_text.startswith("200\n/messages\ndate: Tue, 24 Nov 2026 09:30:00 GMT\nx-content-sha256: ")
    assert statement.signature == headers["X-Digipost-Signature"]
    assert len(statement.digest) == len(statement.fingerprint) == 64


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/Messages?from=1#x", "/messages"),
        ("https://api.test.digipost.no/Sender/500123?part=A", "/sender/500123"),
        ("https://api.digipost.no", "/"),
        (" /batch ", "/batch"),
    ],
)
def test_an_address_is_read_as_its_path(address: str, path: str) -> None:
    assert read_one(**ORDINARY | {"path": address}).path == path


@pytest.mark.parametrize(
    "headers",
    [
        {"DATE": "now", "x-content-SHA256": "abc", "Set-Cookie": "secret"},
        [["Date", " now "], ["X-Content-Sha256", "abc"], ["Set-Cookie", "a"], ["Set-Cookie", "b"]],
        {"date": ["now"], "X-Content-SHA256": ["abc"], "X-Numbers": 3},
        [["Date", "now"], ["date", "now"], ["X-Content-SHA256", "abc"]],
    ],
)
def test_headers_are_read_as_clients_have_them_and_others_forgotten(headers: Any) -> None:
    assert read_one(**ORDINARY | {"headers": headers}).headers == {"date": "now", "x-content-sha256": "abc"}


def test_a_body_is_a_text_or_base64_or_none() -> None:
    assert read_one(**ORDINARY, body="<æ/>").body == "<æ/>".encode()
    assert read_one(**ORDINARY, body_base64="PMOm\n Lz4=").body == "<æ/>".encode()
    assert read_one(**ORDINARY).body == b""
    assert "hemmelig" not in repr(read_one(**ORDINARY, body="hemmelig"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_may_be_in_any_unicode(encoding: str) -> None:
    content = json.dumps([ORDINARY, ORDINARY]).encode(encoding)
    assert len(answers.read(content)) == 2


# --- What cannot be read


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("status", {"status": None}),
        ("status", {"status": "200"}),
        ("status", {"status": True}),
        ("status", {"status": 20}),
        ("path", {"path": None}),
        ("path", {"path": " "}),
        ("path", {"path": "http://[::1"}),
        ("headers", {"headers": None}),
        ("headers", {"headers": "Date: now"}),
        ("headers", {"headers": [["Date"]]}),
        ("headers", {"headers": [["Date", 3]]}),
        ("headers", {"headers": [[1, "a"]]}),
        ("headers", {"headers": {"Content-MD5": "a\ndate: b"}}),
        ("header_twice", {"headers": [["Date", "a"], ["date", "b"]]}),
        ("body", {"body": 3}),
        ("body", {"body": "a", "body_base64": "YQ=="}),
        ("body", {"body_base64": "not base64"}),
        ("body", {"body_base64": "æ"}),
        ("scenario", {"scenario": "T07 Kari"}),
        ("scenario", {"scenario": 7}),
    ],
)
def test_what_is_missing_is_said_of_which_answer(code: str, wrong: dict[str, Any]) -> None:
    with override("en"):
        told = refused(json.dumps([ORDINARY, ORDINARY | wrong]).encode())
    assert told.code == code
    assert told.messages[0].startswith("Answer 2: ")


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("empty", b" \n"),
        ("json", b"<xml/>"),
        ("json", b"3"),
        ("json", b"[3]"),
        ("json", b"[" * 100_000),
        ("json", b'{"a":' * 50 + b"1" + b"}" * 50),
        ("json", b'{"status": 200, "status": 403}'),
        ("json", b'{"status": NaN}'),
        ("json", b'{"path": "\\u0000"}'),
        ("json", b'{"status": 1' + b"0" * 5000 + b"}"),
        ("json", b"\xff\xfe\x00"),
        ("too_large", b" " * (MOST_BYTES + 1)),
        ("too_many", b"[" + b",".join([b"{}"] * (MOST_ANSWERS + 1)) + b"]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_file_of_answers_is_told_so(code: str, content: bytes) -> None:
    assert refused(content).code == code


# --- What cannot be judged


def _changed(found: dict[str, Any], *without: str, **headers: str) -> dict[str, Any]:
    kept = {name: value for name, value in found["headers"].items() if name not in without}
    return found | {"headers": kept | {name.replace("_", "-"): value for name, value in headers.items()}}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("unsigned", _changed(captured("{}"), "X-Digipost-Signature")),
        ("unsigned", _changed(captured("{}"), "X-Digipost-Signature", X_Digipost_Signature=" ")),
        ("signature", _changed(captured("{}"), X_Digipost_Signature="not base64") | {}),
        ("signature", _changed(captured("{}"), "X-Digipost-Signature", x_digipost_signature="YQ==")),
        ("no_hash", _changed(captured("{}"), "X-Content-SHA256")),
        ("hash", _changed(captured("{}"), "X-Content-SHA256", x_content_sha256="YQ==")),
        ("hash", captured("{}") | {"body_base64": base64.b64encode(b"{ }").decode()}),
        ("personal_path", captured(path="/recipients/search/kari")),
        ("personal_path", captured(path="/search")),
        ("personal_path", captured(path="/a" * 200)),
        ("personal_path", captured(path="/person/01017012345/x")),
        ("personal_path", captured(path="/person/kari.nordmann")),
        ("personal_path", captured(path="/person/kari%20nordmann")),
        ("xml", captured("<message-delivery")),
        ("dtd", captured('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
        ("much", captured("<a>" * 100 + "</a>" * 100)),
    ],
)
def test_an_answer_that_does_not_hold_is_refused_with_the_reason(code: str, found: dict[str, Any]) -> None:
    with pytest.raises(Refused) as told:
        judged(found)
    assert told.value.code == code


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 24 Nov 2026 09:30:00 +0100", "Tue, 24 Nov 1026 09:30:00 GMT"])
def test_a_signed_answer_without_a_date_is_refused(date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.evidence.digipost_here.format_datetime", lambda _at, usegmt: date)
    with pytest.raises(Refused) as told:
        judged(captured("{}"))
    assert told.value.code == "date"


def test_without_a_pinned_certificate_staff_must_act() -> None:
    (one,) = answers.read(a_file(captured()))
    with override("en"), pytest.raises(Refused) as told:
        answers.judge(one, [])
    assert "Digipost's staff" in told.value.messages[0]


def test_any_of_the_pinned_certificates_will_do() -> None:
    (one,) = answers.read(a_file(captured(key="newer")))
    pinned = [a_certificate(), a_certificate("newer")]
    assert answers.judge(one, pinned).fingerprint != judged(captured())[0].fingerprint


def test_of_many_the_good_ones_count_beside_the_bad() -> None:
    good, bad = captured(bodies.delivery()), captured(bodies.delivery()) | {"status": 201}
    found = answers.judge_all(answers.read(a_file(good, bad, captured("<a"), good)), [a_certificate()])
    assert [one.code if isinstance(one, Refused) else sorted(one.signs)[0] for one in found] == [
        "delivery:DELIVERED",
        "signature",
        "xml",
        "delivery:DELIVERED",
    ]
    assert answers.judge_all([], [a_certificate()]) == []


# --- What a body says


@pytest.mark.parametrize(
    ("body", "signs"),
    [
        ("plain text", set()),
        ('{"status": "DELIVERED"}', set()),
        ("<html><status>DELIVERED</status></html>", set()),
        ('<message-delivery xmlns="http://evil.example/v8"><status>DELIVERED</status></message-delivery>', set()),
        (bodies.root("message-delivery", '<status xmlns="urn:x">DELIVERED</status>'), set()),
        (bodies.root("message-delivery", f"<status>{bodies.NAME}</status>"), set()),
        (bodies.root("message-delivery", "<status>delivered</status>"), set()),
        (bodies.root("document-status", '<attachments read="Y" status="DELIVERED"/>'), set()),
        (bodies.batch("COMMITTED", "not-a-uuid"), {"batch:COMMITTED"}),
        (bodies.error("SOMETHING_NEW"), set()),
        (bodies.delivery("COMPLETE", "PENDING", version=6), {"delivery:COMPLETE", "method:PENDING"}),
        (bodies.document_status("N", "NOT_DELIVERED", "PRINT"), {"document:NOT_DELIVERED", "channel:PRINT", "read:N"}),
    ],
)
def test_only_what_is_documented_becomes_a_sign(body: str, signs: set[str]) -> None:
    (statement,) = judged(captured(body))
    assert statement.signs - {"http:200"} == signs
    assert statement.about == ""


def test_a_body_in_utf_16_is_read_too() -> None:
    content = bodies.delivery().replace("UTF-8", "UTF-16").encode("utf-16")
    found = {
        "status": 200,
        "path": "/messages",
        "headers": signed_headers(200, "/messages", content),
        "body_base64": base64.b64encode(content).decode(),
    }
    (statement,) = judged(found)
    assert "delivery:DELIVERED" in statement.signs


@pytest.mark.parametrize(
    ("body", "user", "ids"),
    [
        (bodies.delivery(sender="700456"), ACCOUNT, ("700456", ACCOUNT)),
        (bodies.delivery(), "", (ACCOUNT, "")),
        (bodies.sender_information(sender="700456"), ACCOUNT, ("700456", ACCOUNT)),
        (bodies.document_status(sender="700456"), ACCOUNT, ("700456", ACCOUNT)),
        (bodies.events("OPENED"), ACCOUNT, (ACCOUNT, ACCOUNT)),
        ("{}", "somebody", ("", "")),
    ],
)
def test_whose_it_is_comes_from_the_body_and_from_the_signed_header(
    body: str, user: str, ids: tuple[str, str]
) -> None:
    statement: Statement = judged(captured(body, user=user))[0]
    assert (statement.sender_id, statement.user_id) == ids
    assert ("on-behalf:yes" in statement.signs) == ("message-delivery" in body and "" not in ids and ids[0] != ids[1])
