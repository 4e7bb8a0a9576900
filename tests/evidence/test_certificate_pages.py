"""D.3 by machine: the page that takes a certificate, what it says of it, and what is recorded."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from milestones import forms, workflow
from milestones.clock import date_of
from milestones.demo import Journey
from milestones.evidence import certificates
from milestones.models import Certificate, EventKind, User
from milestones.process import REQUIREMENTS
from tests.cast import Cast, facts_now, fresh, reasons
from tests.evidence.certifying import ISSUER, OWN, SUPPLIER, YEAR, a_certificate, file_with, named, pem
from tests.made_once import made_once


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    return journey


def send(client: Client, journey: Journey, content: bytes, **more: str) -> Any:
    address = f"/i/{journey.integration.reference}/operations/certificate/file/"
    filled = {"certificate": SimpleUploadedFile("fjordvik.cer", content), **more}
    return client.post(address, filled, follow=True, headers={"accept-language": "en"})


def shown(client: Client, journey: Journey) -> str:
    answer = client.get(f"/i/{journey.integration.reference}/operations/", headers={"accept-language": "en"})
    return " ".join(answer.content.decode().split())


@pytest.fixture
def lead(cast: Cast) -> Client:
    User.objects.update(language="en")
    return cast.client(cast.lead)


def test_the_date_is_that_of_the_certificate(journey: Journey, lead: Client, cast: Cast) -> None:
    one = a_certificate()
    answer = send(lead, journey, pem(one))
    assert "The certificate of Fjordvik kommune is recorded." in answer.content.decode()
    expires_on = date_of(one.not_valid_after_utc)
    assert facts_now(journey.integration).certificate_expires_on == expires_on
    row = Certificate.objects.get()
    assert (row.pem.encode(), row.organisation_number, row.uploaded_by) == (pem(one), OWN, cast.lead)
    for reader in (lead, cast.client(cast.staff), cast.client(cast.owner)):
        page = shown(reader, journey)
        for told in ("documented: read from the certificate", "Utsteder CA 3", OWN, "Terje Teknisk", row.fingerprint):
            assert told in page, told
        assert ">Not the sender's own<" not in page.replace("&#x27;", "'")
    event = journey.integration.events.latest("pk")
    assert (event.kind, event.subject, event.to_value) == (EventKind.CERTIFICATE_UPLOADED, OWN, expires_on.isoformat())


def test_a_typed_date_is_said_and_takes_its_place(journey: Journey, lead: Client, cast: Cast) -> None:
    send(lead, journey, pem(a_certificate()))
    address, day = f"/i/{journey.integration.reference}/operations/certificate/", timezone.localdate() + YEAR
    read_day = facts_now(journey.integration).certificate_expires_on
    assert lead.post(address, {"expires_on": str(read_day)}).status_code == 302
    assert fresh(journey.integration).operations.certificate_id
    assert lead.post(address, {"expires_on": str(day + YEAR)}).status_code == 302
    assert fresh(journey.integration).operations.certificate is None
    page = shown(lead, journey)
    assert "said: typed" in page
    assert "read from the certificate" not in page
    assert Certificate.objects.count() == 1


def test_another_organisations_asks_for_a_reason(journey: Journey, lead: Client) -> None:
    other = pem(a_certificate(named("Leverandør AS", organization_identifier=f"NTRNO-{SUPPLIER}")))
    answer = send(lead, journey, other)
    assert answer.status_code == 422
    told = answer.content.decode()
    assert f"Leverandør AS, {SUPPLIER}; the integration is that of {OWN}" in told
    assert not Certificate.objects.exists()
    assert send(lead, journey, other, reason="De driver løsningen for oss.").status_code == 200
    page = shown(lead, journey).replace("&#x27;", "'")
    assert "Not the sender's own" in page
    assert "De driver løsningen for oss." in page
    assert journey.integration.events.latest("pk").reason == "De driver løsningen for oss."


def test_one_without_a_number_asks_for_a_reason(journey: Journey, lead: Client) -> None:
    none = pem(a_certificate(named("integrasjon.fjordvik.example")))
    answer = send(lead, journey, none)
    assert (answer.status_code, "names no organisation number" in answer.content.decode()) == (422, True)
    assert send(lead, journey, none, reason="Et testsertifikat.").status_code == 200
    event = journey.integration.events.latest("pk")
    assert event.subject == "–"


@pytest.mark.parametrize(
    ("begins", "ends", "told"),
    [(-2, -1, "expired on"), (1, 2, "is not valid before")],
    ids=["expired", "not yet valid"],
)
def test_one_that_is_not_in_force_is_not_recorded(
    journey: Journey, lead: Client, begins: int, ends: int, told: str
) -> None:
    answer = send(lead, journey, pem(a_certificate(begins=begins * YEAR, ends=ends * YEAR)))
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert facts_now(journey.integration).certificate_expires_on is None


def test_the_same_one_again_is_told(journey: Journey, lead: Client) -> None:
    one = pem(a_certificate())
    send(lead, journey, one)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        found = certificates.read(file_with(one))
        with pytest.raises(ValidationError, match="allerede"), override("nb"):
            workflow.upload_certificate(journey.integration, by=journey.cast.lead, certificate=found)


def test_of_a_chain_it_says_which(journey: Journey, lead: Client) -> None:
    answer = send(lead, journey, pem(a_certificate(ISSUER, named("Rot")), a_certificate()))
    told = answer.content.decode()
    assert "The certificate of Fjordvik kommune is recorded." in told
    assert "The file held 1 more certificate, its chain, which is not kept." in told


def test_d_3_follows_it(journey: Journey, lead: Client) -> None:
    send(lead, journey, pem(a_certificate(ends=datetime.timedelta(days=3))))
    assert reasons(journey.integration, "D.3") == []
    with time_machine.travel(timezone.now() + datetime.timedelta(days=4)):
        assert reasons(journey.integration, "D.3") == ["certificate_expired"]


def test_who_may_not_has_nothing_read(journey: Journey, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_to_be_read(upload: Any) -> Any:
        raise AssertionError(upload)

    monkeypatch.setattr("milestones.forms.operations.read", not_to_be_read)
    for who, status in ((cast.staff, 403), (cast.owner, 403), (cast.stranger, 404)):
        assert send(cast.client(who), journey, pem(a_certificate())).status_code == status


def test_the_field_says_what_is_missing(lead: Client, journey: Journey) -> None:
    form = forms.CertificateFileForm({}, {})
    assert list(form.errors) == ["certificate"]
    assert REQUIREMENTS["D.3"].page == "operations"
