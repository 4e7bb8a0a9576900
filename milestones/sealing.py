"""Secrets that are stored and must be read again: encrypted, so that whoever steals the database cannot read them.

The key follows from SECRET_KEY and from what the secret is for.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(secret: str, purpose: str) -> str:
    """The secret as it is stored."""
    return _cipher(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The secret again. Raises `cryptography.fernet.InvalidToken` where no key in force has sealed it."""
    return _cipher(purpose).decrypt(sealed.encode()).decode()


def _cipher(purpose: str) -> MultiFernet:
    """Writes with the key in force, and reads with those before it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"{purpose}:{key!s}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
