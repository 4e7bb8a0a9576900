"""Chromium: a code, a passkey, an authenticator app, and an invitation on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from milestones import workflow
from milestones.models import User
from milestones.process import Role, SenderKind
from tests.browser.person import PHONE, Person, sign_out
from tests.entry.factors import totp

STAFF, NEW = "ingrid@digipost.example", "ny@fjordvik.example"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(settings: Any) -> User:
    settings.STAFF_SECOND_FACTOR = True
    return User.objects.create_user(STAFF, "Ingrid Onboarding", is_staff=True)


def test_staff_sign_in_with_a_code_and_a_passkey_and_then_with_the_passkey_alone(
    browser: Browser, site: str, staff: User
) -> None:
    ingrid = Person(browser, site)
    ingrid.use_virtual_authenticator()
    ingrid.sign_in(STAFF)
    ingrid.go("/approvals/")
    ingrid.sees("Digipost's staff need a second factor")
    ingrid.page.get_by_role("link", name="Add a passkey").click()
    ingrid.check()
    ingrid.fill("What you call it", "Mobilen")
    ingrid.press("Add the passkey")
    ingrid.sees("Recovery codes")
    ingrid.go("/approvals/")
    expect(ingrid.page).to_have_url(re.compile("/approvals/$"))
    sign_out(ingrid.page)
    ingrid.speak_english()
    ingrid.press("Sign in with a passkey")
    ingrid.go("/approvals/")
    expect(ingrid.page).to_have_url(re.compile("/approvals/$"))
    ingrid.go("/me/security/")
    ingrid.sees("Mobilen")


def test_an_authenticator_app_beside_a_code(browser: Browser, site: str, staff: User) -> None:
    ingrid = Person(browser, site)
    ingrid.sign_in(STAFF)
    ingrid.page.get_by_role("link", name="Add an authenticator app").click()
    ingrid.check()
    secret = ingrid.page.locator("code.hash").inner_text()
    ingrid.fill("Code", "000000")
    ingrid.press("Add the app", status=422)
    ingrid.sees("The code is not right")
    ingrid.fill("Code", totp(secret))
    ingrid.press("Add the app")
    codes = re.findall(r"\d{8}", ingrid.text())
    assert len(codes) == 10
    sign_out(ingrid.page)
    ingrid.sign_in_halfway(STAFF)
    ingrid.fill("Code", codes[0])
    ingrid.press("Continue")
    ingrid.go("/approvals/")
    expect(ingrid.page).to_have_url(re.compile("/approvals/$"))


def test_an_invitation_is_accepted_on_a_phone(browser: Browser, site: str, staff: User) -> None:
    integration = workflow.create_integration(
        by=staff,
        number="984661185",
        organisation="Fjordvik kommune",
        name="Brev",
        sender_kind=SenderKind.SENDER,
        manager_name="Kari",
        manager_email="kari@fjordvik.example",
    )
    workflow.invite(integration, by=staff, name="Ny Leder", email=NEW, roles=[Role.TECHNICAL_LEAD])
    phone = Person(browser, site, viewport=PHONE)
    phone.accept_invitation(NEW)
    phone.sees(integration.reference)
    phone.go("/me/security/")
    phone.sees("this device")
    again = Person(browser, site, viewport=PHONE)
    again.sign_in(NEW)
    again.go(f"/i/{integration.reference}/")
    assert again.status == 200
