"""Chromium: a spreadsheet of 200 integrations with 14 planted errors is read, corrected, confirmed and taken in."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser
from stdnum.no import orgnr

from milestones import workflow
from milestones.models import CarriedOver, Import, ImportState, Integration, User
from milestones.process import Phase
from tests.browser.person import Person
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 200
DAY = datetime.datetime(2024, 3, 1)
HEADS = ["Kunde", "Orgnr", "System", "Leder", "Leders epost", "Teknisk", "Teknisk epost", "Saksbehandler",
         "Testkonto", "Prodkonto", "1.1 Avtale", "1.2 Roller", "1.3 Tjenester", "1.4 Konto", "2.1", "2.2 Oppstart",
         "2.3", "3.1 Tester", "3.2", "3.3 Prod åpnet", "Lansering planlagt", "Merknad"]  # fmt: skip
"""Columns of somebody's own: some are recognised, for others it is said what they are."""
OURS = {
    "Leder": "project_manager_name",
    "Leders epost": "project_manager_email",
    "Teknisk": "technical_lead_name",
    "Teknisk epost": "technical_lead_email",
    "Testkonto": "test_account",
    "Prodkonto": "production_account",
    "Lansering planlagt": "target_5",
}
PLANTED: dict[tuple[int, str], tuple[Any, str]] = {
    (10, "Orgnr"): ("98466118", "984 661 185"),
    (20, "Orgnr"): ("", "974 760 673"),
    (30, "Kunde"): ("", "Åsgård kommune"),
    (40, "System"): ("", "Lønnsslipper"),
    (50, "Leders epost"): ("kari.posten.example", "kari@posten.example"),
    (60, "Leder"): ("", "Kari Nordmann"),
    (70, "Teknisk epost"): ("terje@", "terje@posten.example"),
    (80, "Saksbehandler"): ("sluttet@digipost.example", "jonas@digipost.example"),
    (90, "1.1 Avtale"): ("ja", "1. mars 2024"),
    (100, "1.3 Tjenester"): ("31.02.2024", "29.02.24"),
    (110, "2.2 Oppstart"): (datetime.datetime(2099, 1, 1), "1/3-24"),
    (121, "Testkonto"): ("T-12", "1 012"),
    (130, "Lansering planlagt"): ("til sommeren", "1.6.2027"),
    (140, "3.2"): (DAY, ""),  # approved, where nothing has been tested
}
"""By row and column: what is wrong there, and what is typed in its place."""
REACHES = {0: Phase.MILESTONE_1, 1: Phase.MILESTONE_2, 2: Phase.MILESTONE_3, 3: Phase.MILESTONE_4}


def row_of(number: int) -> list[Any]:
    """A row of its own organisation; one in four has done nothing, one milestone 1, and so on."""
    base = f"{81000000 + number}"
    check = next((str(digit) for digit in range(10) if orgnr.is_valid(f"{base}{digit}")), None)
    number_of = int(base + check) if check else 984661185
    values: dict[str, Any] = {
        "Kunde": f"Ærlige Ørje og Åsane AS {number}", "Orgnr": number_of, "System": f"System {number}",
        "Leder": "Kari Nordmann", "Leders epost": f"kari{number}@posten.example",
        "Teknisk": "Terje Teknisk", "Teknisk epost": f"terje{number}@posten.example",
    }  # fmt: skip
    reached = number % 4
    if reached:
        values |= {head: DAY for head in HEADS if head[:2] in [f"{one}." for one in range(1, reached + 1)]}
        values |= {"Testkonto": 1000 + number, "Prodkonto": 5000 + number}
    return [PLANTED.get((number, head), (values.get(head, ""),))[0] for head in HEADS]


def spreadsheet() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Integrasjoner mot Digipost, oppdatert i dag"])
    sheet.append(HEADS)
    for number in range(3, ROWS + 3):  # as the sheet counts them
        sheet.append(row_of(number))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def arrives(browser: Browser, live_server: Any, user: User) -> Person:
    person = Person(browser, live_server.url)
    person.come_in(user)
    return person


@pytest.mark.turn(2, of=3)  # the other two are in test_walk.py
def test_two_hundred_come_in(browser: Browser, live_server: Any, cast: Cast) -> None:
    ingrid = arrives(browser, live_server, cast.staff)
    ingrid.go("/imports/")
    ingrid.attach("Spreadsheet", "integrasjoner.xlsx", spreadsheet())
    ingrid.press("Read the file")
    ingrid.sees(f"Errors ({ROWS})")  # nobody has said yet who is the project manager: that part is open
    for head, key in OURS.items():
        ingrid.page.get_by_label(head, exact=True).select_option(key)
    ingrid.press("Save the columns")
    ingrid.sees(f"Errors ({len(PLANTED)})")
    for (line, head), (_wrong, right) in PLANTED.items():
        letters = chr(ord("A") + HEADS.index(head))
        ingrid.page.get_by_label(f"{letters}{line} ").fill(right)
    ingrid.press("Save the cells")
    ingrid.sees("Errors (0)")
    ingrid.press("Send for confirmation")
    assert not Integration.objects.exists()

    jonas = arrives(browser, live_server, cast.other_staff)
    jonas.go("/approvals/")
    jonas.follow(jonas.page.get_by_role("link", name="1 import waits"))
    jonas.follow(jonas.page.get_by_role("link", name="integrasjoner.xlsx"))
    jonas.sees(f"{ROWS} integrations are new.")
    jonas.press("Confirm the import")
    while workflow.take_in_some():  # as a worker does
        pass
    jonas.go(f"/imports/{Import.objects.get().pk}/")
    jonas.sees(f"{ROWS} of {ROWS} rows are taken in")
    by_phase = {phase: Integration.objects.filter(phase=phase).count() for phase in REACHES.values()}
    assert by_phase == dict.fromkeys(REACHES.values(), ROWS // 4)
    assert Integration.objects.get(name="System 80").onboarding_contact == cast.other_staff
    assert set(CarriedOver.objects.values_list("recorded_by", "confirmed_by")) == {
        (cast.staff.pk, cast.other_staff.pk)
    }
    assert Import.objects.get().state == ImportState.CONFIRMED
    jonas.follow(jonas.page.locator("#under-way li a").first)
    jonas.sees("System 3")
