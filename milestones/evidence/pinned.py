"""The certificates by which answers are judged: staff pin them, one file for each environment.

Digipost's clients take the certificate from the entry point, which is not signed; whoever judges evidence must not.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256

from ..documents import require_no_private_key
from .certificates import require_ordinary
from .refusals import refused

MOST_BYTES = 64 * 1024
MOST_CERTIFICATES = 4
"""The one in use, and those around it while it is replaced."""
LEAST_BITS = 2048


def read_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file. Raises Refused: a private key in it, none, too many, unreadable, no RSA key;
    and ValidationError as `require_ordinary`.

    Whatever is refused is kept nowhere, and is in no message.
    """
    require_no_private_key(pem)
    if b"-----BEGIN CERTIFICATE-----" not in pem or len(pem) > MOST_BYTES:
        raise refused("no_certificate")
    try:
        found = x509.load_pem_x509_certificates(pem)
        keys = [one.public_key() for one in found]
    except Exception:  # the library has many words for what is no certificate
        raise refused("bad_certificate") from None
    if len(found) > MOST_CERTIFICATES:
        raise refused("many_certificates", most=MOST_CERTIFICATES)
    if not all(isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_BITS for key in keys):
        raise refused("not_rsa")
    for one in found:
        require_ordinary(one)
    return tuple(found)


def fingerprints(pem: bytes) -> list[str]:
    """SHA-256, in hex, of each certificate in a PEM file that was read before."""
    return [one.fingerprint(SHA256()).hex() for one in x509.load_pem_x509_certificates(pem)]
