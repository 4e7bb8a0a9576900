"""The pages of imports: who may, what is told where, and that a stale page confirms nothing."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from milestones import workflow
from milestones.imports import COLUMNS
from milestones.models import Import, ImportState, Integration, RowState
from tests.addresses.table import CALLERS
from tests.cast import Cast
from tests.importing import WHO, confirmed, done, done_up_to, proposed, uploaded

pytestmark = pytest.mark.django_db
ACTS = ("file", "columns", "cells", "propose", "withdraw", "confirm", "discard", "again")


def csv_of(*rows: dict[str, str]) -> SimpleUploadedFile:
    heads = [key for key in COLUMNS if any(key in row for row in rows)]
    lines = [heads, *([row.get(key, "") for key in heads] for row in rows)]
    return SimpleUploadedFile("våre.csv", "\r\n".join(";".join(line) for line in lines).encode("cp1252"))


def page_of(cast: Cast, wanting: Import, who: str = "staff") -> str:
    return str(cast.client(getattr(cast, who)).get(f"/imports/{wanting.pk}/").content.decode())


def press(cast: Cast, wanting: Import, act: str, who: str = "staff", **data: Any) -> int:
    """As the page shows it now, unless `seen` says otherwise."""
    data = {"seen": now(wanting).version} | data
    return int(cast.client(getattr(cast, who)).post(f"/imports/{wanting.pk}/{act}/", data).status_code)


def now(wanting: Import) -> Import:
    return Import.objects.get(pk=wanting.pk)


@pytest.mark.parametrize("who", [*CALLERS, "stranger"])
def test_they_are_for_staff(cast: Cast, who: str) -> None:
    wanting = uploaded(cast, WHO)
    client, allowed = cast.client(getattr(cast, who)), CALLERS.get(who) == "S"
    for path in ("/imports/", f"/imports/{wanting.pk}/", "/imports/template/xlsx/", "/imports/template/csv/"):
        assert client.get(path).status_code == (200 if allowed else 403), path
    assert client.post("/imports/", {"sheet": csv_of(WHO)}).status_code == (302 if allowed else 403)
    if not allowed:
        assert {client.post(f"/imports/{wanting.pk}/{act}/").status_code for act in ACTS} == {403}
    assert now(wanting).state == ImportState.DRAFT


def test_one_that_is_not_there_is_404(cast: Cast) -> None:
    client = cast.client(cast.staff)
    assert client.get(f"/imports/{10**18}/").status_code == 404
    assert client.post("/imports/1/anything/").status_code == 404


def test_what_others_prepare_is_not_changed(cast: Cast) -> None:
    draft = uploaded(cast, WHO)
    for act in ("file", "columns", "cells", "propose"):
        data: dict[str, Any] = {"sheet": csv_of(WHO)} if act == "file" else {"seen": draft.version}
        assert press(cast, draft, act, "other_staff", **data) == 403, act
    waiting = proposed(cast, WHO)
    assert press(cast, waiting, "withdraw", "other_staff") == 403
    assert press(cast, waiting, "confirm", "staff", seen=waiting.version) == 403
    assert "Bekreft importen" not in page_of(cast, waiting)
    assert "Bekreft importen" in page_of(cast, waiting, "other_staff")


def test_a_file_is_uploaded_and_what_is_wrong_with_one_is_told(cast: Cast) -> None:
    client = cast.client(cast.staff)
    answer = client.post("/imports/", {"sheet": SimpleUploadedFile("a.pdf", b"%PDF-1.7\0")})
    assert (answer.status_code, "Dette er ikke et regneark" in answer.content.decode()) == (422, True)
    assert client.post("/imports/", {}).status_code == 422
    assert not Import.objects.exists()
    assert client.post("/imports/", {"sheet": csv_of(WHO, WHO | {"name": "Ærlig"})}).status_code == 302
    assert [row.cells[2] for row in Import.objects.get().rows.all()] == ["Fakturaer", "Ærlig"]
    assert "våre.csv" in client.get("/imports/").content.decode()


def test_the_template_has_every_column(cast: Cast) -> None:
    content = cast.client(cast.staff).get("/imports/template/xlsx/").getvalue()
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [str(one.label) for one in COLUMNS.values()]


def test_a_wrong_cell_is_told_by_its_address_and_put_right(cast: Cast) -> None:
    draft = uploaded(cast, WHO, WHO | {"name": "Brev", "number": "123"} | done("1.1"))
    text = page_of(cast, draft)
    assert re.search(r"A3\s+Organisasjonsnummer", text)
    assert 'value="123"' in text
    assert press(cast, draft, "propose", seen=draft.version) == 302
    assert now(draft).is_draft
    assert press(cast, draft, "cells", **{"cell-3-number": "12\x07"}) == 422
    assert press(cast, draft, "cells", **{"cell-3-number": "984 661 185"}) == 302
    assert "Celler som må rettes" not in page_of(cast, draft)
    assert press(cast, draft, "propose", seen=now(draft).version) == 302
    assert now(draft).is_proposed


def test_a_value_for_which_the_sheet_has_no_column_is_typed_too(cast: Cast) -> None:
    draft = uploaded(cast, {key: cell for key, cell in WHO.items() if key != "organisation"})
    assert press(cast, draft, "cells", **{"cell-2-organisation": "Posten Bring AS"}) == 302
    assert not draft.rows.filter(change="wrong").exists()


def test_own_columns_are_named(cast: Cast) -> None:
    client = cast.client(cast.staff)
    text = "Hvem;Nummer;Hva;Leder;Epost\nPosten;984661185;Fakturaer;Kari;kari@a.no\n"
    client.post("/imports/", {"sheet": SimpleUploadedFile("a.csv", text.encode())})
    draft = Import.objects.get()
    ours = ["organisation", "number", "name", "project_manager_name", "project_manager_email"]
    twice = {f"column-{place}": "name" for place in range(5)}
    assert press(cast, draft, "columns", **twice) == 422
    assert press(cast, draft, "columns", **{f"column-{place}": key for place, key in enumerate(ours)}) == 302
    assert (now(draft).columns, draft.rows.get().change) == (ours, "new")
    corrected = SimpleUploadedFile("b.csv", text.replace("Fakturaer", "Brev").encode())
    assert press(cast, draft, "file", sheet=corrected) == 302
    assert (now(draft).columns, draft.rows.get().cells[2]) == (ours, "Brev")


def test_an_old_page_reads_no_file_over_what_was_put_right_since(cast: Cast) -> None:
    draft = uploaded(cast, WHO)
    seen = draft.version
    press(cast, draft, "cells", **{"cell-2-name": "Brev"})
    assert press(cast, draft, "file", sheet=csv_of(WHO), seen=seen) == 422
    assert draft.rows.get().cells[now(draft).columns.index("name")] == "Brev"


def test_cells_that_are_sent_after_it_was_proposed_are_told_so(cast: Cast) -> None:
    """The page has no form any more in which they could stand."""
    waiting = proposed(cast, WHO)
    assert press(cast, waiting, "cells", **{"cell-2-name": "Brev"}) == 409
    assert press(cast, waiting, "columns", **{"column-0": ""}) == 409
    assert waiting.rows.get().cells[waiting.columns.index("name")] == "Fakturaer"


def test_a_stale_page_confirms_nothing(cast: Cast) -> None:
    """It was taken back, changed and sent again since it was shown."""
    waiting = proposed(cast, WHO)
    seen = waiting.version
    press(cast, waiting, "withdraw")
    press(cast, waiting, "propose", seen=now(waiting).version)
    assert press(cast, waiting, "confirm", "other_staff", seen=seen) == 409
    assert press(cast, waiting, "confirm", "other_staff", seen="") == 409
    assert now(waiting).is_proposed
    assert press(cast, waiting, "confirm", "other_staff", seen=now(waiting).version) == 302
    assert press(cast, waiting, "confirm", "other_staff", seen=now(waiting).version) == 409
    assert press(cast, waiting, "discard") == 409


def test_what_has_become_wrong_since_is_not_confirmed(cast: Cast) -> None:
    journey = cast.journey("Brev")
    waiting = proposed(cast, {"reference": journey.integration.reference} | done("1.1"))
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Hviler")
    assert press(cast, waiting, "confirm", "other_staff", seen=waiting.version) == 302
    assert now(waiting).is_proposed
    assert "1 rad har feil" in page_of(cast, waiting, "other_staff")
    assert press(cast, waiting, "withdraw") == 302
    assert "Celler som må rettes" in page_of(cast, waiting)


def test_whoever_confirms_reads_what_it_does_and_what_each_row_says(cast: Cast) -> None:
    waiting = proposed(cast, WHO | done_up_to(3), WHO | {"name": "Brev"})
    text = page_of(cast, waiting, "other_staff")
    for sentence in (
        "2 integrasjoner er nye",
        "3 milepæler blir godkjent av deg",
        "Sending i produksjon registreres som åpnet for 1 integrasjon",
        "6 invitasjoner sendes på e-post",
        "terje.teknisk@posten.example",
    ):
        assert sentence in text


def test_progress_is_shown_and_what_failed_is_tried_again(cast: Cast) -> None:
    wanting = confirmed(cast, WHO, WHO | {"name": "Brev"})
    assert "0 av 2 rader er importert" in page_of(cast, wanting)
    wanting.rows.filter(line=3).update(state=RowState.FAILED, told="BOFA-482 er avsluttet.")
    workflow.take_in_some()
    text = page_of(cast, wanting, "other_staff")
    assert "1 av 2 rader er importert" in text
    assert "BOFA-482 er avsluttet." in text
    assert press(cast, wanting, "again") == 403
    assert press(cast, wanting, "again", "other_staff") == 302
    workflow.take_in_some()
    assert (wanting.rows.filter(state=RowState.DONE).count(), Integration.objects.count()) == (2, 2)


@pytest.mark.parametrize("path", ["/", "/approvals/"])
def test_staff_are_told_where_they_work_of_what_they_can_confirm(cast: Cast, path: str) -> None:
    proposed(cast, WHO)
    told = "1 import venter på at noen andre bekrefter"
    people = ("staff", "other_staff", "lead")
    assert [who for who in people if told in cast.client(getattr(cast, who)).get(path).content.decode()] == [
        "other_staff"
    ]


def test_what_is_discarded_is_forgotten(cast: Cast) -> None:
    draft = uploaded(cast, WHO)
    assert press(cast, draft, "discard", "other_staff") == 403
    assert press(cast, draft, "discard", seen=draft.version + 1) == 409
    assert press(cast, draft, "discard") == 302
    assert (now(draft).state, draft.rows.get().cells) == (ImportState.DISCARDED, [])
    assert cast.client(cast.staff).get(f"/imports/{draft.pk}/").status_code == 200


def test_what_was_carried_over_is_marked_wherever_it_shows(cast: Cast) -> None:
    wanting = confirmed(cast, WHO | done_up_to(1) | {"source": "Arket fra 2024"})
    workflow.take_in_some()
    found = wanting.rows.get().integration
    assert found is not None
    for page in ("milestones/1/", "agreement/", "report/"):
        text = cast.client(cast.staff).get(f"/i/{found.reference}/{page}").content.decode()
        assert "Overført" in text, page
        assert "Arket fra 2024" in text, page


def test_columns_that_are_not_taken_along_are_named_to_both(cast: Cast) -> None:
    text = "number;organisation;name;project_manager_name;project_manager_email;Ferdig?\n"
    text += "984661185;Posten;Fakturaer;Kari;kari@a.no;ja\n"
    cast.client(cast.staff).post("/imports/", {"sheet": SimpleUploadedFile("a.csv", text.encode())})
    draft = Import.objects.get()
    assert "Én kolonne tas ikke med: Ferdig?" in page_of(cast, draft)
    press(cast, draft, "propose")
    assert "Én kolonne tas ikke med: Ferdig?" in page_of(cast, draft, "other_staff")


def test_a_wrong_cell_says_to_whom_cannot_see_what_is_wrong(cast: Cast) -> None:
    page = page_of(cast, uploaded(cast, WHO | {"number": "1"}))
    [field] = re.findall(r"<input[^>]*name=.cell-2-number.[^>]*>", page)
    [described] = re.findall(r'aria-describedby="([^"]+)"', field)
    assert f'id="{described}"' in page
    assert 'aria-invalid="true"' in field
