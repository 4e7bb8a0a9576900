"""A demo story, moved through workflow so that its history is true."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.contrib.auth.hashers import make_password
from django.db import transaction

from .. import clock, workflow
from ..clock import today
from ..models import Mail, MailState, User
from ..process import (
    Accord,
    Outcome,
    Role,
    SenderKind,
    Service,
    ServiceChoice,
)
from .journey import Cast, Journey, bring_in

PASSWORD = "digipost-demo"  # noqa: S105  # nosec B105  # only ever in a demo database


_PEOPLE = (
    ("onboarding@digipost.example", "Ingrid Onboarding", True, "Digipost: onboarding"),
    ("onboarding2@digipost.example", "Jonas Oppfølging", True, "Digipost: onboarding, colleague"),
    ("admin@digipost.example", "Astrid Administrator", True, "Digipost: administrator"),
    ("prosjekt@fjordvik.example", "Kari Prosjekt", False, "Fjordvik kommune: project manager"),
    ("teknisk@fjordvik.example", "Terje Teknisk", False, "Fjordvik kommune: technical lead"),
    ("kontrakt@fjordvik.example", "Kirsten Kontrakt", False, "Fjordvik kommune: contract manager"),
    ("forretning@fjordvik.example", "Bjørn Forretning", False, "Fjordvik kommune: business owner"),
    ("innsyn@fjordvik.example", "Olga Observatør", False, "Fjordvik kommune: observer"),
    ("leder@sendsmart.example", "Sindre Sendsmart", False, "Sendsmart AS (partner): all roles"),
)


def people() -> Iterator[tuple[str, str, str]]:
    """(name, e-mail, what they do) of each demo person. All have the same password, beside a code by e-mail."""
    yield from ((name, email, does) for email, name, _is_staff, does in _PEOPLE)


def tell_if_empty() -> None:
    """Tell the story in a database where nobody exists yet; otherwise leave everything as it is."""
    if not User.objects.exists():
        _tell()


@transaction.atomic  # whoever stops it halfway begins anew
def _tell() -> None:
    users = {
        email: User.objects.create_user(email, name, is_staff=is_staff, is_superuser=email.startswith("admin@"))
        for email, name, is_staff, _does in _PEOPLE
    }
    User.objects.update(password=make_password(PASSWORD))  # computed once: it is slow by design
    ingrid, jonas = users["onboarding@digipost.example"], users["onboarding2@digipost.example"]
    fjordvik = Cast(
        ingrid,
        users["prosjekt@fjordvik.example"],
        users["teknisk@fjordvik.example"],
        users["kontrakt@fjordvik.example"],
        users["forretning@fjordvik.example"],
    )
    sindre = users["leder@sendsmart.example"]
    sendsmart = Cast(jonas, sindre, sindre, sindre, sindre)
    _first_steps(fjordvik, users["innsyn@fjordvik.example"])
    _waiting_for_approval(fjordvik)
    _a_failed_scenario(sendsmart)
    _in_operations(fjordvik, users["innsyn@fjordvik.example"])
    Mail.objects.update(state=MailState.DROPPED, error="Fra før demoen begynte.")  # weeks ago: no news to anybody


def _first_steps(cast: Cast, observer: User) -> None:
    """Begun a fortnight and a half ago: the sender's part is overdue, and two of them have not done theirs."""
    with clock.ago(26):
        journey = _begun(cast, observer)
    with clock.ago(20):
        journey.agreement(verify=False)
        decisions = {Service.PRINT.value: (ServiceChoice.USE, "Til mottakere som ikke er i Digipost")}
        workflow.decide_services(journey.integration, by=cast.owner, decisions=decisions)


def _begun(cast: Cast, observer: User) -> Journey:
    journey = Journey.begin(cast, "984661185", "Fjordvik kommune", "Brev fra saksbehandling")
    bring_in(journey.integration, observer, [Role.OBSERVER], by=cast.manager)
    journey.roles()
    return journey


def _waiting_for_approval(cast: Cast) -> None:
    """Submitted a week ago: Digipost has promised an answer before this."""
    with clock.ago(40):
        journey = Journey.begin(cast, "984661185", "Fjordvik kommune", "Kommunale fakturaer")
        journey.milestone_1()
    with clock.ago(7):
        journey.milestone_2_facts()
        workflow.submit(journey.integration, 2, by=cast.lead)


def _a_failed_scenario(cast: Cast) -> None:
    with clock.ago(80):
        journey = Journey.begin(
            cast, "974760673", "Sendsmart AS", "Sendsmart meldingsplattform", kind=SenderKind.PARTNER
        )
        journey.milestone_1()
        journey.milestone_2()
        journey.scenario_set()
        journey.target_dates(3, 5, 8, 10)
    journey.agree(Accord.PLAN)
    runs = list(journey.integration.scenarios.current())
    for scenario in runs[:-1]:
        workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=today(), outcome=Outcome.PASSED)
    workflow.record_run(
        journey.integration,
        runs[2].pk,
        by=cast.lead,
        ran_on=today(),
        outcome=Outcome.FAILED,
        note="Fikk treff på feil mottaker ved to like navn.",
    )
    workflow.add_follow_up(
        journey.integration, by=cast.manager, title="Avklare rutine for reservasjoner", description=""
    )
    workflow.set_contact(journey.integration, by=cast.staff, contact=None)  # any of the staff can step in


def _in_operations(cast: Cast, observer: User) -> None:
    """Launched a month ago; the certificate runs out within the week, and a notice is unread."""
    with clock.ago(30):
        journey = Journey.begin(cast, "984661185", "Fjordvik kommune", "Lønnsslipper")
        journey.to_operations()
    integration = journey.integration
    reader = bring_in(integration, observer, [Role.OBSERVER], by=cast.manager)
    workflow.name_readers(integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    workflow.record_certificate(integration, by=cast.lead, expires_on=today() + datetime.timedelta(days=7))
    workflow.send_notice(
        [integration],
        by=cast.staff,
        kind="downtime",
        title="Nedetid natt til søndag",
        body="Testmiljøet er nede mellom klokken 02 og 04.",
    )
