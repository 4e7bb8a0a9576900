"""Comments, beside the process: nothing of it moves by them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from milestones import workflow
from milestones.models import Comment
from tests.model.watched import Watched
from tests.model.what import STAFF, TEAM, by, whichever

THINGS = ("requirement-1.1", "requirement-item-1", "requirement-9.9", "milestone-2", "scenario-1", "deviation-1")
said = st.sampled_from(("Ja", "Kort og godt", "@Kari Prosjekt, ser du på denne?"))


class CommentRules(Watched):
    def comment(self, which: int) -> int:
        return self.pick(Comment.objects.filter(integration=self.integration), which)

    @rule(who=by(*TEAM, *STAFF), about=st.sampled_from(THINGS), text=said, internal=st.booleans())
    def add_comment(self, who: str, about: str, text: str, internal: bool) -> None:
        self.do(workflow.add_comment, who, about, text=text, internal=internal)

    @rule(who=by(*TEAM, *STAFF), which=whichever, text=said)
    def edit_comment(self, who: str, which: int, text: str) -> None:
        self.do(workflow.edit_comment, who, self.comment(which), text=text)

    @rule(who=by(*TEAM, *STAFF), which=whichever, reason=st.sampled_from(("", "Feil sted")))
    def delete_comment(self, who: str, which: int, reason: str) -> None:
        self.do(workflow.delete_comment, who, self.comment(which), reason=reason)
