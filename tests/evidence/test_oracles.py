"""The language in which staff say what proves a scenario, and the signs that it is made of."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from milestones.evidence import oracles, signs
from milestones.evidence.vocabulary import KEYS


def test_a_line_has_parts_and_a_part_has_signs() -> None:
    parsed = oracles.parse("\n  delivery:DELIVERED   method:DIGIPOST \n\nstatus:MOTTATT + status:SUKSESS\n")
    assert parsed.lines == (
        (frozenset({"delivery:DELIVERED", "method:DIGIPOST"}),),
        (frozenset({"status:MOTTATT"}), frozenset({"status:SUKSESS"})),
    )


def test_nothing_written_is_an_oracle_that_nothing_proves() -> None:
    assert oracles.parse(" \n").lines == ()
    assert oracles.parse("").proved_by([]) == ()


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("delivery:DELIVERED\ndelivry:DELIVERED", "key", ["Line 2", "“delivry:DELIVERED”", "delivery"]),
        ("delivery", "value", ["Line 1", "“delivery”", "DELIVERED_TO_PRINT"]),
        ("delivery:LOST", "value", ["“delivery:LOST”", "NOT_COMPLETE"]),
        ("http:999", "value", ["“http:999”", "200"]),
        ("feature:no", "value", ["“feature:no”", "delivery.digipost"]),
    ],
)
def test_an_unknown_sign_is_named_with_what_there_is(text: str, code: str, named: list[str]) -> None:
    with override("en"), pytest.raises(ValidationError) as refused:
        oracles.parse(text)
    assert refused.value.code == code
    assert all(one in refused.value.messages[0] for one in named)


@pytest.mark.parametrize(
    "text",
    ["+", "batch:DONE +", "+ batch:DONE", "batch:DONE + + read:Y", " + ".join(["read:Y"] * 5), "read:Y " * 11,
     "read:Y\n" * 21],
)  # fmt: skip
def test_an_oracle_is_small_and_has_no_empty_part(text: str) -> None:
    with pytest.raises(ValidationError):
        oracles.parse(text)


@given(st.text(st.sampled_from("batchDONE:+ \n.æ\0{}%s")))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        parsed = oracles.parse(text)
    except ValidationError:
        return
    assert all(signs.is_known(one) for line in parsed.lines for part in line for one in part)


def test_each_key_has_a_label() -> None:
    assert set(signs.LABELS) == set(KEYS)


def test_signs_read_as_one_line_in_the_readers_language() -> None:
    said = {"delivery:DELIVERED", "attachments:some", "http:200", "unknown:X"}
    with override("en"):
        assert signs.described(said) == "HTTP status: 200, Delivery: DELIVERED, with attachments"
    with override("nb"):
        assert signs.described(said) == "HTTP-status: 200, Levering: DELIVERED, med vedlegg"
