"""Redis: what is read from it runs nothing, and it is reached by password and over TLS."""

from __future__ import annotations

import base64
import json
import os
import pickle
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import pytest
import redis
from django.core.cache.backends.redis import RedisCache

from integrasjon.celery import app
from milestones.entry import sessions
from tests.processes import free_port, in_production, running

SERVER = shutil.which("redis-server")
PASSWORD = "p@ss/w:rd %1"

pytestmark = pytest.mark.skipif(SERVER is None, reason="redis-server is not installed")


class Planted:
    """What whoever can write to Redis would have us unpickle."""

    def __init__(self, at: Path) -> None:
        self.at = at

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.at),)


class Server(NamedTuple):
    """A Redis of the tests' own. By TLS it shows a certificate for the name localhost, its own authority."""

    port: int
    tls_port: int
    certificate: Path

    def plain(self, password: str = PASSWORD) -> str:
        return f"redis://:{quote(password, safe='')}@localhost:{self.port}/0"

    def tls(self, host: str = "localhost", **options: object) -> str:
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"rediss://:{quote(PASSWORD, safe='')}@{host}:{self.tls_port}/0?{query}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("redis")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = ["openssl", "req", *kind, *name, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    port, tls_port = free_port(), free_port()
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "tls-port": tls_port,
        "tls-cert-file": certificate,
        "tls-key-file": key,
        "tls-auth-clients": "no",
        "requirepass": f'"{PASSWORD}"',
        "save": '""',
        "logfile": folder / "log",
    }
    written = folder / "redis.conf"
    written.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with running([str(SERVER), str(written)], port):
        yield Server(port, tls_port, certificate)


@pytest.fixture
def cache(server: Server, monkeypatch: pytest.MonkeyPatch) -> RedisCache:
    """The product's, as settings have it where Redis is named, in a room of its own."""
    code = "import json; from django.conf import settings; print(json.dumps(settings.CACHES['default']))"
    configured = json.loads(in_production(code, REDIS_URL=server.plain()))
    assert configured.pop("BACKEND") == "django.core.cache.backends.redis.RedisCache"
    ours = RedisCache(configured.pop("LOCATION"), configured | {"KEY_PREFIX": uuid4().hex})
    monkeypatch.setattr(sessions, "cache", ours)
    return ours


class TestWhatIsPlanted:
    def test_would_run_by_djangos_own_choice(self, server: Server, tmp_path: Path) -> None:
        careless = RedisCache(server.plain(), {})
        redis.from_url(server.plain()).set(careless.make_key("key"), pickle.dumps(Planted(tmp_path / "ran")))
        careless.get("key")
        assert (tmp_path / "ran").exists()

    def test_does_not_run_out_of_the_cache(self, server: Server, cache: RedisCache, tmp_path: Path) -> None:
        redis.from_url(server.plain()).set(cache.make_key("key"), pickle.dumps(Planted(tmp_path / "ran")))
        with pytest.raises(ValueError, match="Expecting value"):
            cache.get("key")
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize("planted", [b"\x80\x04K\x01.", b'"text"', b"null", b"{}", b"\xff\xfe"])
    def test_is_forgotten_where_a_session_is_looked_up(
        self, server: Server, cache: RedisCache, planted: bytes
    ) -> None:
        """So is what was pickled before an upgrade."""
        redis.from_url(server.plain()).set(cache.make_key("session"), planted)
        assert sessions._last_seen(["session"]) == {}
        cache.set("session", 1764144000.25)
        assert sessions._last_seen(["session"]) == {"session": 1764144000.25}

    def test_does_not_run_in_a_worker(self, server: Server, tmp_path: Path) -> None:
        """A message as Celery's own would be, but pickled: it is refused before it is read."""
        body = base64.b64encode(pickle.dumps(((), {"planted": Planted(tmp_path / "ran")}, {}))).decode()
        code = (
            "import django; django.setup(); from integrasjon.celery import app; from kombu.exceptions import "
            "ContentDisallowed; from kombu.message import Message; "
            f"message = Message(body={body!r}, content_type='application/x-python-serialize', "
            "content_encoding='binary', accept=app.conf.accept_content)\n"
            "try: message.decode(); print('read')\n"
            "except ContentDisallowed: print('refused')"
        )
        assert in_production(code, REDIS_URL=server.plain()).split() == ["refused"]
        assert not (tmp_path / "ran").exists()


def test_celery_takes_and_writes_json_alone() -> None:
    assert (app.conf.accept_content, app.conf.task_serializer, app.conf.result_serializer) == (
        ["json"],
        "json",
        "json",
    )


def test_workers_wait_for_it_for_as_long_as_it_takes() -> None:
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None


def test_what_is_kept_in_the_cache_comes_back(cache: RedisCache) -> None:
    """All kinds that we and allauth keep: moments, and that a code is used."""
    cache.set_many({"moment": 1764144000.123456, "used": True, "number": 7})
    assert cache.get_many(["moment", "used", "number"]) == {"moment": 1764144000.123456, "used": True, "number": 7}
    assert (cache.add("once", True), cache.add("once", True), cache.incr("number")) == (True, False, 8)


REACHED = """
import django; django.setup()
from django.core.cache import cache
from integrasjon.celery import app
from limits import parse
from milestones.entry import limits

def reached(attempt):
    try:
        attempt()
    except Exception as error:
        return type(error).__name__
    return 'reached'

print(reached(lambda: cache.set('a', 1)), reached(lambda: limits._limiter().hit(parse('1 per hour'), 'a')),
      reached(lambda: app.connection_for_read().ensure_connection(max_retries=1)))
"""


def reached(redis_url: str) -> list[str]:
    """Whether the cache, the limits and Celery reach it, or what happens to each."""
    return in_production(REACHED, REDIS_URL=redis_url).splitlines()[-1].split()


def test_all_three_come_in_by_password(server: Server) -> None:
    assert reached(server.plain()) == ["reached"] * 3
    assert "reached" not in reached(server.plain("wrong"))
    assert "reached" not in reached(f"redis://localhost:{server.port}/0")


def test_all_three_come_in_over_tls_where_the_certificate_holds(server: Server) -> None:
    assert reached(server.tls(ssl_ca_certs=server.certificate)) == ["reached"] * 3


def test_none_comes_in_where_it_does_not(server: Server) -> None:
    """An authority that nobody named, and another server's certificate."""
    assert "reached" not in reached(server.tls())
    assert "reached" not in reached(server.tls(host="127.0.0.1", ssl_ca_certs=server.certificate))
