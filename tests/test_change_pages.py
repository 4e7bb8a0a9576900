"""The pages of declared changes: what would be retested, what is, and where else it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.mails import composing
from milestones.mails.letter import NotDue
from milestones.models import CatalogueScenario, DeclaredChange, Mail, MailKind, User
from milestones.process import ChangeKind, Environment, Outcome, Phase, ServiceChoice
from milestones.workdays import add_working_days
from tests.cast import Cast, add_observer, fresh
from tests.confirming import confirm, told_by
from tests.made_once import made_once
from tests.query_counts import queries_at

SENT: dict[str, Any] = {"kind": "certificate", "description": "Sertifikatet byttes natt til 1. mars."}


@made_once
def launched(cast: Cast) -> Journey:
    """In operations, and read in English."""
    User.objects.update(language="en")
    journey = cast.journey()
    add_observer(journey, cast.observer)
    journey.to_operations()
    return journey


def home(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/"


def declare(journey: Journey, kind: str = "certificate") -> DeclaredChange:
    named: dict[str, Any] = {"kind": ChangeKind(kind), "description": f"Nytt: {kind}", "retest_by": today()}
    return workflow.declare_change(journey.integration, by=journey.cast.manager, **named)


def run(journey: Journey, code: str, outcome: Outcome = Outcome.PASSED) -> None:
    scenario = journey.integration.scenarios.current().get(code=code, environment=Environment.TEST)
    workflow.record_run(journey.integration, scenario.pk, by=journey.cast.lead, ran_on=today(), outcome=outcome)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("who", ["staff", "manager", "lead", "contract", "owner", "observer"])
def test_everybody_sees_what_each_kind_would_have_retested(cast: Cast, launched: Journey, who: str) -> None:
    page = shown(cast.client(getattr(cast, who)), f"{home(launched)}changes/")
    for summary in ("New certificate: 3 scenarios", "New service: 4 scenarios", "New supplier: 8 scenarios"):
        assert summary in page
    assert "T25 Certificate or key change" in page
    assert ("Declare a change" in page) == (who in ("manager", "lead"))


def test_before_operations_it_says_when(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    User.objects.update(language="en")
    manager = cast.client(cast.manager)
    assert "once the integration is in operations" in shown(manager, f"{home(journey)}changes/")
    assert manager.post(f"{home(journey)}changes/", SENT | {"retest_by": str(today())}).status_code == 409


def test_it_says_exactly_what_is_retested_before_anything_is_done(cast: Cast, launched: Journey) -> None:
    workflow.set_contact(launched.integration, by=cast.staff, contact=cast.staff)
    address, manager = f"{home(launched)}changes/", cast.client(cast.manager)
    form = manager.get(address).context["form"]
    assert form["retest_by"].value() == add_working_days(today(), 10)
    sent = SENT | {"retest_by": str(form["retest_by"].value())}
    asked = manager.post(address, sent)
    assert asked.context["effect"].told[1:] == (
        "T01 Signed connection",
        "T02 Wrong signature refused",
        "T25 Certificate or key change",
        "Production sending stays open.",
        "No milestone is reopened.",
        "Ingrid Onboarding is told by e-mail.",
    )
    assert told_by(asked).startswith("3 scenarios are retested in test, by ")
    assert not DeclaredChange.objects.exists()
    assert confirm(manager, address, sent, asked).status_code == 302
    change = DeclaredChange.objects.get()
    assert (change.kind, change.declared_by, change.description) == ("certificate", cast.manager, SENT["description"])
    assert fresh(launched.integration).phase == Phase.OPERATIONS


def test_if_the_set_changes_meanwhile_it_asks_again(cast: Cast, launched: Journey) -> None:
    address, manager = f"{home(launched)}changes/", cast.client(cast.manager)
    sent = SENT | {"retest_by": str(today())}
    asked = manager.post(address, sent)
    launched.integration.scenarios.filter(code="T02").update(required=False)
    again = confirm(manager, address, sent, asked)
    assert "2 scenarios" in told_by(again)
    assert not DeclaredChange.objects.exists()


def test_what_touches_nothing_says_so(cast: Cast, launched: Journey) -> None:
    launched.integration.scenarios.update(required=False)
    asked = cast.client(cast.lead).post(f"{home(launched)}changes/", SENT | {"retest_by": str(today())})
    assert "It touches no scenario of the test set" in told_by(asked)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Choose what changes"),
        ({"description": " "}, "Say briefly what is changed"),
        ({"retest_by": ""}, "Choose a date for the retest"),
        ({"retest_by": "2020-01-01"}, "The date cannot lie in the past."),
    ],
)
def test_what_is_wrong_is_said_by_its_field(cast: Cast, launched: Journey, wrong: dict[str, str], said: str) -> None:
    answer = cast.client(cast.lead).post(f"{home(launched)}changes/", SENT | {"retest_by": str(today())} | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_open_ones_show_how_far_they_have_come(cast: Cast, launched: Journey) -> None:
    change = declare(launched)
    run(launched, "T01")
    run(launched, "T02", Outcome.FAILED)
    for who in ("observer", "staff"):
        page = shown(cast.client(getattr(cast, who)), f"{home(launched)}changes/")
        assert f'id="change-{change.pk}"' in page
        assert "1 of 3 retested · to be retested by" in page
        for tag in ("Retested", "Failed", "Not retested"):
            assert f">{tag}</span>" in page
    launched.runs()
    page = shown(cast.client(cast.observer), f"{home(launched)}changes/")
    assert f'id="change-{change.pk}"' not in page
    assert "Earlier changes" in page
    assert "Terje Teknisk" in shown(cast.client(cast.observer), f"{home(launched)}changes/{change.pk}/")


def test_the_gates_link_leads_to_the_change(cast: Cast, launched: Journey) -> None:
    change = declare(launched)
    page = shown(cast.client(cast.lead), "/")
    assert f"{home(launched)}changes/#change-{change.pk}" in page
    assert "Retest after a change (new certificate): 3 left" in page


def test_withdrawing_asks_for_a_reason(cast: Cast, launched: Journey) -> None:
    change = declare(launched)
    lead, address = cast.client(cast.lead), f"{home(launched)}changes/{change.pk}/withdraw/"
    assert lead.post(address, {"reason": " "}).status_code == 422
    assert lead.post(address, {"reason": "Utsatt til høsten."}).status_code == 302
    page = shown(cast.client(cast.staff), f"{home(launched)}changes/{change.pk}/")
    assert "Utsatt til høsten." in page
    assert "Withdraw the change" not in page
    assert lead.post(address, {"reason": "Igjen"}).status_code == 409


def test_the_set_marks_what_is_to_be_retested_and_by_when(cast: Cast, launched: Journey) -> None:
    change = declare(launched)
    address = f"{home(launched)}scenarios/"
    link = f'href="{home(launched)}changes/{change.pk}/"'
    assert shown(cast.client(cast.lead), address).count(link) == 3
    assert "Retest by" in shown(cast.client(cast.staff), address)
    run(launched, "T01")
    assert shown(cast.client(cast.lead), address).count(link) == 2
    assert link not in shown(cast.client(cast.lead), f"{home(launched)}production-tests/")


def test_operations_lead_there(cast: Cast, launched: Journey) -> None:
    change = declare(launched)
    page = shown(cast.client(cast.observer), f"{home(launched)}operations/")
    assert f'href="{home(launched)}changes/"' in page
    assert f'href="{home(launched)}changes/{change.pk}/"' in page


def test_as_many_queries_for_many_as_for_one(cast: Cast, launched: Journey) -> None:
    paths = [f"{home(launched)}{page}/" for page in ("changes", "scenarios", "operations")]
    declare(launched)
    run(launched, "T01")
    before = [queries_at(cast.client(cast.staff), path) for path in paths]
    for kind in ("version", "interface", "service", "supplier"):
        declare(launched, kind)
        run(launched, "T07")
    assert [queries_at(cast.client(cast.staff), path) for path in paths] == before


# --- Services


def use(journey: Journey, **choices: ServiceChoice) -> None:
    journey.services(**choices)


def test_a_service_taken_into_use_is_a_change(cast: Cast, launched: Journey) -> None:
    address, link = f"{home(launched)}services/", f"{home(launched)}changes/?kind=service"
    owner, lead = cast.client(cast.owner), cast.client(cast.lead)
    said = "Taken into use in operations, and not declared as a change yet: print."
    assert said not in shown(owner, address)
    assert link in shown(owner, address)
    use(launched, print=ServiceChoice.USE)
    assert said in shown(owner, address)
    assert not DeclaredChange.objects.exists()
    assert 'value="service" id="form-kind_3" checked' in shown(lead, link).replace(' class="ds-input"', "")
    declare(launched, "service")
    assert said not in shown(owner, address)


def test_what_was_withdrawn_is_no_declaration(cast: Cast, launched: Journey) -> None:
    use(launched, print=ServiceChoice.USE)
    change = declare(launched, "service")
    workflow.withdraw_change(launched.integration, change.pk, by=cast.lead, reason="Feil dag.")
    assert "and not declared as a change yet" in shown(cast.client(cast.owner), f"{home(launched)}services/")
    use(launched, print=ServiceChoice.SKIP)
    assert "and not declared as a change yet" not in shown(cast.client(cast.owner), f"{home(launched)}services/")


def test_before_operations_a_service_is_no_change(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    use(journey, print=ServiceChoice.USE)
    assert "kind=service" not in shown(cast.client(cast.owner), f"{home(journey)}services/")


# --- The catalogue


def test_staff_say_what_a_change_touches(cast: Cast, launched: Journey) -> None:
    staff = cast.client(cast.staff)
    form = staff.get("/catalogue/T07/").context["form"].initial
    assert set(form["touched_by"]) == {"version", "interface", "service", "supplier"}
    sent = {name: "" if value is None else value for name, value in form.items()}
    assert staff.post("/catalogue/T07/", sent | {"touched_by": ["certificate"]}).status_code == 302
    assert CatalogueScenario.objects.in_force().get(code="T07").touched_by == ["certificate"]
    page = shown(staff, "/catalogue/T07/")
    assert "retested after: new certificate" in page
    assert "retested after: new version, new interface, new service, new supplier" in page
    answer = staff.post("/catalogue/T07/", sent | {"touched_by": ["weather"]})
    assert answer.status_code == 422


# --- The mail


def test_the_mail_says_what_is_retested_and_why_not(cast: Cast, launched: Journey) -> None:
    workflow.set_contact(launched.integration, by=cast.staff, contact=cast.staff)
    change = declare(launched)
    (declared,) = Mail.objects.filter(kind=MailKind.CHANGE)
    text = letter(declared)
    assert "Kari Prosjekt has declared a change: New certificate." in text
    assert "- T25 Certificate or key change" in text
    assert "Nytt: certificate" in text
    workflow.withdraw_change(launched.integration, change.pk, by=cast.manager, reason="Utsatt.")
    assert "endret" in letter(declared)  # why not, for staff
    assert "has withdrawn the declared change" in letter(Mail.objects.filter(kind=MailKind.CHANGE).latest("pk"))
    declare(launched)
    launched.runs()
    done = letter(Mail.objects.filter(kind=MailKind.CHANGE).latest("pk"))
    assert "All that the declared change touches has passed again: New certificate." in done


def letter(row: Mail) -> str:
    """The mail's text as it would be sent now, or why it would not."""
    fresh_row = Mail.objects.select_related("recipient", "event", "integration__organisation").get(pk=row.pk)
    done: Any = composing.compose([fresh_row], today())[row.pk]
    return str(done.because if isinstance(done, NotDue) else done.text)
