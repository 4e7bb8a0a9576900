"""A fault in what the environment says is told at start, by the name of the variable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from integrasjon import environment
from tests.processes import in_production

READ = "from django.conf import settings; print(settings.TRUSTED_PROXIES, settings.OIDC_PROVIDERS)"
GOOD = {
    "id": "work",
    "name": "Digipost",
    "issuer": "https://login.example/v2.0",
    "client_id": "us",
    "secret": "s3cret",
}


def providers(*given: Any) -> list[dict[str, Any]]:
    return environment.oidc_providers(json.dumps(given), over_tls=True)


def test_a_space_after_a_comma_is_no_part_of_an_address() -> None:
    assert "['10.0.0.1/32', '10.1.0.0/16', '::1/128']" in in_production(
        READ, TRUSTED_PROXIES="10.0.0.1, 10.1.0.0/16 ,::1,"
    )


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("TRUSTED_PROXIES", "10.0.0.1,proxy.example", "TRUSTED_PROXIES: proxy.example is neither an address"),
        ("DOCUMENT_ACCEL", "_documents", "DOCUMENT_ACCEL is no path between two slashes"),
        ("ENTITY_REGISTER_URL", "data.brreg.no", "ENTITY_REGISTER_URL is no scheme and host"),
        ("ENTITY_REGISTER_URL", "https://data.brreg.no/api?x=1", "ENTITY_REGISTER_URL is no scheme and host"),
        ("ENTITY_REGISTER_URL", "http://data.brreg.no", "ENTITY_REGISTER_URL does not begin with https://"),
        ("OIDC_PROVIDERS", json.dumps([GOOD | {"staff": "false"}]), "provider 1 .work.: staff must be true or false"),
        ("OIDC_PROVIDERS", json.dumps([GOOD, GOOD]), "OIDC_PROVIDERS names more than one provider with the id work"),
        ("OIDC_PROVIDERS", "[{", "OIDC_PROVIDERS is not JSON"),
    ],
)
def test_the_app_does_not_start_with_a_fault(variable: str, value: str, told: str) -> None:
    with pytest.raises(AssertionError, match=f"ImproperlyConfigured: .*{told}"):
        in_production(READ, **{variable: value})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"trusts_email": "digipost.example"}, "trusts_email must be true, false, or a list of domains"),
        ({"trusts_email": [["digipost.example"]]}, "trusts_email must be"),
        ({"trusts_email": ["@digipost.example"]}, "trusts_email must be"),
        ({"trusts_email": ["*"]}, "trusts_email must be"),
        ({"trusts_email": 1}, "trusts_email must be"),
        ({"id": "work/1"}, "id must be"),
        ({"id": "arbeid å"}, "id must be"),
        ({"id": "openid_connect"}, "id must be"),
        ({"id": 7}, "id must be"),
        ({"staff": 1}, "staff must be true or false"),
        ({"userinfo": "no"}, "userinfo must be true or false"),
        ({"name": ["Digipost"]}, "name must be a text"),
        ({"secret": 9}, "secret must be a text"),
        ({"scope": "openid"}, "scope must be a list"),
        ({"scope": ["email"]}, "scope must be a list"),
        ({"issuer": "login.example"}, "issuer must be an https address"),
        ({"issuer": "https://["}, "issuer must be an https address"),
        ({"issuer": "http://login.example"}, "the issuer is not served over TLS"),
        ({"client_id": ""}, "lacks client_id"),
        ({"trust_email": True}, "knows nothing of trust_email"),
    ],
)
def test_what_is_wrong_with_a_provider_is_told_by_name(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"OIDC_PROVIDERS, provider 1.*{told}") as refused:
        providers(GOOD | wrong)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("given", ["{}", '"work"', "[1]", "null"])
def test_what_is_no_list_of_providers_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be a JSON list of objects"):
        environment.oidc_providers(given, over_tls=True)


def test_the_folder_in_which_beat_keeps_its_schedule_is_there(tmp_path: Path) -> None:
    elsewhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    code = "from django.conf import settings; print(settings.CELERY_BEAT_SCHEDULE_FILENAME)"
    schedule = in_production(code, VAR_DIR=str(tmp_path / "a" / "new"), **elsewhere)
    assert Path(schedule.strip()).parent.is_dir()


def test_defaults_are_the_careful_ones() -> None:
    (one,) = providers(GOOD)
    assert (one["staff"], one["trusts_email"], one["userinfo"]) == (False, False, True)
    assert providers() == environment.oidc_providers("", over_tls=True) == []


def test_domains_are_kept_as_they_are_compared() -> None:
    assert providers(GOOD | {"trusts_email": [" Digipost.Example "]})[0]["trusts_email"] == ["digipost.example"]
