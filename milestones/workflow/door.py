"""The door through which every change to an integration goes: one transaction, one lock, one order.

`with door(integration, by) as move:` locks the integration's row and hands out the `Move`, which asks policy and
gates and records events. On the way out the consequences are drawn and the snapshot is stored, in the same
transaction. Ticking, recording and deciding take the same lock as submitting and approving: they cannot cross.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, transaction
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.utils.translation import gettext as _

from ..facts import integration_now
from ..locks import lock_one
from ..models import Integration, User
from .consequences import draw_consequences
from .move import Move, Stale, by_hand_only


@contextmanager
def door(integration: Integration, by: User, *, invited: bool = False) -> Iterator[Move]:
    """Open a move on `integration` by `by`; `invited` for who is not in yet, and has shown an invitation.

    Raises Http404 if it is not theirs to see, Stale if it is closed, Forbidden at its end for a token that was not
    asked whether it may; whatever the body raises undoes everything.
    """
    move: Move | None = None
    try:
        with transaction.atomic():
            move = Move(_locked(integration.pk), by)
            _require_way_in(move, invited)
            yield move
            if not move.allowed:
                raise by_hand_only()
            draw_consequences(move)
    except (InterfaceError, OperationalError):
        raise  # it may have been committed all the same: the night removes the file, if it has no row
    except BaseException:
        _remove(move.written_files if move else [])
        raise


def _remove(files: list[FieldFile]) -> None:
    """What cannot be removed now has no row, and is removed at night."""
    for written in files:
        with suppress(OSError):
            written.storage.delete(str(written.name))


def require_beforehand(do: Callable[..., object], integration: Integration, *ids: object, by: User) -> None:
    """Raise what `do` would be refused with whatever is typed, so that nothing is read, or examined, in vain.

    Without a lock: the door asks again.
    """
    move = Move(integration, by)
    _require_way_in(move, invited=False)
    move.ask(do, *ids)


def _require_way_in(move: Move, invited: bool) -> None:
    if not (move.by.is_active and (invited or move.actor.may_see)):
        raise Http404
    if not move.integration.is_open:
        raise Stale(_("The integration is closed. Its history stays, but nothing is changed any more."))


def _locked(pk: int) -> Integration:
    """Lock, then read: rows joined in the locking query itself would be as they were before the wait."""
    lock_one(pk)
    return integration_now(pk)
