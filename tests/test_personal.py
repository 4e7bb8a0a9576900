"""Personal data: everybody sees all that is stored about them, and whoever is erased or anonymised stands nowhere."""

from __future__ import annotations

import datetime
import json
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from milestones import append_only, clock, personal, tasks, workflow
from milestones.demo import Journey, a_pdf
from milestones.facts import today
from milestones.models import (
    CatalogueScenario,
    Document,
    Draft,
    Event,
    EventKind,
    Integration,
    Invitation,
    Mail,
    MailLine,
    MailState,
    Member,
    Notice,
    NoticeReceipt,
    Organisation,
    ReminderRules,
    RoleHolding,
    SentForm,
    Sweep,
    User,
)
from milestones.personal import records, retention, stored_about
from milestones.personal.naming import Naming, Pseudonym
from milestones.personal.stored import ways_to_a_person
from milestones.policy import Forbidden
from milestones.process import AgreementKind, Role
from tests.cast import PASSWORD, Cast, add_observer, build_cast, fresh

MONTH = 31
"""Days: 23 of them are less than two years ago, 25 are more."""


def everything_stored() -> str:
    """Every column of every table, as text; what SQLite keeps as JSON has its letters escaped."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows += [" | ".join(str(value) for value in row) for row in cursor.fetchall()]
    return "\n".join(rows).casefold()


def stands_somewhere(*words: str) -> list[str]:
    stored = everything_stored()
    escaped = {word: json.dumps(word).strip('"') for word in words}
    return [word for word in words if word.casefold() in stored or escaped[word].casefold() in stored]


def snapshots_differ() -> bool:
    said = StringIO()
    call_command("verify_snapshots", stdout=said)
    return " 0 differ." not in said.getvalue()


def named_everywhere(cast: Cast, journey: Journey, person: User) -> None:
    """`person` is named in every kind of text there is, as people write it."""
    integration = journey.integration
    name, email = person.name, person.email
    follow_up = workflow.add_follow_up(
        integration, by=cast.manager, title=f"Spør {name}", description=f"{email.upper()}, eller {name}s vikar."
    )
    workflow.propose_deferral(
        integration,
        follow_up.pk,
        by=cast.manager,
        deferred_to=name,
        deferred_until=today() + datetime.timedelta(days=30),
    )
    workflow.open_deviation(
        integration, by=cast.manager, title="Avvik", description=f"Ring {name}.", handler=name, opened_on=today()
    )
    workflow.send_notice([integration], by=cast.staff, kind="job", title=f"Til {name}", body=f"Skriv til <{email}>.")
    document = Document.objects.filter(integration=integration).earliest("pk")
    Document.objects.filter(pk=document.pk).update(name=f"{name}.pdf")
    theirs = Mail.objects.filter(recipient=person).earliest("pk")
    Mail.objects.filter(pk=theirs.pk).update(
        address=email, subject=f"Hei, {name}", text=f"{name} {email}", error=f"550 {email}", state=MailState.SENT
    )
    digest = Mail.objects.create(
        key="digest", kind="digest", recipient=cast.staff, day=today(), text=f"Venter: {name}"
    )
    MailLine.objects.create(
        mail=digest, integration=integration, urgency="overdue", code="D.2", reason="notice_unread",
        where="operations", params=[["count", "1"], ["readers", f"{name}, Vakta"]],
    )  # fmt: skip
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=cast.staff, content_type=kind, object_id=str(person.pk), object_repr=name, action_flag=CHANGE
    )


@pytest.fixture
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.to_operations()
    reader = journey.integration.members.get(user=cast.owner)
    workflow.name_readers(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    return journey


def leave(cast: Cast, journey: Journey, person: User) -> None:
    member = journey.integration.members.current().get(user=person)
    workflow.remove(journey.integration, member.pk, by=cast.manager)


def erase(person: User, by: User, reason: str = "Ba om det") -> User:
    workflow.erase_person(person, by=by, reason=reason)
    return User.objects.get(pk=person.pk)


# --- What is stored about somebody


def test_everything_that_points_to_a_person_is_in_it(cast: Cast, journey: Journey) -> None:
    stored = json.loads(json.dumps(stored_about(cast.manager)))
    assert stored["person"]["email"] == cast.manager.email
    pointing = set()
    for relation in User._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if relation.auto_created and model and model._meta.app_label == "milestones":
            name = relation.field.name  # type: ignore[union-attr]
            if model._default_manager.filter(**{name: cast.manager}).exists():
                pointing.add(f"{model._meta.model_name}.{name}")
    assert set(stored["rows"]) - {"roleholding.member.user", "invitation.member.user"} == pointing
    assert {"event.actor", "mail.recipient", "member.user", "milestone.submitted_by"} <= pointing
    assert len(stored["rows"]["event.actor"]) == Event.objects.filter(actor=cast.manager).count()
    mine = stored["rows"]["mail.recipient"]
    assert {row["pk"] for row in mine} == set(Mail.objects.filter(recipient=cast.manager).values_list("pk", flat=True))
    assert "password" not in json.dumps(stored)


def test_what_is_about_them_by_way_of_another_row_is_in_it_too(cast: Cast, journey: Journey) -> None:
    named_everywhere(cast, journey, cast.owner)
    cast.client(cast.owner).get(f"/i/{journey.integration.reference}/documents/{_document(journey).pk}/")
    rows = stored_about(cast.owner)["rows"]
    assert rows["roleholding.member.user"][0]["role"] == Role.BUSINESS_OWNER
    assert rows["noticereceipt.member.user"][0]["notice__title"] == f"Til {cast.owner.name}"
    assert rows["member.user"][0]["name"] == cast.owner.name
    assert len(rows["documentaccess.user"]) == 1
    places = {(place["in"], column) for place in stored_about(cast.owner)["named_in"] for column in place["columns"]}
    assert {
        ("deviation", "handler"), ("document", "name"), ("event", "subject"), ("followupitem", "title"),
        ("mail", "text"), ("mailline", "params"), ("notice", "body"), ("member", "name"),
    } <= places  # fmt: skip


def test_no_model_is_about_a_person_without_being_shown() -> None:
    """A new column that points to a person, or to what is one's own, must be among what everybody can see."""
    ways = {(model, path) for model, path in ways_to_a_person()}
    ones_own = {Member: "member__user", Mail: "mail__recipient"}
    missing = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is User and (model, field.name) not in ways:
                missing.append((model.__name__, field.name))
            if field.related_model in ones_own and (model, f"{field.name}__{_owner(field)}") not in ways:
                missing.append((model.__name__, field.name))
    assert missing == []


