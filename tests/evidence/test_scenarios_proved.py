"""Each row of what proves which scenario: by signed answers, by receipts, and by nothing that is forged."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from milestones.basic_scenarios import BASIC_SCENARIOS
from milestones.evidence.oracles import BASIC_ORACLES, lowest_rung
from milestones.evidence.statements import Refused
from milestones.process import Rung
from tests.evidence import bodies, cases
from tests.evidence.digipost_here import ANSWERED, NOW, captured, signed_headers
from tests.evidence.judged import all_of, bind, judged, oracle

SIGNED = [(code, place) for code, ways in cases.answers().items() for place in range(len(ways))]
RECEIPTS = [(code, place) for code, ways in cases.receipts().items() for place in range(len(ways))]


def test_what_people_alone_can_tell_has_no_oracle() -> None:
    people = {"T04", "T09", "T10", "T14", "T15", "T19", "T24", "T25", "T26"}
    assert {one.code for one in BASIC_SCENARIOS} - people == set(BASIC_ORACLES)
    assert set(BASIC_ORACLES) == set(cases.answers()) | set(cases.receipts())


@pytest.mark.parametrize(("code", "place"), SIGNED)
def test_a_signed_answer_proves_its_scenario(code: str, place: int) -> None:
    statements = judged(*cases.answers()[code][place])
    for one in statements:
        bind(one)
    proof = oracle(code).proved_by(statements)
    assert proof == tuple(statements)
    assert lowest_rung(proof) == Rung.SIGNED


@pytest.mark.parametrize(("code", "place"), RECEIPTS)
def test_a_receipt_proves_its_scenario_a_rung_below(code: str, place: int) -> None:
    statements = all_of(*cases.receipts()[code][place])
    for one in statements:
        bind(one)
    proof = oracle(code).proved_by(statements)
    assert proof == tuple(statements)
    assert lowest_rung(proof) == Rung.RECEIPT


# --- What is forged, a bit at a time


def _in_body(found: dict[str, Any]) -> None:
    content = base64.b64decode(found["body_base64"]) or b" "
    found["body_base64"] = base64.b64encode(_flipped(content)).decode()


def _in_body_and_hash(found: dict[str, Any]) -> None:
    _in_body(found)
    content = base64.b64decode(found["body_base64"])
    hashed = signed_headers(found["status"], found["path"], content)["X-Content-SHA256"]
    found["headers"]["X-Content-SHA256"] = hashed


def _without_body(found: dict[str, Any]) -> None:
    found["body_base64"] = ""
    found["headers"].pop("X-Content-SHA256", None)
    found["headers"]["Content-MD5"] = "1B2M2Y8AsgTpgAmY7PhCfg=="


def _in_path(found: dict[str, Any]) -> None:
    found["path"] = "/n" + found["path"][2:]  # m is 0x6d, and n 0x6e; i, e and d are others too


def _in_status(found: dict[str, Any]) -> None:
    found["status"] ^= 1


def _in_date(found: dict[str, Any]) -> None:
    found["headers"]["Date"] = found["headers"]["Date"].replace("30:00", "30:01")


def _in_user(found: dict[str, Any]) -> None:
    found["headers"]["X-Digipost-UserId"] = "500122"


def _without_user(found: dict[str, Any]) -> None:
    del found["headers"]["X-Digipost-UserId"]


def _in_signature(found: dict[str, Any]) -> None:
    signature = base64.b64decode(found["headers"]["X-Digipost-Signature"])
    found["headers"]["X-Digipost-Signature"] = base64.b64encode(_flipped(signature)).decode()


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


FORGED: dict[str, tuple[Callable[[dict[str, Any]], None], set[str]]] = {
    "body": (_in_body, {"hash", "no_hash"}),
    "body and hash": (_in_body_and_hash, {"signature"}),
    "no body, another hash": (_without_body, {"signature"}),
    "path": (_in_path, {"signature"}),
    "status": (_in_status, {"signature"}),
    "date": (_in_date, {"signature"}),
    "user": (_in_user, {"signature"}),
    "no user": (_without_user, {"signature"}),
    "signature": (_in_signature, {"signature"}),
}


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize(("code", "place"), SIGNED)
def test_one_bit_of_an_answer_is_enough(code: str, place: int, forged: str) -> None:
    change, reasons = FORGED[forged]
    answers = copy.deepcopy(cases.answers()[code][place])
    change(answers[0])
    with pytest.raises(Refused) as refused:
        judged(*answers)
    assert refused.value.code in reasons


@pytest.mark.parametrize(("code", "place"), SIGNED)
def test_what_another_key_signed_is_refused(code: str, place: int) -> None:
    with pytest.raises(Refused) as refused:
        judged(*cases.answers()[code][place], by="somebody")
    assert refused.value.code == "signature"


# --- What is Digipost's, and does not count here


@pytest.mark.parametrize(
    ("reason", "other"),
    [
        ("other_sender", {"account_id": "999999"}),
        ("no_account", {"account_id": ""}),
        ("too_old", {"agreed_at": NOW}),
        ("not_agreed", {"agreed_at": None}),
        ("future", {"now": ANSWERED - timedelta(hours=12)}),
    ],
)
@pytest.mark.parametrize("code", sorted(BASIC_ORACLES))
def test_what_is_not_this_scenarios_does_not_count(code: str, reason: str, other: dict[str, Any]) -> None:
    of_api = cases.answers().get(code)
    statement = judged(of_api[0][-1])[0] if of_api else all_of(cases.receipts()[code][0][-1])[0]
    if reason == "other_sender" and not statement.sender_id:
        bind(statement, **other)  # the receipt of a job that could not be read names nobody
        return
    with pytest.raises(Refused) as refused:
        bind(statement, **other)
    assert refused.value.code == reason


@pytest.mark.parametrize("code", sorted(BASIC_ORACLES))
def test_what_was_used_before_does_not_count_again(code: str) -> None:
    of_api = cases.answers().get(code)
    statements = judged(*of_api[0]) if of_api else all_of(*cases.receipts()[code][0])
    with pytest.raises(Refused) as refused:
        bind(statements[0], seen_digests={statements[0].digest})
    assert refused.value.code == "used"
    assert len({one.digest for one in statements}) == len(statements)


def test_a_capture_that_names_another_scenario_speaks_against_it() -> None:
    """By its own words about what is asked, or of what went wrong; without its name it speaks against none."""
    for body, status in ((bodies.delivery("NOT_COMPLETE"), 200), (bodies.error("UNKNOWN_RECIPIENT"), 400), ("", 500)):
        (named,) = judged(captured(body, status=status, scenario="T07"))
        (unnamed,) = judged(captured(body, status=status))
        assert oracle("T07").refuted_by(named)
        assert not oracle("T07").refuted_by(unnamed)
    (root,) = judged(captured(scenario="T07"))
    assert not oracle("T07").refuted_by(root), "the answer to another question"
    assert not oracle("T01").refuted_by(root)


@pytest.mark.parametrize("code", ["T02", "T12", "T16", "T18"])
def test_what_digipost_was_to_refuse_fails_by_a_success(code: str) -> None:
    (sent,) = judged(captured(bodies.delivery(), scenario=code))
    (refused_otherwise,) = judged(captured(bodies.error("UNKNOWN_RECIPIENT"), status=400, scenario=code))
    assert oracle(code).refuted_by(sent)
    assert oracle(code).refuted_by(refused_otherwise)
