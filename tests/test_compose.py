"""docker-compose.yml brings up what README promises: the proxy alone outside, release first, secrets asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.urls import reverse

from tests.processes import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
THE_APP = ("web", "worker", "beat")
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "APP_POSTGRES_PASSWORD", "REDIS_PASSWORD")


def test_the_proxy_is_all_that_is_reached_from_outside() -> None:
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    outside = {name for name, ports in published.items() if not all(port.startswith("127.0.0.1:") for port in ports)}
    assert outside == {"proxy"}
    assert not any("network_mode" in one for one in SERVICES.values())


def test_the_app_believes_the_proxy_alone() -> None:
    address = SERVICES["proxy"]["networks"]["default"]["ipv4_address"]
    assert all(SERVICES[name]["environment"]["TRUSTED_PROXIES"] == address for name in THE_APP)
    assert SERVICES["proxy"]["environment"]["PROXY_APP"] == "web:8000"


@pytest.mark.parametrize("name", THE_APP)
def test_release_is_run_before_the_app_starts(name: str) -> None:
    assert SERVICES["migrate"]["command"] == "python manage.py release"
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_app_cannot_change_history() -> None:
    """It connects as a role that owns nothing; release alone as the owner."""
    as_app, owner = (SERVICES[name]["environment"]["DATABASE_URL"] for name in ("web", "migrate"))
    assert as_app.startswith("postgres://tracker_app:")
    assert owner.startswith("postgres://tracker:")
    assert SERVICES["migrate"]["environment"]["APP_DATABASE_URL"] == as_app
    assert {SERVICES[name]["environment"]["DATABASE_URL"] for name in THE_APP} == {as_app}


def test_redis_wants_its_password_and_may_be_another() -> None:
    assert "requirepass $$REDIS_PASSWORD" in SERVICES["redis"]["command"]
    for name in THE_APP:
        url = SERVICES[name]["environment"]["REDIS_URL"]
        assert re.fullmatch(r"\$\{REDIS_URL:-redis://:\$\{REDIS_PASSWORD:\?[^}]+\}@redis:6379/0\}", url)


def test_what_can_say_how_it_is_is_asked() -> None:
    asked = {name: " ".join(one["healthcheck"]["test"]) for name, one in SERVICES.items() if "healthcheck" in one}
    assert asked.keys() == {"proxy", "web", "db", "redis"}
    assert f"http://127.0.0.1:8080{reverse('healthz')}" in asked["proxy"]
    assert f"http://127.0.0.1:8000{reverse('readyz')}" in asked["web"]
    assert "$$REDIS_PASSWORD" in asked["redis"]  # filled in there, so that it stands in no list of containers


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_that_is_missing_stops_it(secret: str) -> None:
    used = re.findall(rf"\$\{{{secret}(.{{2}})", yaml.safe_dump(COMPOSE, width=1000))
    assert used
    assert set(used) == {":?"}
    assert f"`{secret}`" in README


def test_nothing_is_brought_up_for_trying() -> None:
    for name in THE_APP:
        assert not {"DEBUG", "DEMO", "STAFF_SECOND_FACTOR"} & SERVICES[name]["environment"].keys()


def test_readme_says_so_natively() -> None:
    for_real = README.partition("## For real")[2]
    assert "**granian is never exposed bare**" in for_real
    lines = for_real.splitlines()
    release, granian = (
        next(at for at, line in enumerate(lines) if line.strip().startswith(command))
        for command in ("python manage.py release", "granian ")
    )
    assert release < granian
    assert "--host 127.0.0.1" in lines[granian]
