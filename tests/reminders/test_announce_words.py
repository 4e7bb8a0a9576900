"""The words of what is told at once: what it is about, where it is done, and no link but our own."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core import mail
from django.utils.translation import override

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import User
from milestones.process import REQUIREMENTS, Role
from tests.cast import Cast

Send = Callable[[], int]


def test_what_is_given_to_somebody_says_so_and_leads_to_where_it_is_done(
    cast: Cast, quiet: Journey, send_all: Send
) -> None:
    User.objects.update(language="en")
    here, integration = f"/i/{quiet.integration.reference}/", quiet.integration
    member = integration.members.get(user=cast.contract)
    workflow.set_roles(integration, member.pk, by=cast.manager, roles=[Role.CONTRACT_MANAGER, Role.TECHNICAL_LEAD])
    item = workflow.add_item(
        integration, by=cast.manager, milestone=1, title="Risk", description="", required=True,
        stands_on=Role.BUSINESS_OWNER,
    )  # fmt: skip
    deviation = workflow.open_deviation(
        integration, by=cast.manager, title="Queue", description="", handler=cast.lead.name, opened_on=today()
    )
    send_all()
    sent = {one.to[0]: one for one in mail.outbox if ": You are" in one.subject}
    for user, words, path in (
        (cast.contract, "You are now technical lead of this integration.", here),
        (cast.owner, "You are to tick off: Risk", f"{here}checklist/{item.key}/"),
        (cast.lead, "You are to handle this deviation: Queue", f"{here}deviations/{deviation.pk}/"),
    ):
        body = str(sent[user.email].body)
        assert body.startswith(words)
        assert f"http://localhost:8000{path}\n" in body
        assert cast.client(cast.staff).get(path).status_code == 200


def test_mails_name_what_they_are_about(cast: Cast, quiet: Journey, send_all: Send) -> None:
    quiet.pass_milestone(1)
    agreement = quiet.integration.agreements.current().get()
    workflow.withdraw_agreement(quiet.integration, agreement.pk, by=cast.contract, reason="New owner.")
    workflow.name_readers(quiet.integration, by=cast.lead, member_ids=[], shared_mailbox="vakt@fjordvik.example")
    workflow.send_notice([quiet.integration], by=cast.staff, kind="job", title="Varsel", body="Les.")
    workflow.invite(
        quiet.integration, by=cast.manager, name="Eva", email="eva@fjordvik.example", roles=[Role.TECHNICAL_LEAD]
    )
    User.objects.update(language="en")
    mail.outbox.clear()
    send_all()
    lapsed = next(one for one in mail.outbox if "no longer met" in one.subject)
    with override("en"):
        assert str(REQUIREMENTS["1.1"].title) in lapsed.subject
    notice = next(one for one in mail.outbox if one.to == ["vakt@fjordvik.example"])
    assert f"{quiet.integration.reference} Brev (Fjordvik kommune)" in notice.body
    assert not str(notice.body).rstrip().endswith("--")
    invited = next(one for one in mail.outbox if one.to == ["eva@fjordvik.example"])
    assert "Your role: Technical lead" in invited.body
    assert re.search(r"until \d+ [A-Z]\w+ 2026 \d\d:\d\d", str(invited.body))


def test_only_our_own_link_is_one(cast: Cast, quiet: Journey, send_all: Send) -> None:
    workflow.submit(quiet.integration, 1, by=cast.manager)
    reason = "Se https://evil.example/ og www.evil.example"
    workflow.return_milestone(quiet.integration, 1, by=cast.staff, reason=reason)
    mail.outbox.clear()
    send_all()
    letter = next(one for one in mail.outbox if "evil" in one.body)
    html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    links = re.findall(r'href="([^"]*)"', html)
    assert all(link.startswith("http://localhost:8000/") for link in links)
    assert any(link.endswith("/milestones/1/") for link in links)


def test_an_approval_says_what_comes_next_and_for_whom(cast: Cast, quiet: Journey, send_all: Send) -> None:
    User.objects.update(language="en")
    quiet.pass_milestone(1)
    send_all()
    [letter] = [one for one in mail.outbox if "is approved" in one.subject and one.to == [cast.lead.email]]
    assert "Next is milestone 2 " in letter.body
    assert "\n- Technical lead: " in letter.body
    assert f"/i/{quiet.integration.reference}/checklist/2.1/#" in letter.body
