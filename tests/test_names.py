"""A name leads nowhere: mail to strangers holds the names of people, integrations and organisations."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from milestones import names, workflow
from milestones.models import Integration, Mail, MailKind, User
from milestones.process import Role
from tests.cast import Cast

LEADS = [
    *("http://evil.example", "HTTPS://evil.com/vinn", "Vinn på www.evil.com", "www.evil", "evil.com", "evil.com/x"),
    *("se evil.com.", "(evil.xyz)", "evil.co.uk", "vinn.no/premie", "kari@evil.com", "mailto:kari@evil.com"),
    *("//evil.com", "ftp://evil.com", "file:///etc", "javascript://x", "evil。com", "ｅｖｉｌ．ｃｏｍ", "evil․com"),
    *("evil\u200b.com", "bøker.no", "xn--bcher-kva.ch", "Kari evil.top", "a.zip", "sms://12"),
    *("evil.рф", "evil.com\u2044vinn", r"\\evil\vinn", "ring tel:+4712345678", "javascript:x"),
]
NAMES = [
    *("Kari Nordmann", "J.R.R. Tolkien", "Kari A.Nordmann", "Per-Åge O'Neill", "St.Olavs hospital", "Brev v2.0"),
    *("Fakturaer, f.eks. purringer", "Lønn m.m.", "Node.js-klient", "24/7 varsling", "A/S Norsk", "Brev: vedtak"),
    *("søknad.docx", "1.2 og 1.3", "og/eller", "kl.10"),
]
COMPANIES = ["Finn.no AS", "Komplett.no AS", "VG.no", "Amazon.com", "Digipost AS", "Booking.com Norway A/S"]
NO_COMPANIES = ["Finn.no/vinn AS", "http://finn.no", "www.finn.no", "post@finn.no", "Finn.no?x=1", "finn.no:8080"]
NO_COMPANIES += ["finn.no\u2215vinn", r"\\finn\vinn"]


@pytest.mark.parametrize("name", LEADS)
def test_what_mail_programs_make_a_link_of(name: str) -> None:
    assert names.leads_somewhere(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_they_leave_alone(name: str) -> None:
    assert not names.leads_somewhere(name)
    assert not names.leads_to_a_page(name)


@pytest.mark.parametrize("name", COMPANIES)
def test_companies_are_called_that(name: str) -> None:
    assert not names.leads_to_a_page(name)


@pytest.mark.parametrize("name", NO_COMPANIES)
def test_companies_are_not_called_that(name: str) -> None:
    assert names.leads_to_a_page(name)


def test_nobody_is_invited_under_such_a_name(cast: Cast) -> None:
    journey = cast.journey()
    address = f"/i/{journey.integration.reference}/people/"
    form = {"name": "Vinn på evil.com", "email": "ny@fjordvik.example", "roles": [Role.OBSERVER]}
    answer = cast.client(cast.manager).post(address, form)
    assert answer.status_code == 422
    assert list(answer.context["invite"].errors) == ["name"]
    assert "Vinn på evil.com" in answer.content.decode()  # what was typed is kept
    assert not User.objects.filter(email="ny@fjordvik.example").exists()
    assert cast.client(cast.manager).post(address, {**form, "name": "Vinn"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "name"), [("name", "Brev evil.com"), ("organisation", "Finn.no/x"), ("manager_name", "evil.com")]
)
def test_nothing_is_taken_in_under_such_a_name(cast: Cast, field: str, name: str) -> None:
    form = {
        "route": "direct", "number": "984661185", "organisation": "Finn.no AS", "sender_kind": "sender",
        "name": "Brev", "manager_name": "Kari", "manager_email": cast.manager.email,
    }  # fmt: skip
    answer = cast.client(cast.staff).post("/integrations/new/", {**form, field: name})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Integration.objects.exists()
    assert cast.client(cast.staff).post("/integrations/new/", form).status_code == 302


def test_workflow_asks_whoever_calls(cast: Cast) -> None:
    journey = cast.journey()
    with pytest.raises(ValidationError):
        workflow.invite(journey.integration, by=cast.staff, name="evil.com", email="ny@x.example", roles=[])
    assert Mail.objects.filter(kind=MailKind.INVITED).count() == 1  # the project manager's
