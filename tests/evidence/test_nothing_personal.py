"""Whatever is sent: a result or a refusal in words, and nothing in either, or in the log, that names a recipient."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from milestones.evidence import answers, reader, receipts
from milestones.evidence.statements import Refused
from milestones.evidence.vocabulary import PLAIN, sign
from tests.evidence import bodies, cases
from tests.evidence.bodies import PLANTED, receipt, zipped
from tests.evidence.digipost_here import a_certificate, a_file, signed_headers
from tests.evidence.judged import all_of, judged


def holds_nobody(told: object) -> None:
    assert [one for one in PLANTED if one in str(told) or one in repr(told)] == []


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Any:
    """All that is logged, at any level."""
    caplog.set_level(logging.DEBUG)
    return lambda: [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]


def test_no_statement_names_a_recipient(log: Any) -> None:
    for ways in cases.answers().values():
        for way in ways:
            holds_nobody(judged(*way))
    for files in cases.receipts().values():
        for way_of_batch in files:
            holds_nobody(all_of(*way_of_batch))
    holds_nobody(log())


@pytest.mark.parametrize("planted", PLANTED)
def test_a_name_where_a_code_should_be_is_dropped(planted: str, log: Any) -> None:
    wrong = f"<{bodies.NAME}>" if planted == bodies.NAME else planted
    for body in (
        bodies.root("message-delivery", f"<status>{planted}</status><delivery-method>{planted}</delivery-method>"),
        bodies.root("error", f"<error-code>{planted}</error-code>"),
        bodies.root("batch", f"<uuid>{planted}</uuid><status>{planted}</status>"),
        bodies.root("sender-information", f"<status>{planted}</status><supported-features><feature>{planted}</feature>"
                    f"<feature>no.digipost.feature.{planted}</feature></supported-features>"),
        bodies.root("document-events", f'<event type="{planted}"/>'),
        bodies.root("document-status", "", attributes=f'status="{planted}" read="{planted}" channel="{planted}"'),
        bodies.identification("UNIDENTIFIED", planted),
    ):  # fmt: skip
        signed = signed_headers(200, "/messages", body.encode())
        content = {"status": 200, "path": "/messages", "headers": signed, "body": body}
        holds_nobody(judged(content))
    holds_nobody(
        all_of(receipt(recipients=[(planted, planted)], letters=[(planted, planted, planted)], error=planted))
    )
    for broken in (wrong, f"<{planted}", f"<!DOCTYPE {wrong}><a/>"):
        with pytest.raises(ValidationError) as refused:
            receipts.read(broken.encode())
        holds_nobody(refused.value)
        assert refused.value.__cause__ is None or not refused.value.__cause__.args
    holds_nobody(log())


@pytest.mark.parametrize("planted", PLANTED)
def test_a_refusal_repeats_nothing_of_what_was_sent(planted: str, log: Any) -> None:
    for found in (
        {"status": planted},
        {"status": 200, "path": f"http://[{planted}"},
        {"status": 200, "path": "/a", "headers": {planted: planted, "Date": 1}},
        {"status": 200, "path": "/a", "headers": {}, "body_base64": planted + "æ"},
        {"status": 200, "path": "/a", "headers": {}, "scenario": f"{planted} æ"},
    ):
        with pytest.raises(Refused) as refused:
            answers.read(json.dumps(found).encode())
        holds_nobody(refused.value)
    unsigned = {"status": 200, "path": f"/{planted}", "headers": {"X-Digipost-Signature": planted}, "body": planted}
    (judgement,) = answers.judge_all(answers.read(a_file(unsigned)), [a_certificate()])
    assert isinstance(judgement, Refused)
    holds_nobody(judgement)
    with pytest.raises(ValidationError) as of_zip:
        receipts.read(zipped((f"{planted}.xml", planted)))
    holds_nobody(of_zip.value)
    holds_nobody(log())


# --- Anything


MARKUP = st.lists(
    st.sampled_from(
        ["<?xml version='1.0'?>", "<message-delivery xmlns='http://api.digipost.no/schema/v8'>", "</message-delivery>",
         "<status>", "</status>", "DELIVERED", "<masseutsendelse-resultat>", "</masseutsendelse-resultat>",
         "<jobb-info>", "</jobb-info>", "<!DOCTYPE a>", "<![CDATA[", "]]>", "&amp;", "&x;", "<a b='c'/>", "æ", "\0"]
    )
).map("".join)  # fmt: skip
CONTENT = st.binary(max_size=300) | MARKUP.map(str.encode) | MARKUP.map(lambda text: text.encode("utf-16"))


@settings(max_examples=300, deadline=None)
@given(CONTENT | CONTENT.map(lambda content: zipped(("a.xml", content))))
def test_any_bytes_are_read_or_refused_where_they_are_read(content: bytes) -> None:
    found = reader.receipts_in(content)
    assert set(found) in ({"receipts"}, {"refused"})
    (said,) = reader.bodies_in(reader.framed([content]))
    assert set(said) in ({"signs", "sender_id", "about"}, {"refused"})


@settings(max_examples=25, deadline=None)
@given(CONTENT)
def test_any_bytes_give_a_result_or_a_refusal(content: bytes) -> None:
    signed = {"status": 200, "path": "/a", "headers": signed_headers(200, "/a", content)}
    packed = base64.b64encode(content).decode()
    for file, read in ((content, receipts.read), (content, answers.read)):
        try:
            read(file)
        except ValidationError as refused:
            assert refused.messages  # noqa: PT017  # either is right
    (judgement,) = answers.judge_all(answers.read(a_file(signed | {"body_base64": packed})), [a_certificate()])
    assert isinstance(judgement, Refused) or "http:200" in judgement.signs


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["status", "path", "headers", "body", "body_base64", "scenario", "Date"]), inner
        )
    ),
    max_leaves=15,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(found: Any) -> None:
    try:
        read = answers.read(json.dumps(found).encode())
    except Refused:
        return
    assert all(100 <= one.status <= 599 for one in read)


@given(st.text(max_size=70), st.text(max_size=70))
def test_no_sign_has_more_than_plain_characters(key: str, value: str) -> None:
    said = sign(key, value)
    assert not said or PLAIN.fullmatch(value)
