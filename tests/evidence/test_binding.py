"""Whose a statement is, and whether it still counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from milestones.evidence.statements import Refused
from tests.evidence import bodies
from tests.evidence.digipost_here import ACCOUNT, ANSWERED, captured
from tests.evidence.judged import all_of, bind, judged


def reason(statement: Any, **other: Any) -> str:
    with pytest.raises(Refused) as refused:
        bind(statement, **other)
    return str(refused.value.code)


def test_either_the_sender_or_who_asked_may_be_the_account() -> None:
    (statement,) = judged(captured(bodies.delivery(sender="700456")))
    bind(statement, account_id=ACCOUNT)
    bind(statement, account_id="700456")
    assert reason(statement, account_id="700457") == "other_sender"


def test_an_answer_that_names_nobody_is_nobodys() -> None:
    (statement,) = judged(captured("{}", user=""))
    assert reason(statement) == "other_sender"


def test_a_receipt_that_names_nobody_is_taken_and_one_that_names_another_is_not() -> None:
    (unnamed,) = all_of(bodies.receipt(sender=""))
    bind(unnamed)
    (named,) = all_of(bodies.receipt(sender="700456"))
    assert reason(named) == "other_sender"


def test_it_counts_from_the_second_on_in_which_the_scenario_was_agreed() -> None:
    (statement,) = judged(captured())
    bind(statement, agreed_at=ANSWERED + timedelta(milliseconds=900))
    assert reason(statement, agreed_at=ANSWERED + timedelta(seconds=1)) == "too_old"


def test_digiposts_clock_may_be_ten_minutes_ahead() -> None:
    (statement,) = judged(captured())
    bind(statement, now=ANSWERED - timedelta(minutes=10))
    assert reason(statement, now=ANSWERED - timedelta(minutes=10, seconds=1)) == "future"


def test_reuse_is_refused_in_the_same_words_whoever_used_it() -> None:
    (statement,) = judged(captured())
    with override("en"), pytest.raises(Refused) as refused:
        bind(statement, seen_digests=frozenset({statement.digest}))
    assert refused.value.messages == [
        "This has been used before. Run the scenario again, and send what Digipost answers then."
    ]


def test_a_receipt_that_somebody_added_to_is_the_same_receipt() -> None:
    (first,), (again,) = all_of(bodies.receipt()), all_of(bodies.receipt(letters=[("SENDT", "WEB", "")]))
    assert reason(again, seen_digests={first.digest}) == "used"
