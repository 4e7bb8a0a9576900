"""What is made once is as new to each test: rows, objects and files. See tests/made_once.py."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from milestones.demo import Journey
from milestones.models import Document, Integration, Member
from tests.cast import Cast
from tests.made_once import made_once


@made_once
def signed(journey: Journey) -> Journey:
    journey.roles()
    journey.agreement()
    journey.integration.name = "Signert"
    return journey


@pytest.mark.parametrize("turn", range(3))
def test_each_test_finds_it_as_it_was_made(cast: Cast, signed: Journey, turn: int) -> None:
    [document] = Document.objects.all()
    assert (signed.integration.name, Integration.objects.get().name) == ("Signert", "Brev")
    assert default_storage.open(str(document.file.name)).read().startswith(b"%PDF")
    assert signed.cast.manager is cast.manager
    assert Member.objects.count() == 4

    cast.manager.name = signed.integration.name = "En annen"
    Integration.objects.update(name="Et annet")
    Member.objects.filter(user=cast.lead).update(name="Ingen")
    default_storage.delete(str(document.file.name))


def test_who_asks_for_less_finds_less(cast: Cast) -> None:
    assert cast.manager.name == "Kari Prosjekt"
    assert not Integration.objects.exists()


def test_what_was_made_of_it_left_no_trace(journey: Journey) -> None:
    assert journey.integration.name == "Brev"
    assert not Document.objects.exists()


def test_the_tests_own_transaction_lies_within_those_of_what_was_made(signed: Journey) -> None:
    assert Integration.objects.get().pk == signed.integration.pk
    assert len(connection.savepoint_ids) >= 3  # of the journey, of what is signed, and the test's own


@pytest.mark.django_db(transaction=True)
def test_a_test_of_real_transactions_has_its_own(signed: Journey) -> None:
    assert not connection.in_atomic_block
    assert Integration.objects.get().pk == signed.integration.pk
