"""An import, until it is confirmed: uploaded, its columns named, its cells corrected, proposed; then by somebody else.

One of Digipost's staff prepares it and another confirms it. Until then nothing is recorded about any integration;
afterwards `taking_in` does what it says, row by row. All of it is confirmed or nothing: one wrong cell stops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django_fsm import TransitionNotAllowed

from .. import clock, outbox, policy
from ..documents.names import shown_name
from ..imports import COLUMNS, Sheet, recognised
from ..imports.checking import Checked, Does, check
from ..models import Change, Import, ImportRow, ImportState, Member, RowState, User
from . import room
from .move import stale
from .once import adds

TAKES_IN = "milestones.tasks.take_in"
"""The task that a worker is told of."""
AT_A_TIME = 500
"""Rows that are written in one statement."""
KEPT_FOR_DAYS = 30
"""After which an import that nobody confirmed is discarded, and what its cells say forgotten."""


@adds()
@transaction.atomic
def upload_import(*, by: User, file_name: str, sheet: Sheet) -> Import:
    """Keep what a spreadsheet holds, with the columns that are recognised. ValidationError for too many a day."""
    policy.require_staff(by)
    refusal = _("%(most)s imports in 24 hours is the most. You can go on at %(when)s.")
    room.require_turn(Import.objects.filter(uploaded_by=by), "uploaded_at", room.IMPORTS_A_DAY, refusal)
    made = Import.objects.create(
        file_name=shown_name(file_name),
        heads=sheet.heads,
        columns=recognised(sheet.heads),
        uploaded_by=by,
        uploaded_at=clock.now(),
    )
    _keep_rows(made, sheet)
    return made


def replace_file(wanting: Import, *, by: User, file_name: str, sheet: Sheet, version: int | None = None) -> None:
    """Read the file anew, corrected elsewhere; columns that are called as before stay what they were.

    What was put right here goes with the rows that were here.
    """
    with _prepared(wanting, by, version) as draft:
        named = {head: key for head, key in reversed(list(zip(draft.heads, draft.columns, strict=True))) if head}
        draft.heads = sheet.heads
        draft.columns = _each_once(
            named.get(head, found) for head, found in zip(sheet.heads, recognised(sheet.heads), strict=True)
        )
        draft.file_name = shown_name(file_name)
        draft.rows.all().delete()
        _keep_rows(draft, sheet)


def name_columns(wanting: Import, columns: Sequence[str], *, by: User, version: int | None = None) -> None:
    """Say which of ours each column is ("" for none). Raises ValidationError for one that is named twice."""
    with _prepared(wanting, by, version) as draft:
        if len(columns) != len(draft.heads) or not set(columns) <= {"", *COLUMNS}:
            raise stale()
        twice = {key for key in columns if key and columns.count(key) > 1}
        if twice:
            told = _("Each of these can be one column only: %(labels)s.")
            raise ValidationError(told % {"labels": ", ".join(str(COLUMNS[key].label) for key in sorted(twice))})
        draft.columns = list(columns)
        _judge(draft)


def correct_cells(
    wanting: Import, corrected: Mapping[tuple[int, str], str], *, by: User, version: int | None = None
) -> None:
    """Put right what cells say, by line and column (one of ours). The others stay as they are."""
    with _prepared(wanting, by, version) as draft:
        places = _with_columns(draft, sorted({key for _line, key in corrected}))
        rows = {row.line: row for row in draft.rows.filter(line__in={line for line, _key in corrected})}
        for (line, key), text in corrected.items():
            if line not in rows or key not in places:
                raise stale()
            cells = rows[line].cells + [""] * (len(draft.columns) - len(rows[line].cells))
            cells[places[key]] = text
            rows[line].cells = cells
        ImportRow.objects.bulk_update(rows.values(), ["cells"], batch_size=AT_A_TIME)
        _judge(draft)


def propose_import(wanting: Import, *, by: User, version: int) -> None:
    """Hand it to somebody else to confirm. Raises ValidationError while a cell is wrong, or nothing would change.

    It is judged by what is recorded now, and that is kept also where it is refused: the page shows what is wrong.
    """
    with _prepared(wanting, by, version) as draft:
        _judge(draft)
        version = draft.version + 1
    with _prepared(wanting, by, version) as draft:
        _require_right(draft)
        _fire(draft, "propose", by)
        draft.proposed_at = clock.now()


def withdraw_import(wanting: Import, *, by: User) -> None:
    """Take it back, to go on with it."""
    with _changing(wanting) as proposed:
        policy.require_preparer(by, proposed.uploaded_by_id)
        _fire(proposed, "withdraw", by)


def confirm_import(wanting: Import, *, by: User, version: int) -> None:
    """Confirm what somebody else prepared; its rows are taken in from now on.

    `version` is the one that the page showed. It is judged anew first. Raises Forbidden for the one who prepared it,
    ValidationError if a cell has become wrong, or if they were on one of its integrations for the sender, Stale if it
    is no longer as the page showed it, or would do anything else by what was recorded since: the page then shows
    that, and is confirmed anew.
    """
    with _changing(wanting) as proposed:
        policy.require_confirmer(by, proposed.uploaded_by_id)
        if proposed.version != version or not proposed.is_proposed:
            raise stale()
        _require_no_side_of(proposed, by)
        differs = _judge(proposed)
    with _changing(wanting) as proposed:
        _require_right(proposed)
        if differs or proposed.version != version + 1:
            raise stale()
        _fire(proposed, "confirm", by)
        proposed.confirmed_by, proposed.confirmed_at = by, clock.now()
        hint_to_take_in()


def discard_import(wanting: Import, *, by: User, version: int) -> None:
    """Nothing of it is taken in, and what its cells say is forgotten. A draft is discarded by who prepares it."""
    with _changing(wanting) as unwanted:
        policy.require_staff(by)
        if unwanted.is_draft:
            policy.require_preparer(by, unwanted.uploaded_by_id)
        if unwanted.version != version:
            raise stale()
        _fire(unwanted, "discard", by)
        unwanted.rows.update(cells=[])


def try_again(wanting: Import, *, by: User) -> None:
    """Have the rows that were not taken in tried once more, by the one who confirmed them.

    Stale where there are none, or what they said has been forgotten.
    """
    with _changing(wanting) as confirmed:
        policy.require_confirmer(by, confirmed.uploaded_by_id)
        failed = confirmed.rows.filter(state=RowState.FAILED).exclude(cells=[])
        if confirmed.confirmed_by_id != by.pk or not failed.update(state=RowState.WAITING, told=""):
            raise stale()
        hint_to_take_in()


def hint_to_take_in() -> None:
    """Have a worker look on commit; without one, the next tick does."""
    transaction.on_commit(lambda: outbox.hint(TAKES_IN), robust=True)


def hint_if_rows_wait() -> None:
    """Tell a worker if rows of a confirmed import wait."""
    if Import.objects.under_way().exists():
        outbox.hint(TAKES_IN)


def discard_old_imports() -> int:
    """Nightly: what nobody has confirmed for KEPT_FOR_DAYS; and what rows say that were not taken in. How many."""
    before = clock.now() - KEPT_FOR_DAYS * room.A_DAY
    open_states = (ImportState.DRAFT, ImportState.PROPOSED)
    old = list(Import.objects.filter(state__in=open_states, uploaded_at__lt=before))
    for one in old:
        with _changing(one) as unwanted:
            if unwanted.state in open_states:
                unwanted.discard(by=unwanted.uploaded_by)
                unwanted.rows.update(cells=[])
    failed = ImportRow.objects.filter(state=RowState.FAILED, part_of__confirmed_at__lt=before)
    failed.exclude(cells=[]).update(cells=[])
    return len(old)


@contextmanager
def _changing(wanting: Import) -> Iterator[Import]:
    """The import, locked; what is changed in it is saved at the end, all of it or nothing."""
    with transaction.atomic():
        row = Import.objects.select_for_update(of=("self",)).select_related("uploaded_by").get(pk=wanting.pk)
        yield row
        row.version += 1
        row.save()


@contextmanager
def _prepared(wanting: Import, by: User, version: int | None = None) -> Iterator[Import]:
    """As `_changing`, for the one who prepares it. Stale if it is no draft any more, or not as the page showed it."""
    with _changing(wanting) as draft:
        policy.require_preparer(by, draft.uploaded_by_id)
        if not draft.is_draft or version not in (None, draft.version):
            raise stale()
        yield draft


def _fire(wanting: Import, transition: str, by: User) -> None:
    """Raises Stale from another state: somebody was first."""
    try:
        getattr(wanting, transition)(by=by)
    except TransitionNotAllowed as error:
        raise stale() from error


def _keep_rows(wanting: Import, sheet: Sheet) -> None:
    rows = (ImportRow(part_of=wanting, line=line, cells=cells) for line, cells in sheet.rows)
    ImportRow.objects.bulk_create(rows, batch_size=AT_A_TIME)
    _judge(wanting)


def _judge(wanting: Import) -> bool:
    """Store of each row what it does and how far it comes; and the sums. Returns whether anything is different."""
    does, differs = Does(), False
    for checked in _checked(wanting):
        row, now = checked.row, {"change": checked.change, "reaches": checked.reaches, "does": list(checked.does)}
        now["marks"] = checked.marks
        if any(getattr(row, name) != value for name, value in now.items()):
            wanting.rows.filter(pk=row.pk).update(**now)
            differs = True
        does = does.plus(checked.does)
    wanting.totals = does._asdict()
    wanting.save(update_fields=["columns", "totals"])
    return differs


def _checked(wanting: Import) -> Iterator[Checked]:
    """Its rows beside what is recorded now, whatever language whoever asks reads."""
    with override(settings.LANGUAGE_CODE):
        yield from check(wanting, wanting.rows.order_by("line").iterator(chunk_size=AT_A_TIME))


def _require_no_side_of(wanting: Import, by: User) -> None:
    """Raise ValidationError where `by`, who is to confirm it, was on one of its integrations for the sender."""
    theirs = set(Member.objects.filter(user=by, accepted_at__isnull=False).values_list("integration", flat=True))
    if not theirs:
        return
    found = {
        one.integration.reference for one in _checked(wanting) if one.integration and one.integration.pk in theirs
    }
    if found:
        told = _("You were on %(references)s for the sender. Somebody else must confirm it.")
        raise ValidationError(told % {"references": ", ".join(sorted(found))})


def _require_right(wanting: Import) -> None:
    """Raise ValidationError while a cell is wrong, or when nothing would change."""
    counts = dict(wanting.rows.values_list("change").annotate(Count("pk")).order_by())
    if wrong := counts.get(Change.WRONG):
        told = ngettext(
            "%(count)s row has errors. Nothing is imported until all are right.",
            "%(count)s rows have errors. Nothing is imported until all are right.",
            wrong,
        )
        raise ValidationError(told % {"count": wrong})
    if not counts.get(Change.NEW) and not counts.get(Change.CHANGED):
        raise ValidationError(_("Everything in the sheet is recorded already: there is nothing to import."))


def _each_once(keys: Iterable[str]) -> list[str]:
    """The same, without what comes again."""
    found: list[str] = []
    for key in keys:
        found.append("" if key in found else key)
    return found


def _with_columns(draft: Import, keys: Iterable[str]) -> dict[str, int]:
    """Where each of ours stands, with those added that the sheet does not have."""
    for key in keys:
        if key in COLUMNS and key not in draft.columns:
            draft.columns, draft.heads = [*draft.columns, key], [*draft.heads, ""]
    return {key: place for place, key in enumerate(draft.columns) if key}