def _owner(field: models.Field[Any, Any]) -> str:
    return "user" if field.related_model is Member else "recipient"


def test_no_text_is_out_of_reach_of_erasing() -> None:
    """A new model with texts must lead to an integration, or stand among what is searched across integrations."""
    known = {Notice, CatalogueScenario, User}
    harmless = {Organisation, ReminderRules, Sweep, SentForm}  # names of organisations, numbers, days, digests
    harmless |= {Draft}  # goes with its owner, and after a day
    beyond = {
        model for model in records.models_of() if records.text_fields(model) and not records.path_to_integration(model)
    }
    assert beyond - harmless == known
    assert records.path_to_integration(MailLine) == "integration"
    assert records.path_to_integration(RoleHolding) == "member__integration"
    assert records.path_to_integration(NoticeReceipt) == "integration"


def test_a_person_downloads_their_own_and_no_other(cast: Cast) -> None:
    cast.journey().roles()
    answer = cast.client(cast.lead).get("/me/?download")
    assert answer["Content-Disposition"].startswith("attachment")
    stored = answer.json()
    assert stored["person"]["email"] == cast.lead.email
    assert cast.manager.email not in answer.content.decode()
    assert cast.client(cast.lead).get("/me/?download&person=1").json()["person"] == stored["person"]


# --- Erasing somebody


