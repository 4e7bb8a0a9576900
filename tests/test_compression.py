"""Pages are sent compressed, with padding; what is downloaded is not. Static files lie there compressed."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from milestones.demo import Journey
from milestones.models import Document
from tests.cast import Cast

COMPRESSED = {"accept-encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def pages(cast: Cast, journey: Journey) -> list[str]:
    here = f"/i/{journey.integration.reference}/"
    return [here, f"{here}history/", "/integrations/", "/"]


def test_a_page_is_the_same_and_a_fraction_of_the_size(cast: Cast, pages: list[str]) -> None:
    client = cast.client(cast.manager)
    for page in pages:
        sent = client.get(page, headers=COMPRESSED)
        assert sent["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in sent["Vary"]
        page_read = gzip.decompress(sent.content)
        assert page_read.strip().endswith(b"</html>")
        assert len(sent.content) < len(page_read) / 3
        assert int(sent["Content-Length"]) == len(sent.content)


def test_who_does_not_ask_gets_it_as_it_is(cast: Cast, pages: list[str]) -> None:
    sent = cast.client(cast.manager).get(pages[0])
    assert not sent.has_header("Content-Encoding")
    assert "<h1" in sent.content.decode()


def test_what_is_refused_is_compressed_too(client: Client) -> None:
    sent = client.get("/i/BOFA-482/x/", headers=COMPRESSED)
    assert sent.status_code in (302, 404)
    page = client.get(reverse("account_login"), headers=COMPRESSED)
    assert gzip.decompress(page.content).count(b"<h1") == 1


def test_its_length_says_less_than_what_is_in_it(cast: Cast, pages: list[str]) -> None:
    """The same page has another length each time: of its tokens, and of padding."""
    client = cast.client(cast.manager)
    assert len({len(client.get(pages[0], headers=COMPRESSED).content) for _time in range(20)}) > 1


def test_what_is_downloaded_is_sent_as_it_is_stored(cast: Cast, journey: Journey) -> None:
    journey.roles()
    journey.agreement()
    document, client = Document.objects.get(), cast.client(cast.manager)
    sent: Any = client.get(reverse("document", args=[journey.integration.reference, document.pk]), headers=COMPRESSED)
    assert not sent.has_header("Content-Encoding")
    assert b"".join(sent.streaming_content).startswith(b"%PDF")
    people = client.get(f"/i/{journey.integration.reference}/people/export/csv/", headers=COMPRESSED)
    assert (people.status_code, people.has_header("Content-Encoding")) == (200, False)


def test_static_files_lie_there_by_brotli_and_gzip(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    stored = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": stored}
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in ("app.*.css", "vendor/htmx/htmx.min.*.js", "vendor/designsystemet/designsystemet.*.css"):
        [plain] = tmp_path.glob(name)
        brotli, by_gzip = (Path(f"{plain}{ending}").stat().st_size for ending in (".br", ".gz"))
        assert brotli < by_gzip < plain.stat().st_size / 2
