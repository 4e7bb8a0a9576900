"""Every workflow function × every role, member and stranger, called directly: no page and no form in between.

Let through means anything but a refusal of policy: with arguments this plain, the gate or the state may still say no.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404
from django_fsm import TransitionNotAllowed

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.evidence.certificates import PublicCertificate
from milestones.evidence.files import Read
from milestones.mails.question_links import Asked, Question
from milestones.models import CatalogueScenario, Import, Mail, Scope, User
from milestones.policy import Forbidden
from milestones.process import Accord, AgreementKind, ChangeKind, Environment, Outcome, Role
from tests.addresses.table import EVERYBODY, PEOPLE
from tests.api.calling import a_token
from tests.cast import Cast, add_observer, build_cast
from tests.evidence.digipost_here import a_pem
from tests.importing import WHO, sheet_of
from tests.made_once import made_once
from tests.webhooks.receiver import A_WEBHOOK

REASON = {"reason": "Derfor"}
PLANNED = {"kind": "other", "held_on": datetime.date(2035, 1, 1), "starts_at": None, "ends_at": None}
PLANNED |= {"place": "", "agenda": "", "invited": []}
A_DAY = datetime.date(2026, 1, 2)
DEFERRAL = {"deferred_to": "Terje", "deferred_until": datetime.date(2035, 1, 1)}
_FROM, _UNTIL = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2020, 2090))
READ = PublicCertificate("PEM", "Fjordvik", "984661185", "Utsteder", "1", "0" * 64, _FROM, _UNTIL)
NOTHING = 0
"""The primary key of no row: what is refused to some is refused before it is looked for."""


def an_import(by: str = "ingrid@digipost.example") -> Import:
    """One that somebody of the staff prepares."""
    return Import.objects.create(file_name="a.csv", uploaded_by=User.objects.get(email=by))


OF_ONE: dict[str, tuple[str, tuple[object, ...], dict[str, Any]]] = {
    "accept_deferral": ("S", (NOTHING,), DEFERRAL),
    "accept_intake": ("S", (), {}),
    "add_comment": ("MLCBS", ("requirement-2.1",), {"text": "Ser bra ut"}),
    "acknowledge_details": ("ML", (), {}),
    "add_basic_scenarios": ("MLS", (), {}),
    "add_follow_up": ("MLS", (), {"title": "Eget", "description": ""}),
    "add_item": (
        "MS",
        (),
        {"milestone": 2, "title": "Eget", "description": "", "required": True, "stands_on": Role.TECHNICAL_LEAD},
    ),
    "add_scenario": (
        "MLS",
        (),
        {"environment": Environment.TEST, "code": "E77", "title": "Eget", "passes_when": "Virker"},
    ),
    "approve": ("S", (1,), {}),
    "call_off_meeting": ("MLS", (NOTHING,), REASON),
    "change_meeting": ("MLS", (NOTHING,), PLANNED),
    "close_integration": ("S", (), REASON),
    "close_deviation": ("MLS", (NOTHING,), {"outcome": "Rettet"}),
    "close_follow_up": ("MLS", (NOTHING,), {"resolution": "Gjort"}),
    "close_production": ("S", (), REASON),
    "confirm": ("L", ("2.1",), {"confirmed_on": A_DAY}),
    "confirm_launch": ("MLS", (), {}),
    "confirm_launch_date": ("B", (), {"launch_on": datetime.date(2035, 1, 1)}),
    "decide_manual_approval": ("MLS", (), {"manual_approval": True, "note": ""}),
    "declare_change": (
        "ML",
        (),
        {"kind": ChangeKind.VERSION, "description": "Nytt", "retest_by": datetime.date(2035, 1, 1)},
    ),
    "decide_services": ("B", (), {"decisions": {}}),
    "describe_solution": (
        "MLS",
        (),
        {
            "recipient_identification": "",
            "sending": "",
            "interface": "",
            "internal_systems": "",
            "document_types": [],
        },
    ),
    "connect_teams": ("ML", (), {"workflow_address": "https://x.logic.azure.com/workflows/a/invoke?sig=abcd"}),
    "disconnect_teams": ("MLS", (), {}),
    "repost_to_teams": ("MLS", (NOTHING,), {}),
    "send_teams_test": ("ML", (), {}),
    "make_token": ("ML", (), {"name": "Bygg", "scope": Scope.READ, "expires_on": datetime.date(2035, 1, 1)}),
    "revoke_token": ("MLS", (NOTHING,), {}),
    "add_webhook": ("ML", (), {"webhook_address": A_WEBHOOK}),
    "change_webhook": ("ML", (NOTHING,), {"webhook_address": A_WEBHOOK}),
    "remove_webhook": ("MLS", (NOTHING,), {}),
    "repost_to_webhook": ("MLS", (NOTHING,), {}),
    "rotate_webhook_secret": ("ML", (NOTHING,), {}),
    "send_webhook_test": ("ML", (NOTHING,), {}),
    "nudge": ("MLCBS", (), {"item": "0" * 16}),
    "open_production": ("S", (), {}),
    "end_exception": ("S", ("2.1",), {}),
    "grant_exception": ("S", ("2.1",), REASON),
    "invite": ("MS", (), {"name": "Ny", "email": "ny@fjordvik.example", "roles": []}),
    "invite_many": ("MS", (), {"people": []}),
    "name_readers": ("ML", (), {"member_ids": [], "shared_mailbox": "post@fjordvik.example"}),
    "open_deviation": ("MLS", (), {"title": "Avvik", "description": "", "handler": "Vakta", "opened_on": A_DAY}),
    "pass_details": ("S", (), {"details": "Se dokumentasjonen"}),
    "pause_integration": ("S", (), REASON),
    "plan_meeting": ("MLS", (), PLANNED),
    "propose_dates": ("MS", (), {"dates": {}, "version": 1}),
    "propose_deferral": ("MLS", (NOTHING,), DEFERRAL),
    "propose_launch_date": ("MS", (), {"launch_on": datetime.date(2035, 1, 1)}),
    "record_accounts": ("S", (), {"test_account_id": "1", "production_account_id": "2"}),
    "record_agreement": (
        "MC",
        (),
        {
            "kind": AgreementKind.TERMS,
            "signatory": "Kari",
            "signed_on": A_DAY,
            "document": ContentFile(a_pdf(), name="avtale.pdf"),
        },
    ),
    "make_heartbeat": ("ML", (), {"period": 5, "grace": 5}),
    "change_heartbeat": ("ML", (), {"period": 5, "grace": 5}),
    "replace_heartbeat": ("ML", (), {}),
    "revoke_heartbeat": ("ML", (), {}),
    "record_certificate": ("ML", (), {"expires_on": datetime.date(2035, 1, 1)}),
    "upload_certificate": ("ML", (), {"certificate": READ}),
    "record_first_sending": ("ML", (), {"first_sending_on": A_DAY, "documents_sent": 1}),
    "record_meeting": (
        "MLS",
        (),
        {"kind": "kickoff", "held_on": A_DAY, "sender_people": "", "digipost_people": "", "minutes": ""},
    ),
    "record_monitoring": ("ML", (), {"monitoring": "Måling", "deviations_told_to": "Vakta"}),
    "record_run": ("L", (NOTHING,), {"ran_on": A_DAY, "outcome": Outcome.PASSED}),
    "record_runs": ("L", (Environment.TEST,), {"ran_on": A_DAY, "outcomes": {}, "notes": {}}),
    "propose_results": ("L", (Environment.TEST,), {"files": [Read("rapport.xml", "0" * 64)]}),
    "report_results": ("L", (Environment.TEST,), {"files": [Read("rapport.xml", "0" * 64)]}),
    "record_results": ("L", (NOTHING,), {"picked": ["T01"]}),
    "discard_results": ("L", (NOTHING,), {}),
    "record_verification": ("S", (), {}),
    "remove_member": ("MS", (NOTHING,), {}),
    "remove_item": ("MS", (NOTHING,), REASON),
    "remove_scenario": ("MLS", (NOTHING,), {}),
    "reopen": ("S", (1,), REASON),
    "reopen_follow_up": ("MLS", (NOTHING,), REASON),
    "resend_invitation": ("MS", (NOTHING,), {}),
    "resume_integration": ("S", (), {}),
    "revoke_invitation": ("MS", (NOTHING,), {}),
    "return_milestone": ("S", (1,), REASON),
    "set_contact": ("S", (), {"contact": None}),
    "set_roles": ("MS", (NOTHING,), {"roles": []}),
    "set_scope": ("MLS", (), {"mode": "run", "reason": "", "no_print_trial_reason": ""}),
    "submit": ("ML", (1,), {}),
    "take_case": ("S", (), {}),
    "unconfirm": ("L", ("2.1",), {}),
    "verify_agreement": ("S", (NOTHING,), {}),
    "withdraw": ("ML", (1,), {}),
    "withdraw_change": ("ML", (NOTHING,), REASON),
    "withdraw_agreement": ("MCS", (NOTHING,), REASON),
    "withdraw_verification": ("S", (), REASON),
}
"""Whom policy lets through, and with what each is tried."""

ACROSS: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "add_link": ("S", lambda: {"requirement": "1.1", "title": "Avtalen", "url": "https://digipost.example/"}),
    "approve_many": ("S", lambda: {"seen": {}}),
    "assign_cases": ("S", lambda: {"integrations": [], "contact": User.objects.staff()[0]}),
    "edit_catalogue": (
        "S",
        lambda: {
            "code": "T99",
            "title": "Ny",
            "passes_when": "x",
            "interface": "both",
            "condition": "always",
            "expected_id": None,
        },
    ),
    "confirm_import": ("S", lambda: {"wanting": an_import("jonas@digipost.example"), "version": 1}),
    "correct_cells": ("S", lambda: {"wanting": an_import(), "corrected": {}}),
    "discard_import": ("S", lambda: {"wanting": an_import(), "version": 1}),
    "edit_rules": ("S", lambda: {"lead_days": 3}),
    "erase_person": ("S", lambda: {"person": User.objects.get(email="nina@nabovik.example"), "reason": "Ba om det"}),
    "name_columns": ("S", lambda: {"wanting": an_import(), "columns": []}),
    "propose_import": ("S", lambda: {"wanting": an_import(), "version": 1}),
    "replace_file": ("S", lambda: {"wanting": an_import(), "file_name": "a.csv", "sheet": sheet_of(WHO)}),
    "try_again": ("S", lambda: {"wanting": an_import("jonas@digipost.example")}),
    "upload_import": ("S", lambda: {"file_name": "a.csv", "sheet": sheet_of(WHO)}),
    "withdraw_import": ("S", lambda: {"wanting": an_import()}),
    "make_feed": (EVERYBODY, lambda: {"integration": None, "name": "Outlook"}),
    "remove_link": ("S", lambda: {"pk": NOTHING}),
    "resend_mail": ("S", lambda: {"mail": Mail.objects.earliest("pk")}),
    "resend_all_mail": ("S", dict),
    "retire_from_catalogue": ("S", lambda: {"expected_id": CatalogueScenario.objects.earliest("pk").pk}),
    "revoke_feed": (EVERYBODY, lambda: {"feed_id": NOTHING}),
    "pin_certificate": ("S", lambda: {"environment": Environment.TEST, "pem": a_pem().decode(), "seen": 0}),
    "send_today": ("S", lambda: {"day": today()}),
    "connect_digipost_teams": ("S", lambda: {"workflow_address": "https://x.logic.azure.com/a?sig=abcd"}),
    "disconnect_digipost_teams": ("S", dict),
    "repost_to_digipost_teams": ("S", lambda: {"post_id": NOTHING}),
    "send_digipost_teams_test": ("S", dict),
    "choose_mail": (EVERYBODY, lambda: {"digest": "daily", "weekly_summary": True}),
}
"""About no single integration, or about oneself."""

ELSEWHERE = {
    "edit_comment": "its author, not a role: test_comments",
    "delete_comment": "its author, or staff: test_comments",
    "agree": "below, for each of its subjects",
    "read_notice": "a person, not a role: test_consequences",
    "send_notice": "below, as it takes many",
    "create_integration": "anybody who is signed in, for themselves; staff for others: test_intake",
    "accept_invitation": "who is not in yet: entry/test_invitations",
    "record_answer": "nobody decides it, a register answers: test_organisation_in_register",
    "answer_question": "whom a mail asked, by its link: test_one_question",
    "take_in_some": "nobody decides it, a worker does what was confirmed: imports/test_taking_in",
    "hint_if_rows_wait": "nobody decides it, the tick tells a worker: imports/test_taking_in",
    "discard_old_imports": "nobody decides it, a worker does it at night: imports/test_preparing",
    "forget_old_results": "nobody decides it, a worker does it at night: results/test_dropped",
    "draw_of_the_date": "nobody decides it, a worker does it at night: test_rungs",
    "note_use": "nobody decides it, a token was used: api/test_reading",
    "beat": "whoever has its address: evidence/test_beats",
    "watch_heartbeats": "nobody decides it, a worker does it: evidence/test_silence",
    "keep_up": "nobody decides it, a worker does it at night: test_keeping_up",
}
QUESTIONS = {
    *(
        "by_token",
        "if_confirmed",
        "last_day",
        "require_beforehand",
        "not_yet_agreeable",
        "open_invitation",
        "open_question",
        "production_blockers",
        "sent_with",
        "stale",
        "version_of",
    ),
}
"""They change nothing by themselves."""


class Made(NamedTuple):
    """Everybody; an integration that has begun; and one where everything may happen next."""

    cast: Cast
    begun: Journey
    ahead: Journey


@made_once
def as_made() -> Made:
    cast = build_cast()
    begun, ahead = cast.journey(), cast.journey("Lønnsslipper")
    begun.roles()
    add_observer(begun, cast.observer)
    ahead.to_operations()
    workflow.reopen(ahead.integration, 5, by=cast.staff, reason="Ny dato")
    return Made(cast, begun, ahead)


@pytest.fixture
def cast(as_made: Made) -> Cast:
    return as_made.cast


@pytest.fixture
def scene(as_made: Made) -> Any:
    return as_made.begun.integration


def answer_of(do: Callable[..., Any], *args: object, by: User, **named: object) -> str:
    """done, Forbidden, Http404, or otherwise: what the gate, the state or the form's rules say."""
    with transaction.atomic():
        try:
            do(*args, by=by, **named)
        except (Forbidden, Http404) as refusal:
            return type(refusal).__name__
        except (workflow.GateClosed, TransitionNotAllowed, ValidationError):
            return "otherwise"
        finally:
            transaction.set_rollback(True)
    return "done"


