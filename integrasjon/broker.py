"""Where Celery's messages go, by the address of the broker: Redis, RabbitMQ, or files where there is none."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

FILES = "filesystem://"
# A hint is not worth waiting for: whoever records something must not wait for a broker that is away.
NOT_LONG: dict[str, float] = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
CONNECTS, WRITES = 1, 5
"""Seconds."""


def settings_for(url: str, folder: Path) -> dict[str, Any]:
    """Celery's settings of a broker, by their names; `folder` is where messages lie if `url` is empty.

    By rediss:// and amqps:// the server's certificate is verified. Raises ImproperlyConfigured for another scheme.
    """
    if not url:
        return {"CELERY_BROKER_URL": FILES, "CELERY_BROKER_TRANSPORT_OPTIONS": _files(folder)}
    scheme = _scheme_of(url)
    tls = {"CELERY_BROKER_USE_SSL": dict(_TLS[scheme])} if scheme in _TLS else {}
    return {"CELERY_BROKER_URL": url, "CELERY_BROKER_TRANSPORT_OPTIONS": NOT_LONG | _OPTIONS[scheme], **tls}


def _scheme_of(url: str) -> str:
    """Raises ImproperlyConfigured for what is not known, and for what would have certificates not verified."""
    address = urlsplit(url)
    if address.scheme not in _OPTIONS or ";" in url:
        wanted = "an address of Redis (redis://, rediss://) or RabbitMQ (amqp://, amqps://)"
        raise ImproperlyConfigured(f"The broker's address, BROKER_URL or else REDIS_URL, is not {wanted}.")
    if _DECIDES_ON_TLS & set(parse_qs(address.query)) or (address.query and address.scheme.startswith("amqp")):
        raise ImproperlyConfigured("The broker's address, BROKER_URL or else REDIS_URL, has options it cannot have.")
    return address.scheme


_DECIDES_ON_TLS = {"ssl_cert_reqs", "ssl_check_hostname", "ssl"}
_REDIS = {"socket_connect_timeout": CONNECTS}
_RABBITMQ = {"connect_timeout": CONNECTS, "write_timeout": WRITES}
_OPTIONS: dict[str, dict[str, int]] = {"redis": _REDIS, "rediss": _REDIS, "amqp": _RABBITMQ, "amqps": _RABBITMQ}
_TLS: dict[str, dict[str, Any]] = {
    "rediss": {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True},
    "amqps": {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None},  # None: the address's own
}


def _files(folder: Path) -> dict[str, Any]:
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
    }
