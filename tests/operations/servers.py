"""PgBouncer and RabbitMQ of a test's own, on free ports, and what runs on a host beside its web."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

from tests.conftest import PGBOUNCER, RABBITMQ
from tests.processes import free_port, running, started


@contextmanager
def pooler(folder: Path, name: str) -> Iterator[str]:
    """PgBouncer before the database of that name, handing connections out by the transaction. Gives its address."""
    row, port = connection.settings_dict, free_port()
    written = folder / "pgbouncer.ini"
    known = {"host": row["HOST"], "port": row["PORT"], "user": row["USER"], "password": row["PASSWORD"]}
    server = " ".join(f"{key}='{value}'" for key, value in known.items() if value)
    options = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "auth_type": "any",
        "pool_mode": "transaction",
        "default_pool_size": 3,  # fewer than ask: each goes from one to another
        "query_wait_timeout": 3,  # seconds; by itself it would have everybody wait for two minutes
        "server_login_retry": 1,
        "unix_socket_dir": "",
    }
    if not os.geteuid():
        options["user"] = "nobody"  # it refuses to be root
    lines = [f"{key} = {value}" for key, value in options.items()]
    written.write_text("\n".join(["[databases]", f"{name} = {server}", "[pgbouncer]", *lines, ""]))
    with running([str(PGBOUNCER), "--quiet", str(written)], port):
        yield f"postgres://tracker@127.0.0.1:{port}/{name}"


class Server:
    """One that can be stopped, and started again on the same port."""

    def __init__(self, command: list[str], port: int, **environment: str) -> None:
        self.command, self.port, self.environment = command, port, environment
        self._running = ExitStack()

    def start(self) -> None:
        self._running.enter_context(running(self.command, self.port, **self.environment))

    def stop(self) -> None:
        self._running.close()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """While the block lasts it is away."""
        self.stop()
        try:
            yield
        finally:
            self.start()


def redis() -> Server:
    """Redis, which forgets everything when it stops."""
    port = free_port()
    return Server(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--loglevel", "warning"], port
    )


class RabbitMQ(Server):
    """It keeps what it had."""

    def __init__(self, folder: Path) -> None:
        port, self._names = free_port(), free_port()
        super().__init__([RABBITMQ], port, ERL_EPMD_PORT=str(self._names), **_of_rabbitmq(folder, port))

    def start(self) -> None:
        """With Erlang's register of nodes, which it would else start itself, and leave behind."""
        self._running.enter_context(running(["epmd", "-port", str(self._names)], self._names))
        super().start()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"


def _of_rabbitmq(folder: Path, port: int) -> dict[str, str]:
    """Variables by which it keeps everything in a folder, and asks nothing of what is installed beside it."""
    configuration, nothing = folder / "rabbitmq.conf", folder / "nothing"
    configuration.write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\nlog.console.level = error\n")
    nothing.touch()
    return {
        "HOME": str(folder),  # where Erlang keeps its cookie
        "RABBITMQ_NODENAME": f"tests-{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(configuration),
        "RABBITMQ_CONF_ENV_FILE": str(nothing),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(nothing),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_LOGS": "-",
    }


@contextmanager
def celery(what: str, *options: str, **environment: str) -> Iterator[None]:
    """A worker or beat, until the block ends."""
    command = [sys.executable, "-m", "celery", "-A", "integrasjon", what, "--loglevel", "error", *options]
    with started(command, **environment):
        yield
