"""Ways around the process that somebody thought of, each tried and found shut."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import Http404
from django.test import Client
from django.utils import timezone

from milestones import demo, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, Integration, Notice, NoticeReceipt, Organisation, User
from milestones.policy import Forbidden
from milestones.process import REQUIREMENTS, Accord, AgreementKind, Environment, Outcome, Role, Service, ServiceChoice
from tests.cast import Cast, fresh, reasons

YESTERDAY = datetime.timedelta(days=1)


@pytest.fixture
def journey(cast: Cast) -> Journey:
    return cast.journey()


def add_item(journey: Journey, by: User, stands_on: Role = Role.TECHNICAL_LEAD) -> int:
    item = workflow.add_item(
        journey.integration, by=by, milestone=1, title="Eget", description="", required=True, stands_on=stands_on
    )
    return item.pk


def test_the_sender_cannot_remove_what_digipost_requires(cast: Cast, journey: Journey) -> None:
    item = add_item(journey, cast.staff)
    with pytest.raises(Forbidden):
        workflow.remove_item(journey.integration, item, by=cast.manager, reason="Trengs ikke.")
    User.objects.filter(pk=cast.staff.pk).update(is_staff=False)  # who required it has left Digipost since
    with pytest.raises(Forbidden):
        workflow.remove_item(journey.integration, item, by=cast.manager, reason="Trengs ikke.")
    workflow.remove_item(journey.integration, item, by=cast.other_staff, reason="Trengs ikke.")


def test_nothing_is_removed_from_what_waits_for_approval(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    item = workflow.add_item(
        journey.integration, by=cast.manager, milestone=1, title="Ved behov", description="", required=False,
        stands_on=Role.TECHNICAL_LEAD,
    )  # fmt: skip
    workflow.submit(journey.integration, 1, by=cast.manager)
    with pytest.raises(ValidationError):
        workflow.remove_item(journey.integration, item.pk, by=cast.manager, reason="Trengs ikke.")


def test_an_approver_approves_what_the_page_showed(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2_facts()
    workflow.submit(journey.integration, 2, by=cast.manager)
    seen = workflow.version_of(journey.integration)
    meeting = journey.integration.meetings.get()
    workflow.record_meeting(
        journey.integration, by=cast.lead, kind="kickoff", held_on=today(), sender_people="Kari",
        digipost_people="Ingrid", minutes=".", meeting_id=meeting.pk,
    )  # fmt: skip
    with pytest.raises(workflow.Stale):
        workflow.approve(journey.integration, 2, by=cast.staff, seen=seen)
    changed = Event.objects.filter(kind=EventKind.MEETING_CHANGED).order_by("pk")
    assert [(event.subject.split()[-1], event.from_value, event.to_value) for event in changed] == [
        ("sender_people", meeting.sender_people, "Kari"),
        ("digipost_people", meeting.digipost_people, "Ingrid"),
        ("minutes", meeting.minutes, "."),
    ]


def test_an_approver_who_is_late_learns_what_has_gone(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    address = f"/i/{journey.integration.reference}/milestones/1/"
    seen = {"seen": workflow.version_of(journey.integration)}
    lead = journey.integration.members.get(user=cast.lead)
    workflow.remove(journey.integration, lead.pk, by=cast.manager)
    answer = cast.client(cast.staff).post(f"{address}approve/", seen)
    assert answer.status_code == 409
    assert [unmet.reason for unmet in answer.context["unmet"]] == ["role_vacant"]
    assert answer.content.decode().count(f'href="{address}"') == 2  # in the stepper, and to go on to


def test_late_for_the_tests_and_for_production_too(cast: Cast, journey: Journey) -> None:
    for number in (1, 2):
        getattr(journey, f"milestone_{number}")()
    seen = workflow.version_of(journey.integration)
    for action in (workflow.record_verification, workflow.enable_production):
        workflow.add_follow_up(journey.integration, by=cast.manager, title="Nytt", description="")
        with pytest.raises(workflow.GateClosed):
            action(journey.integration, by=cast.staff, seen=seen)


def test_a_basic_scenario_cannot_be_had_in_other_words(cast: Cast, journey: Journey) -> None:
    journey.roles()
    own = {"environment": Environment.TEST, "code": "T01", "title": "Ingenting", "passes_when": "Alltid"}
    with pytest.raises(ValidationError) as refused:
        workflow.add_scenario(journey.integration, by=cast.lead, **own)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == ["code"]


@pytest.mark.parametrize("environment", Environment)
def test_an_own_scenario_has_no_id_of_the_catalogues_kind(
    cast: Cast, journey: Journey, environment: Environment
) -> None:
    """Not even a free one: the catalogue may come to have it, and the gate would take the one for the other."""
    journey.roles()
    own: dict[str, Any] = {"title": "Ingenting", "passes_when": "Alltid"}
    with pytest.raises(ValidationError) as refused:
        workflow.add_scenario(journey.integration, by=cast.lead, environment=environment, code="T99", **own)
    assert list(refused.value.message_dict) == ["code"]
    with pytest.raises(ValidationError):
        workflow.edit_catalogue(
            by=cast.staff, code="E01", interface="both", condition="always", expected_id=None, **own
        )


def test_a_second_press_sends_a_notice_once(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    form = {"kind": "job", "audience": "open", "title": "Varsel", "body": "Les."}
    staff = cast.client(cast.staff)
    assert [staff.post("/notices/", form).status_code for _ in range(2)] == [302, 409]
    assert Notice.objects.count() == 1
    assert staff.post("/notices/", {**form, "title": "Et annet"}).status_code == 302
    one = {**form, "audience": "one", "reference": cast.neighbour().integration.reference}
    assert staff.post("/notices/", one).status_code == 302
    assert cast.client(cast.other_staff).post("/notices/", form).status_code == 302
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2)):
        assert staff.post("/notices/", form).status_code == 302


def test_a_second_press_creates_an_integration_once_and_shows_it(cast: Cast) -> None:
    form = {"route": "direct", "number": "984661185", "organisation": "Fjordvik", "sender_kind": "sender"}
    manager = cast.client(cast.manager)
    answers = [manager.post("/integrations/new/", {**form, "name": "Brev"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    (first,) = Integration.objects.all()
    assert f'href="/i/{first.reference}/"' in answers[1].content.decode()
    assert manager.post("/integrations/new/", {**form, "name": "Fakturaer"}).status_code == 302


def test_the_latest_run_counts_and_not_the_latest_typed(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    scenario = journey.integration.scenarios.current().first()
    assert scenario is not None
    run = {"by": cast.lead, "outcome": Outcome.FAILED}
    workflow.record_run(journey.integration, scenario.pk, **run, ran_on=today())  # type: ignore[arg-type]
    run["outcome"] = Outcome.PASSED
    workflow.record_run(journey.integration, scenario.pk, **run, ran_on=today() - YESTERDAY)  # type: ignore[arg-type]
    assert reasons(journey.integration, "3.1") == ["scenario_failed"]
    with pytest.raises(ValidationError):
        workflow.record_run(journey.integration, scenario.pk, **run, ran_on=today() + YESTERDAY)  # type: ignore[arg-type]


def test_nothing_ran_in_production_before_it_was_opened(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    journey.production_scope()
    scenario = journey.integration.scenarios.current().get(environment=Environment.PRODUCTION)
    with pytest.raises(ValidationError):
        workflow.record_run(
            journey.integration, scenario.pk, by=cast.lead, ran_on=today() - YESTERDAY, outcome=Outcome.PASSED
        )


def test_a_notice_is_not_read_by_naming_another_reader(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    name = workflow.name_readers
    reader = journey.integration.members.get(user=cast.owner)
    name(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Varsel", body="Les.")
    assert reasons(journey.integration, "D.2") == ["notice_unread"]
    name(journey.integration, by=cast.lead, member_ids=[], shared_mailbox="post@fjordvik.example")
    assert reasons(journey.integration, "D.2") == ["notice_unread"]
    left = NoticeReceipt.objects.unread().get()
    workflow.read_notice(journey.integration, left.pk, by=cast.lead)
    assert reasons(journey.integration, "D.2") == []


def test_an_old_page_does_not_open_what_a_colleague_closed(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    seen = workflow.version_of(journey.integration)
    workflow.close_production(journey.integration, by=cast.other_staff, reason="Feil mottakere.")
    with pytest.raises(workflow.Stale):
        workflow.enable_production(journey.integration, by=cast.staff, seen=seen)
    workflow.withdraw_verification(journey.integration, by=cast.other_staff, reason="Feil.")
    with pytest.raises(workflow.Stale):
        workflow.record_verification(journey.integration, by=cast.staff, seen=seen)


def test_another_production_account_is_opened_anew(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    workflow.record_accounts(
        journey.integration, by=cast.staff, test_account_id="500123", production_account_id="700999"
    )
    assert reasons(journey.integration, "3.3") == ["production_closed", "details_not_passed"]


def test_who_lost_their_rights_meanwhile_cannot_use_them(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    before = User.objects.get(pk=cast.staff.pk)
    User.objects.filter(pk=cast.staff.pk).update(is_staff=False)
    with pytest.raises(Http404):
        workflow.approve(journey.integration, 1, by=before)
    User.objects.filter(pk=cast.staff.pk).update(is_staff=True, is_active=False)
    with pytest.raises(Http404):
        workflow.approve(journey.integration, 1, by=before)
    assert journey.integration.milestones.get(number=1).state == "submitted"


@pytest.mark.parametrize("lost", [{"is_active": False}, {"is_staff": True}])
def test_a_role_is_not_held_by_who_cannot_act(cast: Cast, journey: Journey, lost: dict[str, bool]) -> None:
    journey.milestone_1_facts()
    User.objects.filter(pk__in=[cast.contract.pk, cast.owner.pk, cast.lead.pk]).update(**lost)
    assert reasons(journey.integration, "1.2") == ["role_vacant"] * 3


def test_nobody_acts_for_both_sides_by_changing_sides(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.solution()
    journey.agreement(verify=False)
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    version = journey.integration.accords.get(subject=Accord.SCENARIOS).version
    workflow.agree(journey.integration, Accord.SCENARIOS, by=cast.lead, version=version)
    for turncoat in (cast.contract, cast.lead):
        member = journey.integration.members.current().get(user=turncoat)
        workflow.remove(journey.integration, member.pk, by=cast.manager)
        User.objects.filter(pk=turncoat.pk).update(is_staff=True)
    agreement = journey.integration.agreements.current().get()
    with pytest.raises(Forbidden):
        workflow.verify_agreement(journey.integration, agreement.pk, by=cast.contract)
    with pytest.raises(Forbidden):
        workflow.agree(journey.integration, Accord.SCENARIOS, by=cast.lead, version=version)


def changes_sides(turncoat: User, journey: Journey) -> None:
    member = journey.integration.members.current().get(user=turncoat)
    workflow.remove(journey.integration, member.pk, by=journey.cast.manager)
    User.objects.filter(pk=turncoat.pk).update(is_staff=True)


def test_who_ran_the_tests_does_not_approve_them_after_changing_sides(cast: Cast, journey: Journey) -> None:
    for number in (1, 2):
        getattr(journey, f"milestone_{number}")()
    journey.scenario_set()
    journey.runs()
    demo.bring_in(journey.integration, cast.stranger, [Role.TECHNICAL_LEAD], by=cast.manager)
    changes_sides(cast.lead, journey)
    assert reasons(journey.integration, "3.1") == []
    with pytest.raises(Forbidden):
        workflow.record_verification(journey.integration, by=cast.lead)
    workflow.record_verification(journey.integration, by=cast.staff)


def test_who_proposed_a_deferral_does_not_accept_it_after_changing_sides(cast: Cast, journey: Journey) -> None:
    journey.roles()
    item = workflow.add_follow_up(journey.integration, by=cast.lead, title="Reservasjoner", description="")
    terms: dict[str, Any] = {"deferred_to": "Terje", "deferred_until": today()}
    workflow.propose_deferral(journey.integration, item.pk, by=cast.lead, **terms)
    changes_sides(cast.lead, journey)
    for action in (workflow.accept_deferral, workflow.propose_deferral):
        with pytest.raises(Forbidden):
            action(journey.integration, item.pk, by=cast.lead, **terms)
    workflow.accept_deferral(journey.integration, item.pk, by=cast.staff, **terms)


def test_an_old_page_does_not_confirm_another_date_than_was_proposed_since(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3, 4):
        getattr(journey, f"milestone_{number}")()
    address = f"/i/{journey.integration.reference}/launch/"
    owner = cast.client(cast.owner)
    was = owner.get(address).context["date"]["was"].value()
    workflow.propose_launch_date(journey.integration, by=cast.manager, launch_on=today() + 30 * YESTERDAY)
    answer = owner.post(f"{address}date/", {"launch_on": str(today()), "was": was})
    assert answer.status_code == 422
    assert not fresh(journey.integration).launch.date_confirmed_by


def test_what_is_launched_keeps_its_date(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3, 4):
        getattr(journey, f"milestone_{number}")()
    with pytest.raises(ValidationError):
        workflow.propose_launch_date(journey.integration, by=cast.manager, launch_on=today() - YESTERDAY)
    journey.milestone_5_facts()
    for action, who in ((workflow.propose_launch_date, cast.manager), (workflow.confirm_launch_date, cast.owner)):
        with pytest.raises(workflow.Stale):
            action(journey.integration, by=who, launch_on=today() + YESTERDAY)
    assert reasons(journey.integration, "5.0") == []
    page = cast.client(cast.owner).get(f"/i/{journey.integration.reference}/launch/").content.decode()
    assert "/launch/date/" not in page


@pytest.mark.parametrize("wrong", [{"signed_on": today() + YESTERDAY}, {"signatory": " "}])
def test_an_agreement_is_signed_by_somebody_and_not_tomorrow(
    cast: Cast, journey: Journey, wrong: dict[str, Any]
) -> None:
    journey.roles()
    signed: dict[str, Any] = {"kind": AgreementKind.TERMS, "signatory": "Kari", "signed_on": today()}
    with pytest.raises(ValidationError) as refused:
        workflow.record_agreement(
            journey.integration, by=cast.contract, document=ContentFile(demo.a_pdf(), "a.pdf"), **signed | wrong
        )
    assert list(refused.value.message_dict) == list(wrong)


def test_an_exception_does_not_end_before_it_begins(cast: Cast, journey: Journey) -> None:
    with pytest.raises(ValidationError) as refused:
        workflow.grant_exception(journey.integration, "1.3", by=cast.staff, reason="Avtalt", until=today() - YESTERDAY)
    assert list(refused.value.message_dict) == ["until"]


def test_what_needs_a_document_is_not_checked_off_without(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REQUIREMENTS, "2.1", replace(REQUIREMENTS["2.1"], needs_document=True))
    journey.roles()
    with pytest.raises(ValidationError) as refused:
        journey.confirm("2.1")
    assert list(refused.value.message_dict) == ["document"]
    workflow.confirm(
        journey.integration, "2.1", by=cast.lead, confirmed_on=today(), document=ContentFile(demo.a_pdf(), "a.pdf")
    )
    assert reasons(journey.integration, "2.1") == []


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("page", "field", "rest"),
    [
        ("plan", "milestone_2", {"version": "1"}),
        ("meetings", "held_on", {"kind": "other"}),
        ("operations/certificate", "expires_on", {}),
    ],
)
def test_a_year_makes_sense(
    cast: Cast, journey: Journey, page: str, field: str, rest: dict[str, str], day: str
) -> None:
    answer = cast.client(cast.manager).post(f"/i/{journey.integration.reference}/{page}/", {field: day, **rest})
    assert answer.status_code == 422
    (form,) = (one for one in (answer.context.get("form"), answer.context.get("certificate")) if one and one.is_bound)
    assert list(form.errors) == [field]


def test_an_integration_keeps_a_project_manager(cast: Cast, journey: Journey) -> None:
    member = journey.integration.members.get(user=cast.manager)
    with pytest.raises(ValidationError):
        workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    address = f"/i/{journey.integration.reference}/people/{member.pk}/remove/"
    assert cast.client(cast.manager).post(address).status_code == 409
    workflow.invite(
        journey.integration, by=cast.manager, name="Ny", email="ny@x.example", roles=[Role.PROJECT_MANAGER]
    )
    with pytest.raises(ValidationError):  # who has not come in yet could put nothing right
        workflow.remove(journey.integration, member.pk, by=cast.manager)
    demo.accept_all(journey.integration)
    workflow.remove(journey.integration, member.pk, by=cast.manager)


def test_an_address_is_one_person_whatever_its_letters(cast: Cast, journey: Journey) -> None:
    for email in ("kari@ås.example", "kari@ÅS.example"):
        neighbour = journey if email.islower() else cast.neighbour()
        workflow.invite(neighbour.integration, by=neighbour.cast.manager, name="Kari", email=email, roles=[])
    assert User.objects.filter(email="kari@ås.example").count() == 1


def test_a_name_tells_nobody_that_an_organisation_is_here(cast: Cast, journey: Journey) -> None:
    answer = cast.client(cast.stranger).post(
        "/integrations/new/",
        {
            "route": "direct",
            "number": "984661185",
            "organisation": "Hva som helst",
            "sender_kind": "sender",
            "name": "Brev",
        },
    )
    assert answer.status_code == 302
    created = Integration.objects.latest("pk")
    assert created.organisation.name == "Hva som helst"
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Fjordvik kommune", "Hva som helst"}


@pytest.mark.parametrize(
    ("test", "production", "field"),
    [
        ("984661185", "", "test_account_id"),
        ("", "984661185", "production_account_id"),
        ("500123", "500123", "production_account_id"),
    ],
)
def test_an_account_id_is_its_own(cast: Cast, journey: Journey, test: str, production: str, field: str) -> None:
    journey.roles()
    journey.agreement()
    answer = cast.client(cast.staff).post(
        f"/i/{journey.integration.reference}/accounts/",
        {"test_account_id": test, "production_account_id": production},
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_an_old_form_does_not_undo_what_was_decided_since(cast: Cast, journey: Journey) -> None:
    journey.roles()
    owner = cast.client(cast.owner)
    address = f"/i/{journey.integration.reference}/services/"
    was = owner.get(address).context["form"]["was"].value()
    journey.services(sms=ServiceChoice.SKIP)
    old = {service.value: "use" for service in Service} | {f"{service.value}_note": "Ja" for service in Service}
    answer = owner.post(address, {**old, "was": was})
    assert answer.status_code == 422
    assert journey.integration.service_decisions.get(service="sms").choice == "skip"
    now = answer.context["form"]["was"].value()
    assert owner.post(address, {**old, "was": now}).status_code == 302


def test_a_decision_to_use_a_service_says_how(cast: Cast, journey: Journey) -> None:
    journey.roles()
    answer = cast.client(cast.owner).post(f"/i/{journey.integration.reference}/services/", {"sms": "later"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["sms_note"]


def test_what_the_system_concludes_is_not_put_on_a_person(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    scenario = journey.integration.scenarios.current().first()
    assert scenario is not None
    workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=today(), outcome=Outcome.FAILED)
    assert Event.objects.get(kind=EventKind.VERIFICATION_WITHDRAWN).actor is None
    assert not fresh(journey.integration).verification.stands


def test_a_form_from_before_signing_out_gives_back_what_was_typed(cast: Cast, journey: Journey) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.manager)
    answer = strict.post(f"/i/{journey.integration.reference}/follow-ups/", {"title": "Langt og omhyggelig skrevet"})
    assert answer.status_code == 403
    assert "Langt og omhyggelig skrevet" in answer.content.decode()
