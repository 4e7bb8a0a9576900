"""Imports that say that things were done before: they open no way that the process does not have."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from milestones import workflow
from milestones.gates import CARRIED
from milestones.models import ImportRow, RowState
from tests.importing import ACCOUNTS, confirmed, done
from tests.model.watched import Watched
from tests.model.what import REFUSALS


class ImportRules(Watched):
    @rule(codes=st.sets(st.sampled_from(CARRIED), max_size=5))
    def carry_some_over(self, codes: set[str]) -> None:
        self._take_in(done(*sorted(codes)))

    @rule(milestone=st.integers(1, 5))
    def carry_all_over(self, milestone: int) -> None:
        """All of the milestones up to this one, as a spreadsheet of running integrations says it."""
        self._take_in(done(*(code for code in CARRIED if code[0].isdigit() and int(code[0]) <= milestone)) | ACCOUNTS)

    def _take_in(self, cells: dict[str, str]) -> None:
        """What is not taken in leaves the integration as it was, and says why."""
        before = self.seen
        try:
            wanting = confirmed(self.cast, {"reference": self.integration.reference} | cells)
        except REFUSALS:
            assert self.look()[2] == before[2]
            return
        workflow.take_in_some()
        row: ImportRow = wanting.rows.get()
        events, _rows, facts = self.look()
        if row.state == RowState.FAILED:
            assert (row.told != "", events, facts) == (True, before[0], before[2])
