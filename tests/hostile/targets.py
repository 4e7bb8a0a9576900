"""Every address that takes a POST, who may send there, and what they would send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

from milestones.mails.stop_links import stop_address
from milestones.models import CatalogueScenario, Invitation, Mail, RequirementLink, User
from tests.addresses.place import Place
from tests.addresses.table import ACROSS, ACROSS_POST_ONLY, AGREE_ON, PEOPLE, POSTS, dated
from tests.cast import PASSWORD


@dataclass(frozen=True)
class Target:
    """An address that takes a POST, who may send there, and what they would send."""

    address: str
    who: str
    data: dict[str, Any]


def of_one_integration(place: Place, name: str) -> Target:
    letters, data = POSTS[name]
    return Target(place.address(name), PEOPLE[letters[0]], dated(data))


def agreement_on(place: Place, name: str) -> Target:
    subject = name.removeprefix("agree ")
    return Target(reverse("agree", args=[place.integration.reference, subject]), "manager", {"version": "1"})


def across(place: Place, name: str) -> Target:
    letters, data = ACROSS[name]
    address = reverse(name, args=["T01"] if name == "catalogue_entry" else [])
    return Target(address, PEOPLE[letters[-1]], data or {})


def of_staff(place: Place, name: str) -> Target:
    data = {"expected_id": str(CatalogueScenario.objects.in_force().get(code="T01").pk)}
    return Target(reverse(name, args=["T01"] if "catalogue" in name else []), "staff", data)


def account(place: Place, name: str) -> Target:
    """Coming in, and what somebody does about themselves."""
    owner = User.objects.get(name="Bjørn Forretning")
    new = {"password1": "Et-langt-passord-5", "password2": "Et-langt-passord-5"}
    invited = Invitation.objects.filter(member__pk=place.pks["invited"]).latest("pk")
    known = User.objects.get(name="Gammel Bekjent")
    return {
        "account_login": Target("/sign-in/", "nobody", {"login": owner.email, "password": PASSWORD}),
        "account_request_login_code": Target("/sign-in/code/", "nobody", {"email": owner.email}),
        "account_confirm_login_code": Target("/sign-in/code/enter/", "asked", {"code": "ABCD-EFGH"}),
        "mfa_login_webauthn": Target("/sign-in/passkey/", "nobody", {"credential": "{}"}),
        "invitation": Target(reverse("invitation", args=[invited.token]), "nobody", {}),
        "account_reauthenticate": Target("/me/security/confirm/password/", "owner", {"password": PASSWORD}),
        "account_change_password": Target("/me/security/password/", "owner", {"oldpassword": PASSWORD, **new}),
        "erase_person": Target(f"/people/{known.pk}/erase/", "staff", {"reason": "Ja"}),
        "set_language": Target(reverse("set_language"), "owner", {"language": "nn", "next": "/mail/"}),
        "set_appearance": Target(reverse("set_appearance"), "owner", {"appearance": "dark", "next": "/mail/"}),
        "sign_out": Target(reverse("sign_out"), "owner", {}),
        "resend": Target(reverse("resend", args=[Mail.objects.earliest("pk").pk]), "staff", {}),
        "remove_link": Target(reverse("remove_link", args=[RequirementLink.objects.get().pk]), "staff", {}),
        "stop_mail": Target(urlsplit(stop_address(owner, "digest")).path, "nobody", {}),
    }[name]


ACCOUNT = (
    *("account_login", "account_request_login_code", "account_confirm_login_code", "mfa_login_webauthn"),
    *("invitation", "account_reauthenticate", "account_change_password", "erase_person", "set_language", "sign_out"),
    *("resend", "set_appearance", "stop_mail", "remove_link"),
)
MAKERS: dict[str, Callable[[Place, str], Target]] = {
    **dict.fromkeys(POSTS, of_one_integration),
    **{f"agree {subject}": agreement_on for subject in AGREE_ON},
    **{name: across for name, (_letters, data) in ACROSS.items() if data is not None},
    **dict.fromkeys(ACROSS_POST_ONLY, of_staff),
    **dict.fromkeys(ACCOUNT, account),
}
