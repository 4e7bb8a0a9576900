"""Whose a statement is, and whether it still counts: for one account, from when the scenario was agreed, once."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

from ..process import Rung
from .refusals import refused
from .statements import Statement

AHEAD = timedelta(minutes=10)
"""How far Digipost's clock may be ahead of ours."""


def require_bound(
    statement: Statement,
    *,
    account_id: str,
    agreed_at: datetime | None,
    seen_digests: Container[str],
    now: datetime,
) -> None:
    """Raises Refused if the statement does not count for the integration with this account id.

    `account_id` is the one that is recorded (1.4) for the environment, empty if none is; `agreed_at` when the scenario
    was agreed, None if it is not. `seen_digests` are those of all integrations: whose it was is not told. A receipt
    need not name its sender, as that of a job that failed may not; one that names another is refused.
    """
    if not account_id:
        raise refused("no_account")
    named = {statement.sender_id, statement.user_id} - {""}
    if account_id not in named and (named or statement.rung == Rung.SIGNED):
        raise refused("other_sender", account=account_id)
    if agreed_at is None:
        raise refused("not_agreed")
    if statement.at < agreed_at.replace(microsecond=0):  # a Date has whole seconds
        raise refused("too_old")
    if statement.at > now + AHEAD:
        raise refused("future")
    if statement.digest in seen_digests:
        raise refused("used")
