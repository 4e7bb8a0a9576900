"""A person is called by a name, wherever it is typed: a number or one of our codes is none."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from milestones import workflow
from milestones.clock import today
from milestones.demo import a_pdf
from milestones.models import Agreement, Deviation, FollowUpItem, Integration, Member, User
from milestones.names import is_code
from milestones.process import AgreementKind, Role, SenderKind
from tests.cast import Cast, build_cast
from tests.made_once import made_once

REFUSED = ["T01", "BOFA-482", "2.1", "123456", "D.1"]


@made_once
def cast() -> Cast:
    """Everybody, and no integration yet."""
    return build_cast()


@pytest.mark.parametrize(
    "code",
    [*REFUSED, "", " ", "-", "...", "T01 T02", "item-3", "M1", "E12", "2026-11-26", "Passed", "sender", "API",
     "Digipost", "pdf", "application", "application/pdf", "project_manager", "T07 test", "+47 22 33 44 55", "Ⅷ"],
)  # fmt: skip
def test_what_is_nobodys_name(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize(
    "name",
    ["Kari Nordmann", "Kari", "Bo", "Å", "Åse", "K. Hansen", "O'Brien", "Anne-Marie Berg", "李娜", "Kari Nordmann 2",
     "Vakt 1", "Slettet person 7K3F", "Test Testesen", "Digipost drift", "Ny"],
)  # fmt: skip
def test_what_people_are_called(name: str) -> None:
    assert not is_code(name)


@pytest.mark.parametrize("name", REFUSED)
def test_each_form_refuses_it_by_its_field(cast: Cast, name: str) -> None:
    journey = cast.journey()
    journey.roles()
    follow_up = workflow.add_follow_up(journey.integration, by=cast.manager, title="Avklar", description="")
    here = f"/i/{journey.integration.reference}/"
    manager, staff = cast.client(cast.manager), cast.client(cast.staff)
    before = _stored()

    invited = manager.post(f"{here}people/", {"name": name, "email": "ny@x.example", "roles": ["observer"]})
    taken_in = staff.post("/integrations/new/", _intake(manager_name=name, manager_email="ny@x.example"))
    signed = cast.client(cast.contract).post(f"{here}agreement/", _agreement(signatory=name))
    deferred = manager.post(
        f"{here}follow-ups/{follow_up.pk}/defer/", {"deferred_to": name, "deferred_until": "2090-01-01"}
    )
    opened = manager.post(f"{here}deviations/", _deviation(handler=name))

    for field, answer in {"name": invited, "manager_name": taken_in, "signatory": signed, "deferred_to": deferred,
                          "handler": opened}.items():  # fmt: skip
        assert answer.status_code == 422, field
        assert name in answer.content.decode(), field  # what was typed is kept
    assert _stored() == before


def test_a_name_is_taken_by_the_same_forms(cast: Cast) -> None:
    journey = cast.journey()
    here = f"/i/{journey.integration.reference}/"
    invited = cast.client(cast.manager).post(
        f"{here}people/", {"name": "Ny Kollega", "email": "ny@x.example", "roles": ["observer"]}
    )
    taken_in = cast.client(cast.staff).post(
        "/integrations/new/", _intake(manager_name="Ny Kollega", manager_email="ny@x.example")
    )
    assert invited.status_code == taken_in.status_code == 302


@pytest.mark.parametrize("name", REFUSED)
def test_workflow_refuses_it_by_field_whoever_calls(cast: Cast, name: str) -> None:
    journey = cast.journey()
    journey.roles()
    integration = journey.integration
    item = workflow.add_follow_up(integration, by=cast.manager, title="Avklar", description="")
    before = _stored()

    def refused(field: str, do: Any, *args: Any, **arguments: Any) -> None:
        with pytest.raises(ValidationError) as told:
            do(*args, **{field: name}, **arguments)
        assert list(told.value.message_dict) == [field]

    refused("name", workflow.invite, integration, by=cast.manager, email="ny@x.example", roles=[Role.OBSERVER])
    refused(
        "manager_name", workflow.create_integration, by=cast.staff, number="984661185", organisation="Fjordvik",
        name="Ny", sender_kind=SenderKind.SENDER, manager_email="ny@x.example",
    )  # fmt: skip
    refused(
        "signatory", workflow.record_agreement, integration, by=cast.contract, kind=AgreementKind.TERMS,
        signed_on=today(), document=ContentFile(a_pdf(), name="avtale.pdf"),
    )  # fmt: skip
    refused("deferred_to", workflow.propose_deferral, integration, item.pk, by=cast.manager, deferred_until=today())
    refused(
        "handler", workflow.open_deviation, integration, by=cast.manager, title="Avvik", description="",
        opened_on=today(),
    )  # fmt: skip
    assert _stored() == before


def test_an_administrator_and_the_first_one_are_asked_for_a_name_too(cast: Cast) -> None:
    administrator = User.objects.create_superuser("astrid@digipost.example", "Astrid")
    client = cast.client(administrator)
    sent = {"email": "ny@digipost.example", "name": "T01", "is_staff": "on"}
    client.post("/admin/milestones/user/add/", sent)
    assert not User.objects.filter(email="ny@digipost.example").exists()
    changed = {"name": "2.1", "language": "nb", "is_active": "on"}
    client.post(f"/admin/milestones/user/{cast.stranger.pk}/change/", changed)
    assert User.objects.get(pk=cast.stranger.pk).name == cast.stranger.name
    client.post("/admin/milestones/user/add/", sent | {"name": "Ny Kollega"})
    assert User.objects.get(email="ny@digipost.example").name == "Ny Kollega"
    with pytest.raises(CommandError):
        call_command("createsuperuser", "--noinput", "--email", "to@digipost.example", "--name", "T01")


def _stored() -> list[int]:
    return [model._default_manager.count() for model in (User, Member, Agreement, Integration, Deviation)] + [
        FollowUpItem.objects.exclude(deferred_to="").count()
    ]


def _intake(**manager: str) -> dict[str, str]:
    known = {"route": "direct", "number": "984661185", "organisation": "Fjordvik kommune", "sender_kind": "sender"}
    return known | {"name": "Nye brev"} | manager


def _agreement(signatory: str) -> dict[str, Any]:
    document = ContentFile(a_pdf(), name="avtale.pdf")
    return {"kind": "terms", "signatory": signatory, "signed_on": today().isoformat(), "document": document}


def _deviation(handler: str) -> dict[str, str]:
    return {"title": "Avvik", "description": "", "handler": handler, "opened_on": today().isoformat()}