def taken_by_position(do: Callable[..., Any], named: dict[str, Any]) -> list[Any]:
    """The arguments that a function takes by position, taken out of `named`."""
    parameters = inspect.signature(do).parameters.values()
    by_position = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    return [named.pop(name) for name in by_position if name in named]


def test_every_function_is_in_a_table() -> None:
    functions = {name for name in workflow.__all__ if inspect.isfunction(getattr(workflow, name))}
    assert functions == set(OF_ONE) | set(ACROSS) | set(ELSEWHERE) | QUESTIONS


@pytest.mark.parametrize("name", OF_ONE)
def test_who_may_call(cast: Cast, scene: Any, name: str) -> None:
    letters, args, named = OF_ONE[name]
    do = getattr(workflow, name)
    answers = {letter: answer_of(do, scene, *args, by=getattr(cast, PEOPLE[letter]), **named) for letter in EVERYBODY}
    through = {letter for letter, answer in answers.items() if answer != "Forbidden"}
    assert through == set(letters)
    assert "Http404" not in answers.values()
    assert answer_of(do, scene, *args, by=cast.stranger, **named) == "Http404"
    retired = User.objects.create_user("sluttet@digipost.example", "Sluttet", is_staff=True, is_active=False)
    assert answer_of(do, scene, *args, by=retired, **named) == "Http404"


