"""D.1 monitoring and deviations, D.2 notices and their receipts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from .. import clock, locks, policy, texts
from ..mails.announcing import announce_notice
from ..models import Deviation, EventKind, Integration, Member, Notice, NoticeReceipt, User
from ..names import require_names
from . import room
from .door import door
from .move import Move, asks
from .once import adds


@asks(policy.Right.OPERATE)
def record_monitoring(integration: Integration, *, by: User, monitoring: str, deviations_told_to: str) -> None:
    with door(integration, by) as move:
        move.ask(record_monitoring)
        operations = move.integration.operations
        for name, new in (("monitoring", monitoring), ("deviations_told_to", deviations_told_to)):
            old = getattr(operations, name)
            move.update(operations, **{name: new})
            move.log(EventKind.MONITORING_RECORDED, name, old=old, new=new)


@asks(policy.Right.OPERATE)
def name_readers(integration: Integration, *, by: User, member_ids: Iterable[int], shared_mailbox: str) -> None:
    """Name who reads Digipost's notices: current members, a shared mailbox, or both."""
    with door(integration, by) as move:
        move.ask(name_readers)
        wanted = set(member_ids)
        for member in move.integration.members.current():
            if member.reads_notices != (member.pk in wanted):
                move.update(member, reads_notices=member.pk in wanted)
                hand_over_unread(move, member)
        move.update(move.integration.operations, shared_mailbox=shared_mailbox)
        names = [m.name for m in move.integration.members.current().filter(reads_notices=True)]
        move.log(EventKind.READERS_NAMED, "D.2", new=", ".join([*names, shared_mailbox]).strip(", "))


def hand_over_unread(move: Move, member: Member) -> None:
    """Give the mailbox what a former reader left unread, unless somebody else read it or still has it to read."""
    if member.reads_notices:
        return
    for receipt in member.notice_receipts.filter(read_at__isnull=True):
        others = NoticeReceipt.objects.filter(notice=receipt.notice, integration=move.integration)
        if not (others.filter(read_at__isnull=False) | others.unread()).exists():
            NoticeReceipt.objects.create(notice=receipt.notice, integration=move.integration)


@adds()
@asks(policy.Right.LOG_DEVIATIONS)
def open_deviation(
    integration: Integration, *, by: User, title: str, description: str, handler: str, opened_on: datetime.date
) -> Deviation:
    with door(integration, by) as move:
        move.ask(open_deviation)
        require_names(handler=handler)
        by_people = move.integration.deviations.exclude(opened_by=None)  # a silence opens its own, in nobody's room
        room.require_room(
            by_people.count(),
            room.DEVIATIONS,
            _("There are %(most)s deviations, which is the maximum. Tell Digipost."),
        )
        deviation = Deviation.objects.create(
            integration=move.integration,
            title=title,
            description=description,
            handler=handler,
            opened_on=opened_on,
            opened_by=by,
        )
        move.log(EventKind.DEVIATION_OPENED, title, new=handler, concerns=move.called(handler))
        return deviation


@asks(policy.Right.LOG_DEVIATIONS)
def close_deviation(integration: Integration, deviation_id: int, *, by: User, outcome: str) -> None:
    with door(integration, by) as move:
        move.ask(close_deviation)
        deviation = move.fetch(Deviation, deviation_id, closed_at__isnull=True)
        move.update(deviation, closed_at=move.now, closed_by=by, outcome=outcome)
        move.log(EventKind.DEVIATION_CLOSED, deviation.title, reason=outcome)


@adds(by_call=True)
@transaction.atomic
def send_notice(integrations: Iterable[Integration], *, by: User, kind: str, title: str, body: str) -> Notice:
    """Send a notice to these integrations: each reader, or the shared mailbox, gets a receipt to sign.

    All of them or none, locked in the order of primary keys. Raises Forbidden for others than staff, Stale if one of
    them was closed meanwhile or the same was sent already.
    """
    policy.require_staff(by)
    title = texts.one_line(title)
    receivers = sorted(integrations, key=lambda integration: integration.pk)
    locks.lock_these(integration.pk for integration in receivers)
    locks.lock_people(by)
    notice = Notice.objects.create(kind=kind, title=title, body=body, sent_by=by, sent_at=clock.now())
    for integration in receivers:
        with door(integration, by) as move:
            move.require(policy.Right.SEND_NOTICES)
            _deliver(move, notice)
    return notice


def _deliver(move: Move, notice: Notice) -> None:
    readers: list[Member | None] = list(move.integration.members.current().filter(reads_notices=True))
    if move.integration.operations.shared_mailbox or not readers:
        readers.append(None)
    NoticeReceipt.objects.bulk_create(
        NoticeReceipt(notice=notice, integration=move.integration, member=member) for member in readers
    )
    move.log(EventKind.NOTICE_SENT, notice.title, new=len(readers))
    if move.was_active:
        people = [member.user_id for member in readers if member]
        mailbox = move.integration.operations.shared_mailbox if move.integration.is_accepted else ""
        announce_notice(move.integration, notice, people, mailbox)


def read_notice(integration: Integration, receipt_id: int, *, by: User) -> None:
    """Sign that a notice is read: one's own receipt, or the mailbox's by whoever runs operations."""
    with door(integration, by) as move:
        receipt = move.fetch(NoticeReceipt, receipt_id, read_at__isnull=True)
        if receipt.member is None:
            move.require(policy.Right.OPERATE)
        elif receipt.member.user_id != by.pk:
            raise policy.Forbidden(policy.only(receipt.member.name))
        move.update(receipt, read_by=by, read_at=move.now)
        move.log(EventKind.NOTICE_READ, receipt.notice.title)
