"""One mailbox is one account, whoever writes its address, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from milestones import policy, workflow
from milestones.demo import Journey
from milestones.mailboxes import ONE_FORM
from milestones.models import Integration, Invitation, Operations, User
from milestones.personal.naming import Pseudonym, naming_of
from milestones.process import Role
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed, ask_for_code, code_in, link_in, signed_in_as
from tests.mailboxes import UNDELIVERABLE

SPELLED = ['"kari"@fjordvik.example', "ｋａｒｉ@Fjordvik.example.", "kari\u200b@fjordvik。example"]
migration = import_module("milestones.migrations.0014_one_form_of_addresses")


def invite(browser: Client, integration: Integration, email: str) -> Any:
    sent = {"name": "Ny", "email": email, "roles": [Role.OBSERVER.value]}
    return browser.post(f"/i/{integration.reference}/people/", sent)


@pytest.mark.parametrize("spelled", SPELLED)
def test_an_invitation_finds_the_account(cast: Cast, journey: Journey, spelled: str) -> None:
    people = User.objects.count()
    neighbour = cast.neighbour().integration
    assert invite(cast.client(cast.stranger), neighbour, spelled).status_code == 302
    assert neighbour.members.filter(user=cast.manager).exists()
    assert Invitation.objects.latest("pk").email == cast.manager.email
    assert User.objects.count() == people


@pytest.mark.parametrize("spelled", SPELLED)
def test_signing_in_finds_the_account(cast: Cast, mailed: Mailed, spelled: str) -> None:
    browser = Client()
    browser.post("/sign-in/", {"login": spelled, "password": PASSWORD})
    assert signed_in_as(browser) == str(cast.manager.pk)
    browser = Client()
    ask_for_code(browser, spelled)
    browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})
    assert signed_in_as(browser) == str(cast.manager.pk)


def test_attempts_are_counted_by_mailbox(cast: Cast, settings: Any) -> None:
    settings.RATE_LIMITED = True
    asked = [ask_for_code(Client(), SPELLED[n % 3]).status_code for n in range(7)]
    assert asked == [302] * 6 + [429]


def test_whatever_writes_an_address_writes_its_one_form(cast: Cast) -> None:
    one = User.objects.create(email="Ｎｙ@Firma.no.", name="Ny")
    assert one.email == User.objects.get(pk=one.pk).email == "ny@firma.no"
    User.objects.filter(pk=one.pk).update(email='"annen"@ål.no')
    assert User.objects.get(email="ANNEN@xn--l-1fa.no").pk == one.pk
    assert User.objects.get_by_natural_key('"annen"@ål.no').pk == one.pk
    assert User.objects.known_as("annen@ål.no", most=2) == [one]
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Annen@ÅL.no", name="To")])


@pytest.mark.parametrize("raw", [*SPELLED, "KARI@fjordvik.example", " kari@fjordvik.example", "kari@fjørdvik.example"])
def test_the_database_takes_no_other_form(cast: Cast, raw: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE milestones_user SET email = %s WHERE id = %s", [raw, cast.lead.pk])


def test_the_admin_knows_a_mailbox_again(cast: Cast) -> None:
    browser = cast.client(User.objects.create_superuser("astrid@digipost.example", "Astrid"))
    for email in (SPELLED[0], "kari@localhost"):
        answer = browser.post("/admin/milestones/user/add/", {"email": email, "name": "Kari", "language": "nb"})
        assert (answer.status_code, "email" in answer.context["adminform"].form.errors) == (200, True)


@pytest.mark.parametrize("address", UNDELIVERABLE, ids=range(len(UNDELIVERABLE)))
def test_what_no_mail_reaches_is_refused_by_its_field(cast: Cast, journey: Journey, address: str) -> None:
    people = User.objects.count()
    answer = invite(cast.client(cast.manager), journey.integration, address)
    assert (answer.status_code, list(answer.context["invite"].errors)) == (422, ["email"])
    assert len(answer.context["invite"].errors["email"]) == 1
    with pytest.raises(ValidationError) as refused:  # nor without a form
        workflow.invite(journey.integration, by=cast.manager, name="Ny", email=address, roles=[])
    assert list(refused.value.message_dict) == ["email"]
    assert User.objects.count() == people


def intake(browser: Client, **changed: str) -> Any:
    sent = {"route": "direct", "number": "984661185", "organisation": "Nytt", "sender_kind": "sender", "name": "Brev"}
    return browser.post("/integrations/new/", sent | {"manager_name": "Ny", "manager_email": "ny@firma.no"} | changed)


def test_intake_refuses_by_its_field(cast: Cast, settings: Any) -> None:
    settings.STAFF_DOMAINS = ["digipost.example"]
    staff = cast.client(cast.staff)
    for address in ("kari@localhost", "ny@digipost.example", "ny@sub.digipost.example"):
        answer = intake(staff, manager_email=address)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["manager_email"])
    assert not User.objects.filter(name="Ny").exists()
    assert intake(staff).status_code == 302


@pytest.mark.parametrize("address", ["ny@digipost.example", "ny@Post.DIGIPOST.example.", '"ny"@digipost.example'])
def test_members_have_no_address_at_a_staff_domain(cast: Cast, journey: Journey, settings: Any, address: str) -> None:
    manager = cast.client(cast.manager)
    settings.STAFF_DOMAINS = ["digipost.example"]
    answer = invite(manager, journey.integration, address)
    assert (answer.status_code, list(answer.context["invite"].errors)) == (422, ["email"])
    assert "Digipost" in answer.content.decode()
    assert invite(manager, journey.integration, "ny@notdigipost.example").status_code == 302
    settings.STAFF_DOMAINS = []
    assert invite(manager, journey.integration, address).status_code == 302


def test_an_invitation_from_before_a_domain_was_named_brings_nobody_in(
    cast: Cast, journey: Journey, mailed: Mailed, settings: Any
) -> None:
    member = workflow.invite(journey.integration, by=cast.manager, name="Ny", email="ny@firma.no", roles=[])
    link = link_in(mailed())
    settings.STAFF_DOMAINS = ["firma.no"]
    assert Client().post(link).status_code == 403
    again = cast.client(cast.manager).post(f"/i/{journey.integration.reference}/people/{member.pk}/invitation/")
    assert (again.status_code, "Digipost" in again.content.decode()) == (409, True)
    with pytest.raises(ValidationError):
        workflow.resend_invitation(journey.integration, member.pk, by=cast.manager)
    with pytest.raises(policy.Forbidden):
        workflow.accept_invitation(link.split("/")[2], by=member.user)


def test_where_domains_are_named_nobody_else_joins_the_staff(cast: Cast, settings: Any) -> None:
    settings.STAFF_DOMAINS = ["digipost.no"]
    browser = cast.client(User.objects.create_superuser("astrid@digipost.example", "Astrid"))
    new = {"name": "Ny Kollega", "is_staff": "on"}
    for email, status in (("ny@firma.no", 200), ("ny@digipost.no", 302)):
        assert browser.post("/admin/milestones/user/add/", new | {"email": email}).status_code == status, email
    kept = {"name": "Ingrid O.", "language": "nb", "is_staff": "on", "is_active": "on"}  # whoever was of it stays
    assert browser.post(f"/admin/milestones/user/{cast.staff.pk}/change/", kept).status_code == 302
    assert User.objects.get(pk=cast.staff.pk).name == "Ingrid O."


@pytest.fixture
def as_before(db: None) -> Iterator[None]:
    """The table as it was before the migration: it takes any address. On PostgreSQL the test's end undoes that."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("ALTER TABLE milestones_user DROP CONSTRAINT user_email_in_one_form")
        yield
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def unmigrated(*emails: str) -> list[int]:
    people = [User.objects.create_user(f"u{n}@firma.no", "U") for n, _email in enumerate(emails)]
    with connection.cursor() as cursor:
        for one, email in zip(people, emails, strict=True):
            cursor.execute("UPDATE milestones_user SET email = %s WHERE id = %s", [email, one.pk])
    return [one.pk for one in people]


