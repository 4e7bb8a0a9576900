"""Whether somebody came over TLS: the proxy knows, or a balancer before it that is named."""

from __future__ import annotations

import http.client
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import PATIENCE, ROOT, free_port
from tests.proxy.clients import ask
from tests.proxy.servers import granian, needs_nginx, nginx

pytestmark = [needs_nginx, pytest.mark.django_db(transaction=True)]

OVER_TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


@pytest.fixture(scope="module")
def secure_app(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[int]:
    """Sends whoever comes without TLS there."""
    with granian(tmp_path_factory.mktemp("app"), SECURE="on") as port:
        yield port


def status(port: int, **headers: str) -> int:
    return ask(port, "/sign-in/", Host="localhost", **headers).status


def test_a_balancer_that_is_named_says_so(secure_app: int, tmp_path: Path) -> None:
    with nginx(tmp_path, secure_app, PROXY_BALANCER="127.0.0.0/8") as port:
        assert status(port, **OVER_TLS) == 200
        assert status(port, **OVER_TLS | {"X-Forwarded-Proto": "http"}) == 301
        assert status(port, **{name.replace("-", "_"): value for name, value in OVER_TLS.items()}) == 301


def test_anybody_else_does_not(secure_app: int, tmp_path: Path) -> None:
    with nginx(tmp_path, secure_app) as port:
        assert status(port, **OVER_TLS, Forwarded="for=203.0.113.7;proto=https") == 301


def test_the_proxy_knows_where_it_ends_tls_itself(secure_app: int, tmp_path: Path) -> None:
    """By the example that is shipped, with a certificate of the test's own."""
    (tls := tmp_path / "proxy" / "tls").mkdir(parents=True)
    certificate, key, tls_port = tls / "certificate.pem", tls / "key.pem", free_port()
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = ["openssl", "req", *kind, *name, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    example = (ROOT / "deploy/nginx/tls/site.conf.example").read_text(encoding="utf-8")
    ours = example.replace("/etc/tracker", str(tls)).replace("8443", f"127.0.0.1:{tls_port}")
    (tls / "site.conf").write_text(ours, encoding="utf-8")
    with nginx(tmp_path, secure_app) as port:
        assert status(port) == 301
        trusting = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", tls_port, timeout=PATIENCE, context=trusting)
        connection.request("GET", "/sign-in/")
        answer = connection.getresponse()
        assert (answer.status, "max-age" in str(answer.headers["Strict-Transport-Security"])) == (200, True)
        connection.close()
