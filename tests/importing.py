"""Spreadsheets for tests, written in our own columns, and imports that are made of them."""

from __future__ import annotations

from milestones import clock, workflow
from milestones.imports import COLUMNS, Sheet
from milestones.models import CarriedOver, Import, ImportRow, ImportState, Integration, RowState, User
from milestones.process import REQUIREMENTS
from tests.cast import Cast

BEFORE = "1.3.2024"
"""A date on which everything that is carried over was met."""
WHO = {
    "number": "984 661 185",
    "organisation": "Posten Bring AS",
    "name": "Fakturaer",
    "project_manager_name": "Kari Prosjekt",
    "project_manager_email": "kari.prosjekt@posten.example",
    "contract_manager_name": "Kari Prosjekt",
    "contract_manager_email": "kari.prosjekt@posten.example",
    "business_owner_name": "Bjørn Eier",
    "business_owner_email": "bjorn.eier@posten.example",
    "technical_lead_name": "Terje Teknisk",
    "technical_lead_email": "terje.teknisk@posten.example",
}
"""A new integration that is known, and of which nothing is."""
ACCOUNTS = {"test_account": "1001", "production_account": "2002"}


def done(*codes: str) -> dict[str, str]:
    """Cells that say that these requirements were met before."""
    return {f"done_{code}": BEFORE for code in codes}


def done_up_to(milestone: int) -> dict[str, str]:
    """Cells that say that all of milestones 1 to `milestone` was done before."""
    codes = [code for code, one in REQUIREMENTS.items() if one.milestone and one.milestone <= milestone]
    return done(*(code for code in codes if f"done_{code}" in COLUMNS)) | ACCOUNTS


def sheet_of(*rows: dict[str, str]) -> Sheet:
    """A sheet with these rows, from line 2 on, and the columns that one of them has."""
    heads = [key for key in COLUMNS if any(key in row for row in rows)]
    return Sheet(heads, [(line, [row.get(key, "") for key in heads]) for line, row in enumerate(rows, 2)])


def uploaded(cast: Cast, *rows: dict[str, str]) -> Import:
    """An import that `cast.staff` prepares."""
    made = workflow.upload_import(by=cast.staff, file_name="regneark.xlsx", sheet=sheet_of(*rows))
    return Import.objects.get(pk=made.pk)


def proposed(cast: Cast, *rows: dict[str, str]) -> Import:
    draft = uploaded(cast, *rows)
    workflow.propose_import(draft, by=cast.staff, version=draft.version)
    return Import.objects.get(pk=draft.pk)


def confirmed(cast: Cast, *rows: dict[str, str]) -> Import:
    """Confirmed by `cast.other_staff`, and not taken in yet."""
    wanting = proposed(cast, *rows)
    workflow.confirm_import(wanting, by=cast.other_staff, version=wanting.version)
    return Import.objects.get(pk=wanting.pk)


def add_carried_over(integration: Integration) -> CarriedOver:
    """Something that was carried over once and no longer counts, with the import that it came by."""
    ingrid, jonas = User.objects.staff().order_by("pk")[:2]
    people = {"uploaded_by": ingrid, "confirmed_by": jonas}
    wanting = Import.objects.create(state=ImportState.CONFIRMED, file_name="a.csv", **people)
    row = ImportRow.objects.create(part_of=wanting, line=2, state=RowState.DONE, integration=integration)
    vouched = {"recorded_by": ingrid, "confirmed_by": jonas, "ended_at": clock.now(), "ended_because": "Ny avtale"}
    return CarriedOver.objects.create(
        integration=integration, code="D.1", on=clock.today(), source="Regneark", row=row, **vouched
    )


def taken_in(cast: Cast, *rows: dict[str, str]) -> list[Integration]:
    """What the rows became, in their order."""
    wanting = confirmed(cast, *rows)
    while workflow.take_in_some():
        pass
    assert list(wanting.rows.exclude(told="").values_list("line", "told")) == []
    pks = ImportRow.objects.filter(part_of=wanting).order_by("line").values_list("integration", flat=True)
    found = Integration.objects.with_records().in_bulk(list(pks))
    return [found[pk] for pk in pks if pk]