@pytest.mark.parametrize("name", ACROSS)
def test_who_may_call_across(cast: Cast, scene: Any, name: str) -> None:
    letters, arguments = ACROSS[name]
    do, named = getattr(workflow, name), arguments()
    args = taken_by_position(do, named)
    for letter in EVERYBODY:
        answer = answer_of(do, *args, by=getattr(cast, PEOPLE[letter]), **named)
        assert (answer != "Forbidden") == (letter in letters), letter


@pytest.mark.parametrize(("subject", "letters"), [("plan", "MS"), ("scenarios", "MLS"), ("scope", "MLS")])
def test_who_may_agree(cast: Cast, scene: Any, subject: str, letters: str) -> None:
    for letter in EVERYBODY:
        answer = answer_of(workflow.agree, scene, Accord(subject), by=getattr(cast, PEOPLE[letter]), version=1)
        assert (answer != "Forbidden") == (letter in letters), letter
    assert answer_of(workflow.agree, scene, Accord(subject), by=cast.stranger, version=1) == "Http404"


def test_who_may_send_notices(cast: Cast, scene: Any) -> None:
    named = {"kind": "job", "title": "Emne", "body": "Tekst"}
    for letter in EVERYBODY:
        answer = answer_of(workflow.send_notice, [scene], by=getattr(cast, PEOPLE[letter]), **named)
        assert (answer != "Forbidden") == (letter == "S"), letter


