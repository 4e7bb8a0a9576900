"""One date, or one meeting, as a file: the same entry as in the calendar."""

from __future__ import annotations

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Meeting, Milestone
from tests.calendars.read_back import address_for, calendar_at, read
from tests.cast import Cast
from tests.made_once import made_once


@made_once
def planned(journey: Journey) -> Journey:
    journey.roles()
    journey.plan()
    journey.kickoff()
    return journey


def test_a_file_holds_the_entry_of_the_calendar(cast: Cast, planned: Journey) -> None:
    reference, meeting = planned.integration.reference, Meeting.objects.get()
    whole = calendar_at(address_for(cast.lead))
    for path, key in (("milestones/3/date.ics", "milestone-3"), (f"meetings/{meeting.pk}/meeting.ics", None)):
        answer = cast.client(cast.lead).get(f"/i/{reference}/{path}")
        found = read(answer.content)
        assert list(found) == [key or f"meeting-{meeting.pk}"]
        assert found.items() <= whole.items()
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Content-Disposition"] == f'attachment; filename="{reference}-{next(iter(found))}.ics"'


def test_the_pages_lead_to_them(cast: Cast, planned: Journey) -> None:
    address, meeting = f"/i/{planned.integration.reference}/", Meeting.objects.get()
    for who in (cast.lead, cast.staff, cast.contract):
        client = cast.client(who)
        assert f'{address}milestones/3/date.ics"' in client.get(f"{address}milestones/3/").content.decode()
        page = client.get(f"{address}meetings/{meeting.pk}/").content.decode()
        assert f'{address}meetings/{meeting.pk}/meeting.ics"' in page


def test_of_a_date_that_is_not_set_there_is_none(cast: Cast, planned: Journey) -> None:
    address = f"/i/{planned.integration.reference}/milestones/3/"
    Milestone.objects.filter(number=3).update(target_on=None)
    client = cast.client(cast.lead)
    assert client.get(f"{address}date.ics").status_code == 404
    assert "date.ics" not in client.get(address).content.decode()


def test_of_what_is_closed_there_is_none_ahead(cast: Cast, planned: Journey) -> None:
    workflow.close_integration(planned.integration, by=cast.staff, reason="Stanset")
    address = f"/i/{planned.integration.reference}/milestones/3/date.ics"
    assert cast.client(cast.lead).get(address).status_code == 404
