"""Any action, by anyone, in any order: hypothesis drives `milestones.workflow`, looking for a way around the process.

`Process` holds a rule for each public function of workflow, and a few that go ahead faster: late stages are seen too
(tests/model/, a room a part of the process).
After each step everything in `Watched` must be true; what is refused must have changed nothing. Each example runs in a
savepoint of its own, on integrations that were brought to their stages once, see `Stages`.

`make test-long` looks for longer.
"""

from __future__ import annotations

import os
from functools import partial

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import Phase as HypothesisPhase
from hypothesis.stateful import run_state_machine_as_test

from milestones import snapshots, workflow
from milestones.models import CatalogueScenario, Notice
from tests.amounts import STORIES
from tests.cast import Cast
from tests.model.beginning import AgreementRules, ChecklistRules, IntakeRules, PeopleRules, PlanRules
from tests.model.carrying import ImportRules
from tests.model.machines import ResultRules
from tests.model.moving import Ahead, MilestoneRules
from tests.model.operating import ChangeRules, FollowUpRules, LaunchRules, OperationsRules
from tests.model.talking import CommentRules
from tests.model.testing import ScenarioRules, VerificationRules
from tests.model.watched import Stages

BATCH = 10
"""From the eleventh on, hypothesis makes most examples by doubling parts of others: it makes ten at a time."""


class Process(
    Ahead,
    MilestoneRules,
    IntakeRules,
    PeopleRules,
    AgreementRules,
    ChecklistRules,
    PlanRules,
    ScenarioRules,
    VerificationRules,
    LaunchRules,
    FollowUpRules,
    OperationsRules,
    ChangeRules,
    CommentRules,
    ImportRules,
    ResultRules,
):
    """Everything that anybody can try."""


for number in range(6):  # a rule that has several names is chosen as many times as often
    setattr(Process, f"onward_{number}", Ahead.onward)
    setattr(Process, f"judge_{number}", Ahead.judge)
    setattr(Process, f"undermine_{number}", Ahead.undermine)
for number in range(2):
    setattr(Process, f"carry_all_over_{number}", ImportRules.carry_all_over)
    setattr(Process, f"declare_change_{number}", ChangeRules.declare_change)
    setattr(Process, f"retest_{number}", ChangeRules.retest)


def test_no_way_around_the_process(cast: Cast) -> None:
    stages = Stages(cast)
    how = settings(
        max_examples=BATCH,
        stateful_step_count=40,
        deadline=None,
        derandomize="CI" in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[HypothesisPhase.generate, HypothesisPhase.shrink],
    )
    for number in range(STORIES // BATCH):
        machine = partial(Process, stages)
        if how.derandomize:
            machine = seed(number)(machine)
        run_state_machine_as_test(machine, settings=how)  # type: ignore[arg-type]


def test_every_action_is_tried() -> None:
    actions = {name for name in workflow.__all__ if callable(getattr(workflow, name))}
    classes = {name for name in actions if isinstance(getattr(workflow, name), type)}
    questions = {"production_blockers", "not_yet_agreeable", "open_invitation", "stale", "version_of"}
    questions |= {"open_question", "answer_question"}  # by the link in a mail; see tests/test_one_question.py
    questions |= {"require_beforehand", "sent_with", "if_confirmed"}
    about_mail = {
        "choose_mail",
        "edit_rules",
        "resend_mail",
        "resend_all_mail",
        "send_today",
    }  # of no integration; see tests/reminders
    about_people = {"erase_person"}  # see tests/personal
    about_tokens = {"make_token", "revoke_token", "note_use", "last_day", "by_token"}  # change no state; see tests/api
    by_itself = {"record_answer", "keep_up"}  # changes no state; see test_organisation_in_register, test_keeping_up
    by_itself |= {"draw_of_the_date"}  # at night; see test_rungs
    about_documentation = {"add_link", "remove_link"}  # of no integration; see tests/test_guidance.py
    about_calendars = {"make_feed", "revoke_feed"}  # each about one's own; see tests/calendars
    about_certificates = {"pin_certificate"}  # of no integration; see tests/results/test_pinned.py
    by_itself |= {"forget_old_results"}  # at night; see tests/results
    about_imports = {
        *("upload_import", "replace_file", "name_columns", "correct_cells", "propose_import", "withdraw_import"),
        *("confirm_import", "discard_import", "try_again", "take_in_some", "discard_old_imports", "hint_if_rows_wait"),
    }  # of no integration until they are taken in, which ImportRules does; see tests/imports
    about_teams = {
        *("connect_teams", "disconnect_teams", "send_teams_test", "repost_to_teams"),
        *("connect_digipost_teams", "disconnect_digipost_teams", "send_digipost_teams_test"),
        "repost_to_digipost_teams",
    }  # they change no state; see tests/teams
    about_webhooks = {
        *("add_webhook", "change_webhook", "rotate_webhook_secret", "remove_webhook"),
        *("send_webhook_test", "repost_to_webhook"),
    }  # nor do they; see tests/webhooks
    elsewhere = (
        questions
        | about_teams
        | about_webhooks
        | about_mail
        | about_people
        | about_tokens
        | about_documentation
        | by_itself
        | about_calendars
        | about_imports
        | about_certificates
    )
    assert actions - classes - elsewhere <= set(dir(Process))


def test_a_refused_notice_leaves_nothing(cast: Cast) -> None:
    closed = cast.journey().integration
    workflow.close_integration(closed, by=cast.staff, reason="Stanset.")
    with pytest.raises(workflow.Stale):
        workflow.send_notice([closed], by=cast.staff, kind="downtime", title="Varsel", body="Natt til søndag.")
    assert Notice.objects.count() == 0


def test_lists_follow_the_catalogue(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    entry = CatalogueScenario.objects.in_force().get(code="T07")
    workflow.retire_from_catalogue(by=cast.staff, expected_id=entry.pk)
    assert not any(differs for _integration, differs in snapshots.differences())