# --- By a token of the API: a build reports, and decides nothing

MAY_BY_TOKEN = {"close_deviation", "open_deviation", "propose_results", "record_run", "record_runs", "report_results"}
"""What is not refused to a token for being one. The API offers three of them."""
BY_NOBODY = {name for name, why in ELSEWHERE.items() if why.startswith("nobody decides it")} | {"beat"}
"""Which nobody calls as somebody."""


@pytest.fixture
def place(as_made: Made) -> Journey:
    return as_made.ahead


@pytest.mark.parametrize("who", ["manager", "lead"])
def test_a_token_may_nothing_but_report(cast: Cast, place: Journey, who: str) -> None:
    by: User = getattr(cast, who)
    token = a_token(place, by)
    refused = {}
    for name, (_letters, args, named) in OF_ONE.items():
        with workflow.by_token(token):
            refused[name] = answer_of(getattr(workflow, name), place.integration, *args, by=by, **named)
    through = {name for name, answer in refused.items() if answer not in ("Forbidden", "Http404")}
    assert through <= MAY_BY_TOKEN
    assert {"open_deviation", "close_deviation"} <= through
    assert ({"record_run", "record_runs", "report_results"} <= through) == (who == "lead")


@pytest.mark.parametrize("name", ACROSS)
def test_nor_anything_across(cast: Cast, place: Journey, name: str) -> None:
    token = a_token(place, cast.lead)
    _letters, arguments = ACROSS[name]
    do, named = getattr(workflow, name), arguments()
    args = taken_by_position(do, named)
    with workflow.by_token(token):
        assert answer_of(do, *args, by=cast.lead, **named) == "Forbidden"


