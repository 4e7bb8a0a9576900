"""Celery's settings follow from the broker's address."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from integrasjon.broker import FILES, settings_for


def test_without_an_address_messages_are_files(tmp_path: Path) -> None:
    settings = settings_for("", tmp_path)
    assert settings["CELERY_BROKER_URL"] == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["control", "messages"]


@pytest.mark.parametrize("url", ["redis://h:6379/0", "amqp://u:p@h:5672/v"])
def test_nobody_waits_long_for_one_that_is_away(url: str, tmp_path: Path) -> None:
    settings = settings_for(url, tmp_path)
    assert settings["CELERY_BROKER_URL"] == url
    options = settings["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert options["max_retries"] == 1
    assert 1 in (options.get("socket_connect_timeout"), options.get("connect_timeout"))
    assert not list(tmp_path.iterdir())


def test_over_tls_the_certificate_is_verified(tmp_path: Path) -> None:
    redis = settings_for("rediss://h:6380/0", tmp_path)["CELERY_BROKER_USE_SSL"]
    rabbitmq = settings_for("amqps://h:5671//", tmp_path)["CELERY_BROKER_USE_SSL"]
    assert redis == {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
    assert rabbitmq == {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None}


@pytest.mark.parametrize(
    "url",
    [
        "amqps://h//?ssl=1",
        "amqps://h//?ssl_ca_certs=/x",
        "amqp://h//?heartbeat=1",
        "rediss://h:6380/0?ssl_cert_reqs=none",
        "rediss://h:6380/0?ssl_ca_certs=/x&ssl_check_hostname=false",
        "amqps://a//;amqp://b//",
    ],
)
def test_no_address_turns_off_that_certificates_are_verified(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="BROKER_URL"):
        settings_for(url, tmp_path)


def test_an_authority_of_ones_own_is_named_for_redis(tmp_path: Path) -> None:
    url = "rediss://h:6380/0?ssl_ca_certs=/etc/ca.pem"
    assert settings_for(url, tmp_path)["CELERY_BROKER_URL"] == url


@pytest.mark.parametrize("url", ["sqs://", "http://h/", "h:5672", "memory://"])
def test_what_nobody_has_tried_does_not_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="BROKER_URL"):
        settings_for(url, tmp_path)
