"""What is wide, or cannot be taken back, is confirmed by whoever asks for it, who has read what it does.

It is tried to find out: done under its locks, with every check, looked at, and undone if that is not what was
confirmed. So no refusal comes after the question, and nothing is done that differs from what was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

T = TypeVar("T")


@dataclass(frozen=True)
class Effect:
    """What an act has done, as its person reads it: `act` is what the button says, `told` are sentences.

    Without sentences there is nothing to confirm.
    """

    act: str
    told: tuple[str, ...] = ()


class Unconfirmed(Exception):
    """Nothing is done: it would do what `effect` says, and nobody has confirmed that."""

    def __init__(self, effect: Effect) -> None:
        super().__init__(effect.act)
        self.effect = effect


def if_confirmed(confirmed: tuple[str, ...], do: Callable[[], T], effect: Callable[[T], Effect]) -> T:
    """What `do` returns; it stays done if `effect`, asked of that afterwards, says what was `confirmed`.

    Raises Unconfirmed, and undoes it, otherwise. `do` reaches beyond the database on commit only.
    """
    with transaction.atomic():
        done = do()
        found = effect(done)
        if found.told and found.told != confirmed:
            raise Unconfirmed(found)
    return done
