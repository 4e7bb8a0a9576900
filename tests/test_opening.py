"""3.3: production is opened, with the details that the sender needs or before them."""

from __future__ import annotations

import pytest
from lxml import html

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Accounts, Event, EventKind
from tests.cast import Cast
from tests.confirming import post_and_confirm, told_by

DETAILS = "Adressen står i dokumentasjonen."


@pytest.fixture
def tested(cast: Cast, journey: Journey) -> Journey:
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    journey.approve_tests()
    return journey


def at(journey: Journey, more: str = "") -> str:
    return f"/i/{journey.integration.reference}/production/{more}"


def seen(journey: Journey) -> dict[str, str]:
    return {"seen": workflow.version_of(journey.integration)}


def accounts_of(journey: Journey) -> Accounts:
    return Accounts.objects.get(integration=journey.integration)


def was(cast: Cast, journey: Journey) -> dict[str, str]:
    """What the opening form says of itself: what stood in it."""
    form = cast.client(cast.staff).get(at(journey)).context["opening"]
    return {"was": form["was"].value()}


def passed_on(journey: Journey) -> int:
    return Event.objects.filter(integration=journey.integration, kind=EventKind.DETAILS_PASSED).count()


def test_the_details_go_along(cast: Cast, tested: Journey) -> None:
    staff = cast.client(cast.staff)
    asked = staff.post(at(tested, "enable/"), seen(tested) | {"details": DETAILS})
    assert DETAILS in asked.content.decode()
    assert not accounts_of(tested).production_enabled
    assert post_and_confirm(staff, at(tested, "enable/"), seen(tested) | {"details": DETAILS}).status_code == 302
    accounts = accounts_of(tested)
    assert (accounts.production_enabled, accounts.details, accounts.details_passed_by) == (True, DETAILS, cast.staff)
    assert passed_on(tested) == 1


def test_they_can_follow(cast: Cast, tested: Journey) -> None:
    staff = cast.client(cast.staff)
    assert post_and_confirm(staff, at(tested, "enable/"), seen(tested)).status_code == 302
    assert passed_on(tested) == 0
    assert staff.post(at(tested, "details/"), {"details": DETAILS}).status_code == 302
    assert passed_on(tested) == 1


def test_the_same_details_are_not_passed_on_again(cast: Cast, tested: Journey) -> None:
    """Where production was closed and is opened anew, the sender's receipt for them stands."""
    workflow.open_production(tested.integration, by=cast.staff, details=DETAILS)
    workflow.acknowledge_details(tested.integration, by=cast.lead)
    workflow.close_production(tested.integration, by=cast.staff, reason="Feil konto")
    workflow.open_production(tested.integration, by=cast.staff, details=DETAILS)
    assert passed_on(tested) == 1
    assert accounts_of(tested).details_acknowledged_by == cast.lead
    workflow.close_production(tested.integration, by=cast.staff, reason="Feil konto")
    workflow.open_production(tested.integration, by=cast.staff, details="Andre opplysninger")
    assert passed_on(tested) == 2
    assert accounts_of(tested).details_acknowledged_by is None


def test_details_that_were_passed_on_are_not_emptied(cast: Cast, tested: Journey) -> None:
    workflow.pass_details(tested.integration, by=cast.staff, details=DETAILS)
    answer = cast.client(cast.staff).post(at(tested, "enable/"), seen(tested) | was(cast, tested))
    assert (answer.status_code, set(answer.context["opening"].errors)) == (422, {"details"})
    assert not accounts_of(tested).production_enabled


def test_details_of_a_former_account_are_not_passed_on(cast: Cast, tested: Journey) -> None:
    workflow.pass_details(tested.integration, by=cast.staff, details=DETAILS)
    workflow.record_accounts(
        tested.integration, by=cast.staff, test_account_id="500123", production_account_id="999888"
    )
    staff = cast.client(cast.staff)
    assert staff.get(at(tested)).context["opening"]["details"].value() == ""
    assert post_and_confirm(staff, at(tested, "enable/"), seen(tested) | was(cast, tested)).status_code == 302
    assert accounts_of(tested).production_enabled
    assert accounts_of(tested).details_passed_at is None


def test_they_are_corrected_while_production_is_closed(cast: Cast, tested: Journey) -> None:
    staff = cast.client(cast.staff)
    page = staff.get(at(tested))
    assert all(page.context[slot] for slot in ("opening", "details"))
    assert staff.post(at(tested, "details/"), {"details": DETAILS}).status_code == 302
    assert (accounts_of(tested).details, accounts_of(tested).production_enabled) == (DETAILS, False)


def test_what_is_confirmed_says_whether_details_go_along(cast: Cast, tested: Journey) -> None:
    staff, page = cast.client(cast.staff), at(tested, "enable/")
    alone = told_by(staff.post(page, seen(tested)))
    along = told_by(staff.post(page, seen(tested) | {"details": DETAILS}))
    workflow.pass_details(tested.integration, by=cast.staff, details=DETAILS)
    before = told_by(staff.post(page, seen(tested) | was(cast, tested) | {"details": DETAILS}))
    changed = told_by(staff.post(page, seen(tested) | was(cast, tested) | {"details": f"{DETAILS} Ny port."}))
    assert len({alone, along, before}) == 3
    assert changed == along


def test_only_details_that_were_shown_are_acknowledged(cast: Cast, tested: Journey) -> None:
    """On the page of production and in place: others were passed on meanwhile."""
    workflow.open_production(tested.integration, by=cast.staff, details=DETAILS)
    lead = cast.client(cast.lead)
    for page in (at(tested), f"/i/{tested.integration.reference}/"):
        shown = html.fromstring(lead.get(page).content)
        (form,) = shown.xpath("//form[contains(@action, 'acknowledge')]")
        workflow.pass_details(tested.integration, by=cast.staff, details=f"{DETAILS} Nye for {page}")
        assert lead.post(form.get("action"), dict(form.form_values())).status_code == 409
    assert accounts_of(tested).details_acknowledged_at is None


def test_details_that_are_too_long_open_nothing_and_are_kept(cast: Cast, tested: Journey) -> None:
    answer = cast.client(cast.staff).post(at(tested, "enable/"), seen(tested) | {"details": "å" * 5001})
    assert answer.status_code == 422
    assert set(answer.context["opening"].errors) == {"details"}
    assert "å" * 5001 in answer.content.decode()
    assert not accounts_of(tested).production_enabled