@pytest.mark.parametrize("who", ["lead", "owner"])
def test_who_is_erased_stands_nowhere(cast: Cast, journey: Journey, who: str) -> None:
    person: User = getattr(cast, who)
    named_everywhere(cast, journey, person)
    leave(cast, journey, person)
    cast.client(person).get("/")
    assert stands_somewhere(person.name, person.email) == [person.name, person.email]
    events, acted = Event.objects.count(), Event.objects.filter(actor=person).count()
    kept = list(Event.objects.order_by("pk").values_list("pk", "at", "kind", "integration", "actor"))

    erased = erase(person, cast.staff, reason=f"{person.name} ba om det")

    assert stands_somewhere(person.name, person.email) == []
    assert re.fullmatch(r"(Slettet|Erased) person [2-9A-Z]{4}", erased.name)
    assert erased.email.endswith(".invalid")
    assert list(Event.objects.order_by("pk").values_list("pk", "at", "kind", "integration", "actor"))[:-1] == kept
    assert Event.objects.count() == events + 1
    assert Event.objects.filter(actor=person).count() == acted
    entry = Event.objects.latest("pk")
    assert (entry.kind, entry.actor, entry.subject) == (EventKind.PERSON_ERASED, cast.staff, erased.name)
    assert int(entry.to_value) == Event.objects.filter(_names(erased)).exclude(pk=entry.pk).count() > 3
    assert entry.reason == f"{erased.name} ba om det"
    assert not snapshots_differ()
    require_refusal()


def _names(person: User) -> models.Q:
    columns = ("subject", "from_value", "to_value", "reason")
    return models.Q(*((f"{column}__contains", person.name) for column in columns), _connector=models.Q.OR)


def require_refusal() -> None:
    """The database refuses again whatever it refused before."""
    for statement in ("UPDATE milestones_event SET reason = 'x'", "DELETE FROM milestones_event"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_who_is_erased_never_signs_in_again(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.lead)
    assert client.get("/").status_code == 200
    leave(cast, journey, cast.lead)
    sessions = Session.objects.count()
    erased = erase(cast.lead, cast.staff)
    assert Session.objects.count() == sessions - 1
    assert client.get("/").status_code == 302
    assert (erased.is_active, erased.has_usable_password(), erased.is_superuser) == (False, False, False)
    for email in (cast.lead.email, erased.email):
        assert not client.login(username=email, password=PASSWORD)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=erased.pk).update(is_active=True)
    theirs = Mail.objects.filter(recipient=erased)
    assert set(theirs.values_list("text", "subject", "address")) == {("", "", erased.email)}
    assert not theirs.filter(state__in=(MailState.WAITING, MailState.SENDING)).exists()


def test_the_address_is_free_for_somebody_new(cast: Cast, journey: Journey) -> None:
    leave(cast, journey, cast.lead)
    erased = erase(cast.lead, cast.staff)
    again = workflow.invite(
        journey.integration, by=cast.manager, name="Terje Ny", email=cast.lead.email, roles=[Role.TECHNICAL_LEAD]
    )
    assert again.user_id != erased.pk


def test_an_address_that_was_written_wrong_goes_too(cast: Cast, journey: Journey) -> None:
    member = workflow.invite(journey.integration, by=cast.manager, name="Per", email="pre@x.example", roles=[])
    User.objects.filter(pk=member.user_id).update(email="per@x.example")
    workflow.remove(journey.integration, member.pk, by=cast.manager)
    erase(User.objects.get(pk=member.user_id), cast.staff)
    assert "pre@x.example" not in everything_stored()


def test_whom_nobody_erases(cast: Cast, journey: Journey) -> None:
    def told(person: User, by: User = cast.staff) -> str:
        before = everything_stored()
        with pytest.raises(ValidationError) as refused:
            erase(person, by)
        assert everything_stored() == before
        return " ".join(refused.value.messages)

    assert journey.integration.reference in told(cast.lead)
    assert told(cast.staff)
    assert told(cast.other_staff)
    with pytest.raises(Forbidden):
        erase(cast.stranger, cast.manager)
    User.objects.filter(pk=cast.other_staff.pk).update(is_active=False)
    erased = erase(cast.other_staff, cast.staff)
    assert told(erased)


def test_members_of_what_is_closed_can_be_erased(cast: Cast, journey: Journey) -> None:
    workflow.close(journey.integration, by=cast.staff, reason="Ferdig")
    erase(cast.manager, cast.staff)
    assert stands_somewhere(cast.manager.name, cast.manager.email) == []
    assert not snapshots_differ()


