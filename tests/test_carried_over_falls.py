"""What was carried over falls when something newer contradicts it, for good, with an event; and later gates close."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from milestones import clock, gates, workflow
from milestones.demo import a_pdf
from milestones.models import CarriedOver, EventKind, Integration
from milestones.process import AgreementKind, Environment, Outcome, Role
from milestones.workflow.carrying import carry_over
from tests.cast import Cast, facts_now, reasons
from tests.importing import WHO, done, done_up_to, proposed, taken_in
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@made_once
def running(cast: Cast) -> Integration:
    """In operations, by an import; its people have come in."""
    people = {
        "project_manager": cast.manager,
        "contract_manager": cast.contract,
        "business_owner": cast.owner,
        "technical_lead": cast.lead,
    }
    named = {f"{role}_name": person.name for role, person in people.items()}
    named |= {f"{role}_email": person.email for role, person in people.items()}
    [integration] = taken_in(cast, WHO | named | done_up_to(5))
    integration.members.update(accepted_at=clock.now())
    return integration


def stands(integration: Integration, code: str) -> bool:
    return CarriedOver.objects.current().filter(integration=integration, code=code).exists()


def a_required_scenario(cast: Cast, integration: Integration) -> None:
    workflow.add_scenario(
        integration, by=cast.lead, environment=Environment.TEST, code="E01", title="Eget", passes_when="Virker"
    )


def a_failing_run_in_production(cast: Cast, integration: Integration) -> None:
    scenario = workflow.add_scenario(
        integration, by=cast.lead, environment=Environment.PRODUCTION, code="P01", title="Et brev", passes_when="Fram"
    )
    workflow.record_run(integration, scenario.pk, by=cast.lead, ran_on=clock.today(), outcome=Outcome.FAILED)


def a_role_that_ends(cast: Cast, integration: Integration) -> None:
    owner = integration.members.get(user=cast.owner)
    workflow.remove_member(integration, owner.pk, by=cast.manager)


def an_agreement_that_is_withdrawn(cast: Cast, integration: Integration) -> None:
    document = ContentFile(a_pdf(), "avtale.pdf")
    made = workflow.record_agreement(
        integration, by=cast.contract, kind=AgreementKind.TERMS, signatory="Kari", signed_on=clock.today(),
        document=document,
    )  # fmt: skip
    workflow.withdraw_agreement(integration, made.pk, by=cast.contract, reason="Feil fil")


def production_that_is_closed(cast: Cast, integration: Integration) -> None:
    workflow.close_production(integration, by=cast.staff, reason="Feil på brevene")


def a_check_that_is_withdrawn(cast: Cast, integration: Integration) -> None:
    workflow.confirm(integration, "2.1", by=cast.lead, confirmed_on=clock.today())
    workflow.unconfirm(integration, "2.1", by=cast.lead)


@pytest.mark.parametrize(
    ("happens", "codes"),
    [
        (a_required_scenario, {"3.1", "3.2"}),
        (a_failing_run_in_production, {"4.1"}),
        (a_role_that_ends, set()),  # 1.2 was met by the people whom the row names, and was not carried over
        (an_agreement_that_is_withdrawn, {"1.1"}),
        (production_that_is_closed, {"3.3"}),
        (a_check_that_is_withdrawn, {"2.1"}),
    ],
)
def test_it_falls(
    cast: Cast, running: Integration, happens: Callable[[Cast, Integration], None], codes: set[str]
) -> None:
    before = {fact.code for fact in CarriedOver.objects.current()}
    happens(cast, running)
    assert before - {fact.code for fact in CarriedOver.objects.current()} == codes
    told = running.events.filter(kind=EventKind.CARRIED_OVER_ENDED)
    assert {event.subject for event in told} == codes
    assert all(event.reason and event.actor is None for event in told)
    assert {unmet.code for unmet in gates.gate(5, facts_now(running))} == codes | (
        {"1.2"} if happens is a_role_that_ends else set()
    )


def test_it_does_not_come_back_when_the_contradiction_goes(cast: Cast, running: Integration) -> None:
    a_required_scenario(cast, running)
    scenario = running.scenarios.get(code="E01")
    workflow.record_run(running, scenario.pk, by=cast.lead, ran_on=clock.today(), outcome=Outcome.PASSED)
    assert not stands(running, "3.2")
    assert "3.2" in {unmet.code for unmet in gates.gate(3, facts_now(running))}


def test_a_role_that_was_carried_over_and_held_falls_when_it_ends(cast: Cast) -> None:
    """Where the row names nobody for a role, 1.2 is carried over: until somebody held it and left."""
    row = {key: cell for key, cell in WHO.items() if not key.startswith("business_owner")}
    [integration] = taken_in(cast, row | done_up_to(1))
    assert stands(integration, "1.2")
    member = workflow.invite(
        integration, by=cast.staff, name="Eier", email="eier@posten.example", roles=[Role.BUSINESS_OWNER]
    )
    assert stands(integration, "1.2")
    workflow.set_roles(integration, member.pk, by=cast.staff, roles=[])
    assert not stands(integration, "1.2")


def test_nothing_is_carried_over_by_an_import_that_nobody_confirmed(cast: Cast) -> None:
    row = proposed(cast, WHO | done_up_to(1)).rows.get()
    journey = cast.journey("Brev")
    with pytest.raises(workflow.Stale):
        carry_over(journey.integration, {"1.1": clock.today()}, by=cast.staff, row=row, source="Regneark")


def test_the_database_wants_two_people(cast: Cast, running: Integration) -> None:
    fact = CarriedOver.objects.current().latest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        CarriedOver.objects.filter(pk=fact.pk).update(confirmed_by=fact.recorded_by)


def test_who_reads_notices_is_as_recorded_once_it_was_recorded(cast: Cast) -> None:
    """D.2 was carried over; a reader is named, who then leaves: nobody reads any more."""
    [integration] = taken_in(cast, WHO | done_up_to(5) | done("D.2"))
    assert reasons(integration, "D.2") == []
    lead, owner = (integration.members.get(user__name=name) for name in ("Terje Teknisk", "Bjørn Eier"))
    integration.members.update(accepted_at=clock.now())
    workflow.name_readers(integration, by=lead.user, member_ids=[owner.pk], shared_mailbox="")
    workflow.remove_member(integration, owner.pk, by=cast.staff)
    assert reasons(integration, "D.2") == ["reader_missing"]
