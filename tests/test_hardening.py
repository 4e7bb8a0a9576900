"""Headers, cookies, and the rights that docs promise."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from milestones.demo import a_pdf
from milestones.management.commands.rights_table import table
from milestones.models import Agreement, DocumentAccess
from tests.cast import Cast
from tests.processes import HUNG, ROOT, in_production


def test_the_deployment_check_is_clean() -> None:
    code = "import django; django.setup(); from django.core.management import call_command; "
    in_production(code + "call_command('check', '--deploy', '--fail-level', 'WARNING')")


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1:", ":3310", "127.0.0.1:clamd"])
def test_an_address_that_is_none_is_not_found_out_by_whoever_uploads_first(address: str) -> None:
    with pytest.raises(AssertionError, match="CLAMAV_ADDRESS"):
        in_production("from django.conf import settings; settings.DEBUG", CLAMAV_ADDRESS=address)


@pytest.mark.parametrize("away", [{"REDIS_URL": "redis://127.0.0.1:1/0"}, {"BROKER_URL": "amqp://127.0.0.1:1//"}])
def test_nobody_waits_for_a_broker_that_is_away(away: dict[str, str]) -> None:
    code = "import django, time; django.setup(); from milestones import outbox; began = time.monotonic(); "
    code += "outbox.hint(); outbox.hint(); print(time.monotonic() - began)"
    assert float(in_production(code, **away).splitlines()[-1]) < HUNG


def test_cookies_belong_to_this_host_alone() -> None:
    code = (
        "import json; from django.conf import settings as s; print(json.dumps([[getattr(s, f'{name}_COOKIE_{what}') "
    )
    code += "for what in ('NAME', 'SECURE', 'HTTPONLY', 'PATH')] for name in ('SESSION', 'CSRF', 'LANGUAGE')]))"
    names = ["__Host-session", "__Host-csrf", "__Host-language"]
    assert json.loads(in_production(code)) == [[name, True, True, "/"] for name in names]


def test_every_answer_says_what_a_browser_may_do(db: None) -> None:
    answer = Client().get("/sign-in/")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "form-action 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_docs_table_of_rights_is_the_codes() -> None:
    assert (ROOT / "docs" / "rights.md").read_text(encoding="utf-8").strip() == table().strip()


def test_who_downloaded_a_document_is_seen_by_whom_it_concerns(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    journey.agreement()
    document = Agreement.objects.get().document
    assert document is not None
    home = f"/i/{journey.integration.reference}/"
    answer = cast.client(cast.lead).get(f"{home}documents/{document.pk}/")
    assert b"".join(answer.streaming_content) == a_pdf()  # type: ignore[attr-defined]
    assert cast.client(cast.stranger).get(f"{home}documents/{document.pk}/").status_code == 404
    assert [access.user for access in DocumentAccess.objects.all()] == [cast.lead]
    DocumentAccess.objects.bulk_create(DocumentAccess(document=document, user=cast.owner) for _ in range(50))
    older = cast.client(cast.manager).get(f"{home}history/?downloads=2").content.decode()
    assert f'avtale.pdf <span class="quiet">{cast.lead.name}' in older
    assert f'avtale.pdf <span class="quiet">{cast.owner.name}' not in older
    assert "?downloads=1" in older
    for user, told in ((cast.manager, True), (cast.staff, True), (cast.lead, False), (cast.contract, False)):
        assert ("avtale.pdf" in cast.client(user).get(f"{home}history/").content.decode()) is told