def test_a_name_that_two_people_have_is_left_in_texts(cast: Cast, journey: Journey) -> None:
    namesake = User.objects.create_user("annen@fjordvik.example", cast.lead.name)
    add_observer(journey, namesake)
    workflow.add_follow_up(journey.integration, by=cast.manager, title=f"Spør {cast.lead.name}", description="")
    member = journey.integration.members.get(user=cast.lead)
    leave(cast, journey, cast.lead)
    page = cast.client(cast.staff).get(f"/people/{cast.lead.pk}/erase/").content.decode()
    assert [effect.shared for effect in personal.effects(cast.lead)] == [[cast.lead.name]]
    assert page.count(cast.lead.name) > 2
    assert personal.shared_across(cast.lead) == []  # no notice and no digest holds it
    Notice.objects.create(kind="job", title=f"Hilsen {cast.lead.name}", body="-", sent_by=cast.staff)
    assert personal.shared_across(cast.lead) == [cast.lead.name]
    erased = erase(cast.lead, cast.staff)
    assert journey.integration.follow_ups.get().title == f"Spør {namesake.name}"
    assert Member.objects.get(pk=member.pk).name == erased.name
    assert Member.objects.get(user=namesake).name == namesake.name
    assert stands_somewhere(cast.lead.email) == []


def test_words_that_only_look_like_the_name_stay() -> None:
    pseudonym = Pseudonym("Slettet person 7K3F", "7k3f@erased.invalid")
    naming = Naming(frozenset({"Ola Nord", "Mai"}), frozenset({"ola@fjord.example"}))
    replaced = {
        "Ola Nord, ola nord og Ola Nords": "{0}, {0} og {0}s",
        "Ola Nordmann i mai, med Mai": "Ola Nordmann i mai, med {0}",
        "ikke.ola@fjord.example, ola@fjord.example.no": "ikke.ola@fjord.example, ola@fjord.example.no",
        "Skriv til OLA@fjord.example.": "Skriv til {0}.",
    }
    for text, expected in replaced.items():
        assert naming.replaced(text, pseudonym) == expected.format(pseudonym.name)
    assert naming.replaced({"a": ["Mai", 1]}, pseudonym) == {"a": [pseudonym.name, 1]}
    assert naming.replaced("ola@fjord.example", pseudonym, in_address=True) == pseudonym.address


# --- History is rewritten in one way, and for this alone


def test_if_rewriting_fails_midway_nothing_is_rewritten_and_all_is_refused(cast: Cast, journey: Journey) -> None:
    before = list(Event.objects.order_by("pk").values())
    first, second = before[0]["id"], before[1]["id"]
    fails: dict[str, Any] = {"reason": None}
    with pytest.raises(DatabaseError):
        append_only.rewrite(connection, [(first, {"reason": "x"}), (second, fails)])
    assert list(Event.objects.order_by("pk").values()) == before
    require_refusal()


@pytest.mark.parametrize("column", ["at", "kind", "integration_id", "id"])
def test_when_what_and_where_are_never_rewritten(cast: Cast, journey: Journey, column: str) -> None:
    with pytest.raises(ValueError, match=column):
        append_only.rewrite(connection, [(Event.objects.earliest("pk").pk, {column: "1"})])


