"""Pages are sent compressed, with padding; what is downloaded is not. Static files lie there compressed."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from milestones.demo import Journey
from milestones.middleware.compression import CompressionMiddleware
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


def test_what_is_refused_is_compressed_too(cast: Cast, pages: list[str]) -> None:
    for who, page, status in ((cast.stranger, pages[0], 404), (cast.manager, "/approvals/", 403)):
        sent = cast.client(who).get(page, headers=COMPRESSED)
        assert (sent.status_code, sent["Content-Encoding"]) == (status, "gzip")
        assert gzip.decompress(sent.content).count(b"<h1") == 1


def test_one_page_has_another_length_each_time() -> None:
    """By padding alone: nothing in it differs."""
    asked = RequestFactory().get("/", headers=COMPRESSED)
    asked.resolver_match = None
    send: Any = CompressionMiddleware(lambda _request: HttpResponse("Det samme. " * 500))
    assert len({len(send(asked).content) for _time in range(50)}) > 1


def test_codes_that_are_shown_again_are_not_compressed(cast: Cast) -> None:
    """Beside what somebody else wrote into the address, their length would tell of them."""
    client = cast.client(cast.manager)
    for name in ("mfa_index", "mfa_view_recovery_codes"):
        assert not client.get(reverse(name), headers=COMPRESSED).has_header("Content-Encoding")


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