@pytest.mark.usefixtures("as_before")
def test_the_migration_keeps_everybody_and_asks_where_two_have_one_mailbox() -> None:
    emails = ('"kari"@firma.no', "ola@ål.no", "ola+x@ål.no", "kari@FIRMA.no.", "uten at", "per@xn--l-1fa.no")
    pks = unmigrated(*emails)
    with pytest.raises(RuntimeError, match=rf"one mailbox: {pks[0]}, {pks[3]}\. .*set_aside PK"):
        migration.canonicalise(apps, None)
    assert User.objects.values_list("email", flat=True).get(pk=pks[0]) == emails[0]
    call_command("set_aside", str(pks[3]))
    with pytest.raises(RuntimeError, match=rf"mail can be sent to: {pks[4]}\. "):
        migration.canonicalise(apps, None)
    call_command("set_aside", str(pks[4]))
    migration.canonicalise(apps, None)
    aside = f"account-{pks[3]}@set-aside.invalid", f"account-{pks[4]}@set-aside.invalid"
    forms = ("kari@firma.no", "ola@xn--l-1fa.no", "ola+x@xn--l-1fa.no", aside[0], aside[1], "per@xn--l-1fa.no")
    stored = dict(User.objects.values_list("pk", "email"))
    assert tuple(stored[pk] for pk in pks) == forms
    assert [one.pk for one in User.objects.filter(is_active=False)] == [pks[3], pks[4]]
    assert all(re.search(ONE_FORM, email) for email in stored.values())


def test_a_shared_mailbox_is_migrated_too(cast: Cast, journey: Journey) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE milestones_operations SET shared_mailbox = 'VAKT@ål.no'")
    migration.canonicalise_mailboxes(apps, None)
    assert Operations.objects.get(integration=journey.integration).shared_mailbox == "vakt@xn--l-1fa.no"


def test_erasing_knows_an_address_as_people_write_it(cast: Cast) -> None:
    person = User.objects.create_user("kari@ål.no", "Kari Ål")
    assert naming_of(person).replaced("Skriv til Kari@Ål.no.", Pseudonym("X", "x@erased.invalid")) == "Skriv til X."


def test_only_an_account_that_there_is_is_set_aside(db: None) -> None:
    with pytest.raises(CommandError, match="no account 4711"):
        call_command("set_aside", "4711")