def test_if_erasing_fails_everything_is_as_it_was(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(cast, journey, cast.lead)
    before = everything_stored()
    monkeypatch.setattr("milestones.personal.erasure.forget", lambda *_about: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase(cast.lead, cast.staff)
    assert everything_stored() == before
    require_refusal()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_erased_while_they_become_a_member(on_postgresql: None) -> None:
    """Whoever is first, the person is afterwards a member, or erased and their address somebody else's: never both."""
    cast = build_cast()
    journey = cast.journey()
    ready = threading.Barrier(2)

    def race(do: Callable[[], object]) -> str:
        ready.wait()
        try:
            do()
        except (ValidationError, workflow.Stale) as refused:
            return type(refused).__name__
        finally:
            connection.close()
        return "done"

    invited = partial(
        workflow.invite, journey.integration, by=cast.manager, name=cast.stranger.name, email=cast.stranger.email,
        roles=[Role.OBSERVER],
    )  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(race, [invited, partial(erase, cast.stranger, cast.staff)]))
    erased = User.objects.get(pk=cast.stranger.pk)
    assert told[0] == "done"
    assert (told[1] == "done") == bool(erased.erased_at)
    assert journey.integration.members.filter(user=erased).exists() == (not erased.erased_at)


# --- The pages


def test_staff_find_a_person_see_what_happens_and_erase_them(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.staff)
    address = f"/people/{cast.lead.pk}/erase/"
    for words in (cast.lead.email[:6], cast.lead.name.upper()):
        assert address in client.get("/people/", {"q": words}).content.decode()
    assert "Nina Nabo" not in client.get("/people/", {"q": "terje"}).content.decode()
    page = client.get(address).content.decode()
    assert journey.integration.reference in page
    assert "<textarea" not in page  # still a member: refused, and not offered
    assert client.post(address, {"reason": "Ba om det"}).status_code == 422
    leave(cast, journey, cast.lead)
    assert "<textarea" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert User.objects.get(pk=cast.lead.pk).name == cast.lead.name
    assert client.post(address, {"reason": "Ba om det"})["Location"] == "/people/"
    assert client.get(address).status_code == client.post(address, {"reason": "Igjen"}).status_code == 404
    assert client.get(f"/i/{journey.integration.reference}/history/").status_code == 200
    assert cast.lead.name not in client.get("/people/", {"q": "terje"}).content.decode()


def test_nobody_else_reaches_these_pages(cast: Cast, journey: Journey) -> None:
    for who in ("manager", "lead", "observer", "stranger"):
        client = cast.client(getattr(cast, who))
        for address in ("/people/", f"/people/{cast.stranger.pk}/erase/", "/people/9999/erase/"):
            assert client.get(address).status_code == 403
        assert client.post(f"/people/{cast.stranger.pk}/erase/", {"reason": "x"}).status_code == 403


def test_an_administrator_does_not_bring_an_erased_person_back(cast: Cast) -> None:
    administrator = User.objects.create_superuser("astrid@digipost.example", "Astrid")
    erased = erase(cast.stranger, cast.staff)
    client = cast.client(administrator)
    answer = client.post(f"/admin/milestones/user/{erased.pk}/change/", {"email": "a@b.no", "name": "x"})
    assert answer.status_code == 403


# --- What has been closed for long


def closed(cast: Cast, name: str, *, months: int) -> Journey:
    with clock.ago(months * MONTH + 30):
        journey = cast.journey(name)
        journey.roles()
        journey.agreement()
    with clock.ago(months * MONTH):
        workflow.close(journey.integration, by=cast.staff, reason=f"Avtalt med {cast.manager.name}")
    return journey


def _document(journey: Journey) -> Document:
    return Document.objects.filter(integration=journey.integration).earliest("pk")


Callbacks = Callable[..., Any]


def test_what_was_closed_25_months_ago_is_anonymised(
    cast: Cast, django_capture_on_commit_callbacks: Callbacks
) -> None:
    journey = closed(cast, "Gammel", months=25)
    events = Event.objects.count()
    document = _document(journey)
    path = document.file.path
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.anonymise() == 1
    people = (cast.manager, cast.lead, cast.contract, cast.owner)
    assert stands_somewhere(*(person.name for person in people), *(person.email for person in people)) == []
    assert Event.objects.count() == events + 1
    entry = Event.objects.latest("pk")
    assert (entry.kind, entry.actor) == (EventKind.ANONYMISED, None)
    assert int(entry.to_value) >= 5
    assert all(User.objects.get(pk=person.pk).erased_at for person in people)
    assert not User.objects.get(pk=cast.staff.pk).erased_at
    assert fresh(journey.integration).anonymised_at
    kept = Document.objects.get(pk=document.pk)
    assert (kept.size, kept.sha256, kept.file.name) == (document.size, document.sha256, "")
    assert not os.path.exists(path)
    assert not snapshots_differ()
    require_refusal()
    client = cast.client(cast.staff)
    address = f"/i/{journey.integration.reference}/"
    gone = client.get(f"{address}documents/{document.pk}/")
    assert gone.status_code == 410
    assert document.sha256 in gone.content.decode()
    for page in ("", "history/", "people/", "agreement/", f"agreement/{journey.integration.agreements.get().pk}/"):
        assert client.get(address + page).status_code == 200
    assert f"documents/{document.pk}/" not in client.get(f"{address}agreement/").content.decode()


def test_what_was_closed_23_months_ago_or_is_open_is_not(cast: Cast) -> None:
    closed(cast, "Nyere", months=23)
    with clock.ago(40 * MONTH):
        cast.journey("Åpen")
    before = everything_stored()
    assert tasks.anonymise() == 0
    assert everything_stored() == before


def test_the_months_are_set(cast: Cast, settings: Any) -> None:
    closed(cast, "Nyere", months=23)
    settings.RETENTION_MONTHS = 22
    assert tasks.anonymise() == 1


def test_a_second_time_changes_nothing(cast: Cast) -> None:
    closed(cast, "Gammel", months=25)
    assert tasks.anonymise() == 1
    before = everything_stored()
    assert tasks.anonymise() == 0
    assert everything_stored() == before


def test_who_is_on_another_integration_keeps_their_name_there(cast: Cast) -> None:
    open_one = cast.journey("Åpen")
    open_one.roles()
    journey = closed(cast, "Gammel", months=25)
    acted = list(journey.integration.events.order_by("pk").values_list("actor", flat=True))
    assert tasks.anonymise() == 1
    assert User.objects.get(pk=cast.manager.pk).name == cast.manager.name
    assert cast.client(cast.manager).get(f"/i/{open_one.integration.reference}/").status_code == 200
    assert cast.client(cast.manager).get(f"/i/{journey.integration.reference}/").status_code == 404
    history = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/history/").content.decode()
    people = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/people/").content.decode()
    for person in (cast.manager, cast.lead, cast.contract, cast.owner):
        assert person.name not in history + people
        assert person.email not in people
    now = list(journey.integration.events.order_by("pk").values_list("actor", flat=True))
    assert cast.manager.pk in acted
    assert cast.manager.pk not in now
    pairs = set(zip(acted, now[:-1], strict=True))
    assert len(pairs) == len(set(acted)) == len({new for _old, new in pairs})  # one pseudonym each, and no two alike
    assert journey.integration.pk not in personal.concerned(cast.manager)
    assert not snapshots_differ()


def test_who_signed_without_being_a_member_is_anonymised_too(cast: Cast) -> None:
    with clock.ago(27 * MONTH):
        journey = cast.journey("Gammel")
        journey.roles()
        workflow.record_agreement(
            journey.integration, by=cast.contract, kind=AgreementKind.TERMS, signatory="Rita Rådmann",
            signed_on=today(), document=ContentFile(a_pdf(), name="Rita Rådmann.pdf"),
        )  # fmt: skip
        workflow.close(journey.integration, by=cast.staff, reason="Ferdig")
    assert stands_somewhere("Rita Rådmann") == ["Rita Rådmann"]
    assert tasks.anonymise() == 1
    assert stands_somewhere("Rita Rådmann") == []


def test_one_that_fails_keeps_no_other_waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = closed(cast, "Første", months=26).integration
    second = closed(cast, "Andre", months=25).integration
    remove = retention._remove_files
    monkeypatch.setattr(retention, "_remove_files", lambda one: 1 / 0 if one == first else remove(one))
    assert tasks.anonymise() == 1
    assert set(Integration.objects.filter(anonymised_at__isnull=False)) == {second}
    monkeypatch.undo()
    assert tasks.anonymise() == 1
    assert fresh(first).anonymised_at
    assert stands_somewhere(cast.manager.name, cast.manager.email) == []
    require_refusal()


def test_how_somebody_came_in_goes_with_them(cast: Cast, journey: Journey) -> None:
    """What django-allauth keeps of an account: addresses, authenticators, accounts elsewhere, sessions; and links."""
    person = cast.lead
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    SocialAccount.objects.create(user=person, provider="arbeidskonto", uid="terje", extra_data={})
    browser = cast.client(person)
    UserSession.objects.create(user=person, ip="192.0.2.1", session_key="k", user_agent="Terjes telefon")
    exported = json.dumps(stored_about(person))
    assert "Terjes telefon" in exported
    assert '"secret"' not in exported
    leave(cast, journey, person)
    erase(person, by=cast.staff)
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        assert not model.objects.filter(user=person).exists(), model
    assert not Invitation.objects.filter(email=cast.lead.email).exists()
    assert browser.get("/").status_code == 302
