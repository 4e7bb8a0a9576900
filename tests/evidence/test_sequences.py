"""Scenarios that take more than one statement: in their order, and about the same batch or job."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from milestones.evidence import oracles
from milestones.evidence.statements import Statement
from milestones.process import Rung
from tests.evidence import bodies
from tests.evidence.digipost_here import ANSWERED, captured
from tests.evidence.judged import all_of, judged, oracle

SEQUENCES = {
    "T17": ("status:SUKSESS", "status:FEILET"),
    "T20": ("status:MOTTATT", "status:SUKSESS"),
    "T22": ("status:FORELOEPIG_SUKSESS", "status:SUKSESS"),
}


def said(signs: str, *, about: str = bodies.JOB, hours: float = 0, rung: Rung = Rung.RECEIPT) -> Statement:
    at = ANSWERED + timedelta(hours=hours)
    return Statement(rung, frozenset(signs.split()), at, about=about, digest=f"{signs} {about} {hours}")


@pytest.mark.parametrize("code", SEQUENCES)
def test_the_parts_prove_it_in_whatever_order_they_come_in(code: str) -> None:
    first, last = SEQUENCES[code]
    proof = (said(first, hours=0), said(last, hours=1))
    for statements in permutations([*proof, said(first, about=bodies.OTHER_JOB, hours=-1)]):
        assert oracle(code).proved_by(statements) == proof


@pytest.mark.parametrize("code", SEQUENCES)
def test_the_parts_in_the_wrong_order_of_time_prove_nothing(code: str) -> None:
    first, last = SEQUENCES[code]
    assert oracle(code).proved_by([said(first, hours=1), said(last, hours=0)]) == ()


@pytest.mark.parametrize("code", SEQUENCES)
def test_parts_of_two_jobs_prove_nothing(code: str) -> None:
    first, last = SEQUENCES[code]
    assert oracle(code).proved_by([said(first), said(last, about=bodies.OTHER_JOB, hours=1)]) == ()


@pytest.mark.parametrize("code", SEQUENCES)
def test_one_part_alone_proves_nothing(code: str) -> None:
    for part in SEQUENCES[code]:
        assert oracle(code).proved_by([said(part), said(part, hours=1)]) == ()


def test_a_job_that_was_received_and_failed_is_no_repeated_one() -> None:
    failed = [bodies.receipt("MOTTATT", end=""), bodies.receipt("FEILET", error="ENGINE_FEIL")]
    assert oracle("T17").proved_by(all_of(*failed)) == ()
    assert oracle("T20").proved_by(all_of(*failed)) != ()


def test_a_batch_that_waited_and_was_done_is_the_same_batch() -> None:
    waits, done = (captured(bodies.batch(one), at=ANSWERED + timedelta(hours=place))
                   for place, one in enumerate(("NOT_COMMITTED", "DONE")))  # fmt: skip
    of_other = captured(bodies.batch("DONE", bodies.OTHER_BATCH), at=ANSWERED + timedelta(hours=1))
    too_early = captured(bodies.batch("DONE"), at=ANSWERED - timedelta(hours=1))
    proof = oracle("T22").proved_by(judged(done, waits, of_other))
    assert [sorted(one.signs)[0] for one in proof] == ["batch:NOT_COMMITTED", "batch:DONE"]
    assert oracle("T22").proved_by(judged(waits, of_other)) == ()
    assert oracle("T22").proved_by(judged(waits, too_early)) == ()


def test_sending_on_behalf_needs_both_answers_in_any_order() -> None:
    refused = captured(bodies.error("BROKER_NOT_AUTHORIZED"), status=403, at=ANSWERED + timedelta(hours=5))
    of_another, of_its_own = captured(bodies.delivery(sender="700456")), captured(bodies.delivery())
    assert len(oracle("T23").proved_by(judged(refused, of_another))) == 2
    assert oracle("T23").proved_by(judged(refused, of_its_own)) == ()
    assert oracle("T23").proved_by(judged(of_another)) == ()
    of_nobody = captured(bodies.delivery(sender="700456"), user="")
    assert oracle("T23").proved_by(judged(refused, of_nobody)) == ()


def test_two_parts_alike_take_two_statements() -> None:
    twice = oracles.parse("batch:DONE + batch:DONE")
    assert twice.proved_by([said("batch:DONE")]) == ()
    assert len(twice.proved_by([said("batch:DONE"), said("batch:DONE", hours=1)])) == 2


def test_signed_statements_prove_before_receipts_do() -> None:
    either = oracles.parse("letter:SENDT.WEB\ndelivery:DELIVERED")
    receipt = said("letter:SENDT.WEB")
    signed = said("delivery:DELIVERED", about="", hours=1, rung=Rung.SIGNED)
    assert either.proved_by([receipt, signed]) == (signed,)
    assert either.proved_by([receipt]) == (receipt,)
    both = oracles.parse("letter:SENDT.WEB + delivery:DELIVERED").proved_by([receipt, signed])
    assert oracles.lowest_rung(both) == Rung.RECEIPT


@pytest.mark.parametrize("code", SEQUENCES)
def test_the_last_proof_is_the_one_that_ends_last(code: str) -> None:
    first, last = SEQUENCES[code]
    early = (said(first), said(last, hours=1))
    late = (said(first, hours=2), said(last, hours=3))
    other = (said(first, about=bodies.OTHER_JOB, hours=0.5), said(last, about=bodies.OTHER_JOB, hours=5))
    assert oracle(code).last_proof([*late, *early]) == late
    assert oracle(code).last_proof([*early, late[1]]) == (early[0], late[1])
    assert oracle(code).last_proof([*early, *other, *late]) == other
    assert oracle(code).last_proof([early[1], late[0]]) == ()


def test_of_parts_in_any_order_the_latest_of_each_make_the_last_proof() -> None:
    refused = [captured(bodies.error("BROKER_NOT_AUTHORIZED"), status=403, at=ANSWERED + timedelta(hours=2))]
    sent = [captured(bodies.delivery(sender="700456"), at=ANSWERED + timedelta(hours=place)) for place in (1, 4)]
    proof = oracle("T23").last_proof(judged(*refused, *sent))
    assert sorted(one.at - ANSWERED for one in proof) == [timedelta(hours=2), timedelta(hours=4)]
