"""Channels in Microsoft Teams: an integration's, and the one of Digipost's whole team."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .. import clock, outbox, policy, sealing, teams
from ..models import Audience, EventKind, Integration, PostKind, TeamsAddress, TeamsPost, User
from ..models.teams import SEALED_FOR, require_workflow_address
from .channels import require_turn_to_test, try_again
from .door import door
from .move import Move, Stale, asks, stale
from .once import adds


@asks(policy.Right.CONNECT_TEAMS)
def connect_teams(integration: Integration, *, by: User, workflow_address: str) -> None:
    """Have messages about the integration sent to the channel of this workflow, and no longer to another.

    Raises ValidationError (by field) for what is no such address, GateClosed while the intake is not accepted.
    """
    with door(integration, by) as move:
        move.ask(connect_teams)
        move.require_accepted()
        if _keep(move.integration, by, workflow_address):
            move.log(EventKind.TEAMS_ADDRESS_SET)


@asks(policy.Right.TEND_TEAMS)
def disconnect_teams(integration: Integration, *, by: User) -> None:
    """Forget the address: nothing more is sent there. Raises Stale if there is none."""
    with door(integration, by) as move:
        move.ask(disconnect_teams)
        if not forget_channel(move):
            raise stale()


def forget_channel(move: Move) -> bool:
    """Part of removing an address and of closing an integration; returns whether there was one."""
    removed, _by_model = TeamsAddress.objects.filter(integration=move.integration).delete()
    if removed:
        move.log(EventKind.TEAMS_ADDRESS_REMOVED)
    return bool(removed)


@adds(alike=False)
@asks(policy.Right.CONNECT_TEAMS)
def send_teams_test(integration: Integration, *, by: User) -> TeamsPost:
    """Send a test message to the integration's channel, at any hour.

    Raises Stale if there is no address, ValidationError after too many tests.
    """
    with door(integration, by) as move:
        move.require(policy.Right.CONNECT_TEAMS)
        return _test(move.integration)


@asks(policy.Right.TEND_TEAMS)
def repost_to_teams(integration: Integration, post_id: int, *, by: User) -> None:
    """Try a message to the integration's channel again. Raises Stale if it is no longer failed."""
    with door(integration, by) as move:
        move.ask(repost_to_teams)
        try_again(TeamsPost.objects.of(move.integration).filter(pk=post_id), teams.POSTS)


@transaction.atomic
def connect_digipost_teams(*, by: User, workflow_address: str) -> None:
    """Have messages about all integrations sent to the channel of this workflow, and no longer to another.

    Raises Forbidden for others than staff, ValidationError (by field) for what is no such address.
    """
    policy.require_staff(by)
    _keep(None, by, workflow_address)


def disconnect_digipost_teams(*, by: User) -> None:
    """Forget the address of Digipost's channel. Raises Forbidden for others than staff, Stale if there is none."""
    policy.require_staff(by)
    removed, _by_model = TeamsAddress.objects.filter(integration=None).delete()
    if not removed:
        raise stale()


@adds(alike=False)
@transaction.atomic
def send_digipost_teams_test(*, by: User) -> TeamsPost:
    """Send a test message to Digipost's channel, at any hour. Raises Forbidden for others than staff, and as
    `send_teams_test`.
    """
    policy.require_staff(by)
    return _test(None)


@transaction.atomic
def repost_to_digipost_teams(post_id: int, *, by: User) -> None:
    """Try a message to Digipost's channel again. Raises Stale if it is no longer failed."""
    policy.require_staff(by)
    try_again(TeamsPost.objects.of(None).filter(pk=post_id), teams.POSTS)


def _keep(integration: Integration | None, by: User, address: str) -> bool:
    """Store an address, sealed; returns whether it is another one than before."""
    try:
        require_workflow_address(address)
    except ValidationError as error:
        raise ValidationError({"workflow_address": error.messages}) from None
    kept = TeamsAddress.objects.of(integration)
    if kept and kept.address == address:
        return False
    audience = Audience.INTEGRATION if integration else Audience.DIGIPOST
    values = {"sealed": sealing.seal(address, SEALED_FOR), "set_by": by, "set_at": clock.now()}
    TeamsAddress.objects.update_or_create(audience=audience, integration=integration, defaults=values)
    return True


def _test(integration: Integration | None) -> TeamsPost:
    if TeamsAddress.objects.of(integration) is None:
        raise Stale(_("There is no workflow address any more. Save one first."))
    require_turn_to_test(TeamsPost.objects.of(integration).filter(kind=PostKind.TEST))
    post = TeamsPost.objects.create(
        key=f"test:{uuid.uuid4().hex}", kind=PostKind.TEST, integration=integration, day=clock.today(), forced=True,
        audience=Audience.INTEGRATION if integration else Audience.DIGIPOST,
    )  # fmt: skip
    outbox.hint_to_send(teams.POSTS)
    return post