def elsewhere(cast: Cast, place: Journey) -> Iterator[tuple[str, Any]]:
    """Each of ELSEWHERE, where it would succeed by hand."""
    here, lead = place.integration, cast.lead
    comment = workflow.add_comment(here, "milestone-5", by=lead, text="Et ord")
    reader = here.members.current().get(user=lead)
    workflow.name_readers(here, by=lead, member_ids=[reader.pk], shared_mailbox="")
    workflow.send_notice([here], by=cast.staff, kind="job", title="Emne", body="Tekst")
    receipt = here.notice_receipts.get()
    yield "edit_comment", partial(workflow.edit_comment, here, comment.pk, text="Et annet")
    yield "delete_comment", partial(workflow.delete_comment, here, comment.pk, reason="Feil")
    yield "read_notice", partial(workflow.read_notice, here, receipt.pk)
    yield "agree", partial(workflow.agree, here, Accord.SCENARIOS, version=1)
    notice: dict[str, Any] = {"kind": "job", "title": "Et", "body": "Ord"}
    yield "send_notice", partial(workflow.send_notice, [here], **notice)
    intake: dict[str, Any] = {"number": "984661185", "organisation": "Fjordvik", "name": "Ny", "sender_kind": "sender"}
    intake |= {"manager_name": lead.name, "manager_email": lead.email}
    yield "create_integration", partial(workflow.create_integration, **intake)
    yield "accept_invitation", partial(workflow.accept_invitation, "x")
    yield "answer_question", lambda by: workflow.answer_question(Asked(by.pk, Question.DETAILS, ()))


def test_nor_what_is_asked_in_another_way(cast: Cast, place: Journey) -> None:
    token, tried = a_token(place, cast.lead), set()
    for name, do in elsewhere(cast, place):
        with workflow.by_token(token):
            assert answer_of(do, by=cast.lead) == "Forbidden", name
        tried.add(name)
    assert tried | BY_NOBODY == set(ELSEWHERE)
