"""How much there may be of each thing, what is said when it is full, and that pages stay quick at the limits."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.models import Member, Scenario, User, WaitingItem
from milestones.process import AgreementKind, Environment, Outcome, Role
from milestones.reminders import decide, why
from milestones.workflow import room
from tests.cast import Cast
from tests.made_once import made_once

Add = Callable[[Journey, str], object]


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    return journey


def invite(journey: Journey, name: str) -> object:
    return workflow.invite(
        journey.integration,
        by=journey.cast.manager,
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@x.example",
        roles=[Role.OBSERVER],
    )


def item(journey: Journey, name: str) -> object:
    return workflow.add_item(
        journey.integration, by=journey.cast.manager, milestone=1, title=name, description="", required=False,
        stands_on=Role.OBSERVER,
    )  # fmt: skip


def scenario(environment: Environment) -> Add:
    return lambda journey, name: workflow.add_scenario(
        journey.integration,
        by=journey.cast.lead,
        environment=environment,
        code=name.split()[-1],
        title=name,
        passes_when="Virker",
    )


def run(journey: Journey, name: str) -> object:
    row, _new = Scenario.objects.get_or_create(integration=journey.integration, code="E99", title="Ett")
    return workflow.record_run(
        journey.integration, row.pk, by=journey.cast.lead, ran_on=today(), outcome=Outcome.PASSED
    )


def follow_up(journey: Journey, name: str) -> object:
    return workflow.add_follow_up(journey.integration, by=journey.cast.lead, title=name, description="")


def meeting(journey: Journey, name: str) -> object:
    return workflow.record_meeting(
        journey.integration, by=journey.cast.lead, kind="other", held_on=today(), sender_people=name,
        digipost_people="", minutes="",
    )  # fmt: skip


def deviation(journey: Journey, name: str) -> object:
    return workflow.open_deviation(
        journey.integration, by=journey.cast.lead, title=name, description="", handler="Vakta", opened_on=today()
    )


def agreement(journey: Journey, name: str) -> object:
    return workflow.record_agreement(
        journey.integration, by=journey.cast.contract, kind=AgreementKind.TERMS, signatory=name, signed_on=today(),
        document=ContentFile(a_pdf(), "avtale.pdf"),
    )  # fmt: skip


def comment(journey: Journey, name: str) -> object:
    return workflow.add_comment(journey.integration, "milestone-1", by=journey.cast.lead, text=name)


KINDS: dict[str, tuple[str, Add]] = {
    "members": ("MEMBERS", invite),
    "people": ("PEOPLE", invite),
    "items": ("ITEMS", item),
    "scenarios": ("SCENARIOS", scenario(Environment.TEST)),
    "production scenarios": ("SCENARIOS", scenario(Environment.PRODUCTION)),
    "runs": ("RUNS", run),
    "follow-ups": ("FOLLOW_UPS", follow_up),
    "meetings": ("MEETINGS", meeting),
    "deviations": ("DEVIATIONS", deviation),
    "agreements": ("AGREEMENTS", agreement),
    "comments on a thing": ("COMMENTS", comment),
    "comments in a day": ("COMMENTS_A_DAY", comment),
}


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_room_up_to_the_limit(journey: Journey, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    limit, add = KINDS[kind]
    had = journey.integration.members.count() if add is invite else 0
    monkeypatch.setattr(room, limit, had + 2)
    add(journey, "Anne E01")
    add(journey, "Berit E02")
    with pytest.raises(ValidationError) as refused:
        add(journey, "Cato E03")
    assert str(had + 2) in refused.value.messages[0]


def test_what_is_removed_makes_room(cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SCENARIOS", 1)
    added: Any = scenario(Environment.TEST)(journey, "E01")
    workflow.remove_scenario(journey.integration, added.pk, by=cast.lead)
    scenario(Environment.TEST)(journey, "E02")


def test_the_form_says_so_and_a_button_too(cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FOLLOW_UPS", 0)
    monkeypatch.setattr(room, "SCENARIOS", 0)
    address = f"/i/{journey.integration.reference}/"
    manager = cast.client(cast.manager)
    answer = manager.post(f"{address}follow-ups/", {"title": "Omhyggelig skrevet"})
    assert answer.status_code == 422
    assert "Omhyggelig skrevet" in answer.content.decode()
    journey.solution()
    assert manager.post(f"{address}scenarios/basic/").status_code == 409
    assert not journey.integration.scenarios.exists()


# --- Invitations in a day


def test_an_account_and_an_integration_send_so_many_invitations_a_day(cast: Cast, settings: Any) -> None:
    settings.INVITATIONS_A_DAY = 2
    start = timezone.now() + datetime.timedelta(days=2)  # what the story sent is long ago
    here, there = cast.journey("Her"), cast.journey("Der")
    with time_machine.travel(start, tick=False):
        invite(here, "Anne")
    with time_machine.travel(start + datetime.timedelta(hours=1), tick=False):
        invite(there, "Berit")
        with pytest.raises(ValidationError) as refused:
            invite(here, "Cato")
        again = timezone.localtime(start + room.A_DAY)
        assert f"{again:%H:%M}" in refused.value.messages[0]
        member = Member.objects.get(name="Anne")
        with pytest.raises(ValidationError):
            workflow.resend_invitation(here.integration, member.pk, by=cast.manager)
        workflow.resend_invitation(here.integration, member.pk, by=cast.staff)  # not counted for themselves
        with pytest.raises(ValidationError):  # but the integration has sent its two
            workflow.resend_invitation(here.integration, member.pk, by=cast.staff)
    with time_machine.travel(start + room.A_DAY + datetime.timedelta(seconds=1), tick=False):
        invite(here, "Dina")
    assert not User.objects.filter(email="cato@x.example").exists()


# --- At the limits


def fill(journey: Journey, count: int) -> None:
    """So many required scenarios that were never run, as next moves."""
    Scenario.objects.bulk_create(
        Scenario(integration=journey.integration, code=f"E{n:04}", title=f"Scenario {n}", passes_when="Virker")
        for n in range(count)
    )
    WaitingItem.objects.filter(integration=journey.integration).delete()
    WaitingItem.objects.bulk_create(
        WaitingItem(
            integration=journey.integration, position=n, code="3.1", reason="scenario_not_run",
            role=Role.TECHNICAL_LEAD, where="scenarios", params=[["scenario", f"E{n:04} Scenario"]],
        )
        for n in range(count)
    )  # fmt: skip


def test_why_asks_once_for_what_is_answered_alike(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand scenarios cost as many questions as two: the page took twelve seconds for three thousand."""
    asked: list[object] = []
    urgency_of = decide.urgency_of

    def counted(*args: Any) -> Any:
        asked.append(args)
        return urgency_of(*args)

    monkeypatch.setattr(decide, "urgency_of", counted)

    def questions(count: int) -> int:
        asked.clear()
        Scenario.objects.all().delete()
        fill(journey, count)
        verdicts = why.verdicts(journey.integration, cast.lead, timezone.now())
        assert len([one for one in verdicts if one.code == "3.1"]) == 1
        return len(asked)

    assert questions(1000) == questions(2)
