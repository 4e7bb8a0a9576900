"""A mail's key tells every recipient apart, and fits, however long an address is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail

from milestones import workflow
from milestones.models import Mail, MailKind, mail_key
from tests.cast import Cast

LONG = "varsler-om-digipost-til-alle-som-drifter-fagsystemet-og-svarer-i-helgene@" + "drift." * 20


@pytest.mark.parametrize(
    "mailboxes",
    [
        (f"{LONG}fjordvik.example", f"{LONG}nabovik.example"),
        ("vakt@fjordvik.example", "vakt@nabovik.example"),
        ("vakt:notice:1@fjordvik.example", "vakt@fjordvik.example"),
    ],
)
def test_each_mailbox_is_told_however_alike_they_are(
    cast: Cast, send_all: Callable[[], int], mailboxes: tuple[str, str]
) -> None:
    integrations = []
    for journey, by, mailbox in zip(
        (cast.journey(), cast.neighbour()), (cast.lead, cast.stranger), mailboxes, strict=True
    ):
        journey.roles()
        workflow.name_readers(journey.integration, by=by, member_ids=[], shared_mailbox=mailbox)
        integrations.append(journey.integration)
    workflow.send_notice(integrations, by=cast.staff, kind="job", title="Varsel", body="Les.")
    mail.outbox.clear()
    send_all()
    assert {one.to[0] for one in mail.outbox} >= set(mailboxes)
    assert not Mail.objects.filter(key__contains="@").exists()


def test_one_mailbox_of_several_integrations_is_told_once(cast: Cast, send_all: Callable[[], int]) -> None:
    integrations = []
    for name in ("Brev", "Faktura"):
        journey = cast.journey(name)
        journey.roles()
        workflow.name_readers(journey.integration, by=cast.lead, member_ids=[], shared_mailbox=LONG + "x.example")
        integrations.append(journey.integration)
    workflow.send_notice(integrations, by=cast.staff, kind="job", title="Varsel", body="Les.")
    assert Mail.objects.filter(address=LONG + "x.example").count() == 1


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("recipient", [2**63 - 1, "a" * 64 + "@" + "b" * 189])
def test_the_longest_key_of_each_kind_fits(kind: MailKind, recipient: int | str) -> None:
    occasions = [f"event-{2**63 - 1}", str(2**63 - 1), "2026-W53", "2026-12-31"]
    if isinstance(recipient, int):
        occasions.append("f" * 32)  # of a code
    longest = max(len(mail_key(recipient, kind, occasion)) for occasion in occasions)
    assert longest <= Mail._meta.get_field("key").max_length  # type: ignore[operator]
