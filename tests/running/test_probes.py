"""What machines are told of the product itself: to all that it answers, and to those with the token how it does."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from kombu import Connection

from milestones import tasks
from milestones.models import AccountEvent, Tick
from milestones.running import readiness
from tests.cast import Cast
from tests.processes import free_port
from tests.running.outages import SECRET, no_database


@pytest.fixture
def behind_a_balancer() -> Client:
    """It asks by the machine's number, over plain HTTP, and follows nothing."""
    return Client(SERVER_NAME="10.97.0.3")


@pytest.fixture
def with_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is set up, and answers."""
    monkeypatch.setattr(readiness, "has_broker", lambda: True)
    monkeypatch.setattr(readiness, "to_broker", lambda: Connection("memory://"))


def asked(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def failing(told: dict[str, Any]) -> list[str]:
    return [name for name, one in told["checks"].items() if one["status"] == "failed"]


def test_alive_asks_nothing(behind_a_balancer: Client, settings: Any) -> None:
    """No database (this test has none), no session, no host, no scheme; and not by a page's measure of a visit."""
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["integrasjon.example.no"], True
    answer = behind_a_balancer.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert behind_a_balancer.post("/healthz").status_code == 405


def test_elsewhere_the_host_still_counts(behind_a_balancer: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["integrasjon.example.no"]
    assert behind_a_balancer.get("/sign-in/").status_code == 400


@pytest.mark.django_db
def test_ready_when_all_is_there(behind_a_balancer: Client, settings: Any, with_broker: None) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["integrasjon.example.no"], True
    tasks.tick()
    status, told = asked(behind_a_balancer)
    assert (status, told["status"]) == (200, "ok")
    assert list(told["checks"]) == ["database", "migrations", "broker", "documents", "tick"]
    assert all(one == {"status": "ok"} for one in told["checks"].values())


@pytest.mark.django_db
def test_without_a_broker_nobody_asks_for_one() -> None:
    status, told = asked(Client())  # by the fixture of the folder
    assert (status, list(told["checks"])) == (200, ["database", "migrations", "documents"])


@pytest.mark.django_db
def test_a_database_that_is_away(with_broker: None) -> None:
    with no_database():
        answer = Client().get("/readyz")
        assert Client().get("/healthz").status_code == 200
    assert (answer.status_code, failing(answer.json())) == (503, ["database", "migrations", "tick"])
    assert SECRET not in answer.content.decode()
    assert answer.json()["checks"]["database"]["reason"] == "The database does not answer."


@pytest.mark.django_db
def test_a_migration_that_is_missing() -> None:
    MigrationRecorder.Migration.objects.filter(app="milestones").latest("id").delete()
    status, told = asked(Client())
    assert (status, failing(told)) == (503, ["migrations"])


@pytest.mark.django_db
def test_a_newer_version_may_have_migrated_already() -> None:
    """While the one before still runs."""
    MigrationRecorder.Migration.objects.create(app="milestones", name="9999_of_a_newer_version")
    assert asked(Client())[0] == 200


@pytest.mark.django_db
def test_a_broker_that_is_away(with_broker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    url = f"redis://:{SECRET}@127.0.0.1:{port}/0"
    monkeypatch.setattr(readiness, "to_broker", lambda: Connection(url))
    Tick.objects.note()
    answer = Client().get("/readyz")
    assert (answer.status_code, failing(answer.json())) == (503, ["broker"])
    assert not [one for one in (SECRET, str(port), "127.0.0.1") if one in answer.content.decode()]


@pytest.mark.django_db
def test_documents_that_cannot_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    status, told = asked(Client())
    assert (status, failing(told)) == (503, ["documents"])


@pytest.mark.django_db
def test_asking_leaves_no_file() -> None:
    asked(Client())
    assert default_storage.listdir("ready")[1] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "every", "status"), [(290, 30, 200), (310, 30, 503), (310, 60, 200)])
def test_a_tick_that_is_too_old(settings: Any, with_broker: None, seconds: int, every: int, status: int) -> None:
    settings.TICK_SECONDS = every
    Tick.objects.note()
    Tick.objects.update(at=timezone.now() - datetime.timedelta(seconds=seconds))
    found, told = asked(Client())
    assert (found, failing(told)) == (status, [] if status == 200 else ["tick"])


@pytest.mark.django_db
def test_before_the_first_tick_it_is_not_ready(with_broker: None) -> None:
    assert failing(asked(Client())[1]) == ["tick"]


@pytest.mark.django_db
def test_a_tick_leaves_its_time_in_one_row() -> None:
    assert Tick.objects.age() is None
    tasks.tick()
    tasks.tick()
    assert Tick.objects.count() == 1
    age = Tick.objects.age()
    assert age is not None
    assert age < datetime.timedelta(minutes=1)


@pytest.mark.django_db
def test_what_was_found_is_told_again_for_a_while() -> None:
    """However often strangers ask, the database is not."""
    assert asked(Client())[0] == 200
    with no_database():
        assert asked(Client())[0] == 200
        readiness.remembered.forget()
        assert asked(Client())[0] == 503


def test_who_hangs_holds_up_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0)
    with readiness.remembered.lock:
        status, told = asked(Client())
    assert (status, failing(told)) == (503, ["checks"])


def test_it_is_told_in_english_to_everybody(cast: Cast) -> None:
    """Whoever asks, and whatever they read otherwise."""
    reader = cast.client(cast.staff)
    with no_database():
        told = reader.get("/readyz", headers={"accept-language": "nb"}).json()
    assert told["checks"]["database"]["reason"] == "The database does not answer."


def test_a_probe_is_no_visit(cast: Cast, django_assert_num_queries: Any) -> None:
    client = cast.client(cast.staff)
    before = AccountEvent.objects.count()
    with django_assert_num_queries(0):
        client.get("/healthz")
    with django_assert_num_queries(2):  # one asks whether it is there, one for its migrations
        client.get("/readyz")
    assert AccountEvent.objects.count() == before
