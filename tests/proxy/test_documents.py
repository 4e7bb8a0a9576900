"""Documents that the proxy hands over: the same as the app would, and to nobody by themselves."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings as house
from django.core.files.base import ContentFile

from milestones.models import Document, DocumentAccess
from tests.cast import Cast
from tests.proxy.clients import Answer, ask
from tests.proxy.conftest import Site
from tests.proxy.servers import CONFIGURATION, needs_nginx, nginx

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = os.urandom(300_000)
OF_A_CONNECTION = {"connection", "content-length", "date", "server", "transfer-encoding", "x-request-id"}


@pytest.fixture
def document(cast: Cast, settings: Any, site: Site) -> Document:
    settings.MEDIA_ROOT = str(site.folder / "documents")
    return Document.objects.create(
        integration=cast.journey().integration,
        file=ContentFile(CONTENT, name="avtale.pdf"),
        name="avtale – Å & 100 %.pdf",
        content_type="application/pdf",
        size=len(CONTENT),
        uploaded_by=cast.staff,
    )


def path_of(document: Document) -> str:
    return f"/i/{document.integration.reference}/documents/{document.pk}/"


def asked_for(port: int, document: Document, cast: Cast, who: Any, **headers: str) -> Answer:
    cookies = "; ".join(f"{one.key}={one.value}" for one in cast.client(who).cookies.values())
    return ask(port, path_of(document), Host="localhost", Cookie=cookies, **headers)


@needs_nginx
def test_it_arrives_whole_with_the_headers_that_the_app_gives_it(site: Site, document: Document, cast: Cast) -> None:
    answer = asked_for(site.port, document, cast, cast.manager)
    assert (answer.status, answer.body) == (200, CONTENT)
    streamed = cast.client(cast.manager).get(path_of(document))
    expected = {name.lower(): value for name, value in streamed.headers.items() if name.lower() not in OF_A_CONNECTION}
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert not {"x-accel-redirect", "etag", "last-modified"} & set(answer.headers)


@needs_nginx
def test_each_download_is_noted(site: Site, document: Document, cast: Cast) -> None:
    asked_for(site.port, document, cast, cast.manager)
    asked_for(site.port, document, cast, cast.manager, Range="bytes=0-9")
    assert [access.user for access in DocumentAccess.objects.all()] == [cast.manager] * 2


@needs_nginx
def test_whoever_may_not_have_it_gets_none_of_it(site: Site, document: Document, cast: Cast) -> None:
    answer = asked_for(site.port, document, cast, cast.stranger)
    assert (answer.status, CONTENT[:100] in answer.body) == (404, False)
    assert not DocumentAccess.objects.exists()


@needs_nginx
@pytest.mark.parametrize(
    "place", ["/_documents/", "//_documents/", "/%5Fdocuments/", "/x/../_documents/", "/_documents/./"]
)
def test_nobody_asks_for_the_file_itself(site: Site, document: Document, place: str) -> None:
    answer = ask(site.port, f"{place}{document.file.name}", Host="localhost")
    assert (answer.status, CONTENT[:100] in answer.body) == (404, False)
    told = {"X-Accel-Redirect": f"/_documents/{document.file.name}"}
    assert CONTENT[:100] not in ask(site.port, "/sign-in/", Host="localhost", **told).body


@needs_nginx
def test_what_is_gone_answers_410_as_without_the_proxy(site: Site, document: Document, cast: Cast) -> None:
    os.remove(document.file.path)
    assert asked_for(site.port, document, cast, cast.manager).status == 410
    assert not DocumentAccess.objects.exists()


def test_the_app_says_where_it_lies_only_where_the_proxy_reads_it(
    document: Document, cast: Cast, settings: Any
) -> None:
    client = cast.client(cast.manager)
    assert "X-Accel-Redirect" not in client.get(path_of(document))
    settings.DOCUMENT_ACCEL = "/_documents/"
    answer = client.get(path_of(document))
    assert (answer["X-Accel-Redirect"], answer.content) == (f"/_documents/{document.file.name}", b"")


def test_the_place_is_the_one_that_compose_and_readme_name() -> None:
    assert "location ^~ /_documents/ {" in CONFIGURATION
    for told, line in (
        ("docker-compose.yml", "DOCUMENT_ACCEL: /_documents/"),
        ("README.md", "DOCUMENT_ACCEL=/_documents/"),
    ):
        assert line in (house.BASE_DIR / told).read_text(), told


@needs_nginx
def test_what_the_proxy_refuses_by_itself_is_noted_without_who_and_what(tmp_path: Any, capfd: Any) -> None:
    """Where nothing answers behind it. The path may be a key."""
    with nginx(tmp_path, app_port=1) as port:
        assert ask(port, "/invitation/secret/?name=kari", Host="localhost").status == 502
    log = (tmp_path / "proxy" / "refusals.log").read_text()
    assert '"proxy refused": 502' in log
    told = log + "".join(capfd.readouterr())
    assert [one for one in ("secret", "kari", "127.0.0.1") if one in told] == []
