"""Digipost's certificates: set by staff, one an environment; what was shown by the one before stays shown."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from milestones.models import PinnedCertificate
from milestones.process import Environment
from tests.cast import Cast
from tests.evidence.digipost_here import a_key, a_pem
from tests.results.sending import plain

pytestmark = pytest.mark.django_db


def send(cast: Cast, pem: str, seen: int = 0, who: str = "staff", environment: str = "test") -> Any:
    data = {"environment": environment, "pem": pem, "seen": seen}
    return cast.client(getattr(cast, who)).post("/certificates/", data)


def test_staff_set_it_and_the_page_shows_it(cast: Cast) -> None:
    assert send(cast, a_pem().decode()).status_code == 302
    current = PinnedCertificate.objects.current(Environment.TEST)
    assert current is not None
    page = plain(cast.client(cast.staff).get("/certificates/").content)
    assert current.fingerprint in page
    assert PinnedCertificate.objects.current(Environment.PRODUCTION) is None


def test_another_ends_it_and_an_old_page_does_not(cast: Cast) -> None:
    send(cast, a_pem().decode())
    first = PinnedCertificate.objects.get()
    assert send(cast, a_pem("another").decode(), seen=0).status_code == 409
    assert send(cast, a_pem("another").decode(), seen=first.pk).status_code == 302
    assert [bool(one.ended_at) for one in PinnedCertificate.objects.order_by("pk")] == [True, False]


def test_a_private_key_is_refused_and_forgotten(cast: Cast) -> None:
    key = a_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    answer = send(cast, a_pem().decode() + key)
    assert answer.status_code == 422
    assert "PRIVATE KEY" not in answer.content.decode()
    assert not PinnedCertificate.objects.exists()


@pytest.mark.parametrize(
    "pem", ["", "ikke noe sertifikat", "-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----"]
)
def test_what_is_no_certificate_is_told_so(cast: Cast, pem: str) -> None:
    assert send(cast, pem).status_code == 422


def test_others_do_not(cast: Cast) -> None:
    assert {send(cast, a_pem().decode(), who=who).status_code for who in ("manager", "lead", "stranger")} == {403}
