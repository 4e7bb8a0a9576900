"""Whether a file holds a private key, whatever it is called and however it is wrapped. Nothing but Python in it: the
parser's process reads it too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

_MARK = re.compile(rb"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
"""PEM (RFC 7468), OpenSSH, SSH2 (RFC 4716) and PGP: what a private key begins with, encrypted or not."""
_SOME_KEY = re.compile(rb"[A-Za-z0-9+/]{16}")
_WITHIN = 600
"""Bytes after the mark in which the key begins: whoever only writes about the mark has none there."""

_SIZE = rb"(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)"
_PKCS = rb"\x2a\x86\x48\x86\xf7\x0d\x01"
_DER = re.compile(
    rb"\x30" + _SIZE + rb"(?:"
    rb"\x02\x01[\x00\x01]\x02" + _SIZE + rb"|"  # PKCS #1 (RFC 8017), and DSA as OpenSSL writes it
    rb"\x02\x01[\x00\x01]\x30" + _SIZE + rb"\x06|"  # PKCS #8 (RFC 5958)
    rb"\x02\x01\x01\x04[\x10-\x48]|"  # EC (RFC 5915)
    rb"\x30" + _SIZE + rb"\x06[\x09\x0a]" + _PKCS + rb"(?:\x05|\x0c\x01)|"  # PKCS #8, encrypted (PKCS #5, PKCS #12)
    rb"\x02\x01\x03\x30" + _SIZE + rb"\x06\x09" + _PKCS + rb"\x07[\x01\x02]"  # PKCS #12 (RFC 7292)
    rb")",
    re.DOTALL,
)
_STORES = (b"PuTTY-User-Key-File-", b"openssh-key-v1\0", b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
"""How PuTTY's keys, OpenSSH's without PEM, and Java's key stores (JKS, JCEKS) begin."""
_BASE64 = re.compile(rb"(?:(?<![A-Za-z0-9+/_-])|(?<=\\n))(?=(M[A-Za-z0-9+/_-]{39}[A-Za-z0-9+/_\s-]{0,360}))M")
"""DER of more than a few bytes begins with M, and its lines are at least so long; in JSON one follows on \\n."""
_BEGIN_IN_BASE64 = ((b"LS0tLS1CRUdJTi", 0), (b"0tLS0tQkVHSU4g", 2), (b"tLS0tLUJFR0lOI", 3))
"""How PEM begins in Base64, as the secrets of a build are often kept, with none, one or two bytes before it; and how
many letters ahead of that its group of four begins.
"""
_ONCE_MORE = 160
"""Letters of Base64 that hold all of PEM's first line."""
_HEX = re.compile(rb"(?<![0-9A-Fa-f])(?=(30[0-9A-Fa-f]{90}))30")
_LETTERS = re.compile(rb"[A-Za-z0-9+/\s]*")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_JWK = re.compile(rb'"d"\s*:\s*"[A-Za-z0-9_-]{20}')
_XML, _XML_ENDS = b"<RSAKeyValue", b"</RSAKeyValue>"
_PRIVATE_PART = re.compile(rb"<(?:D|P|DP|InverseQ)\s*>")
"""As .NET writes an RSA key (the element is that of XML Signature, which has no private parts)."""
_IN_WORDS = re.compile(rb"(?:privateExponent|\bpriv):\s*[0-9a-f]{2}:[0-9a-f]{2}")
"""As OpenSSL explains a key."""


def holds_private_key(content: bytes) -> bool:
    """Whether a private key begins in `content`: PEM, Base64 or hex digits of DER, .NET's XML and JSON Web Keys (RFC
    7517) anywhere in it, also as UTF-16; DER and key stores at its start. An archive is not unpacked, and groups of
    hex digits, as in a dump, are not joined.
    """
    if content.startswith(_STORES) or _DER.match(content):
        return True
    letters = content.replace(b"\0", b"")
    return (
        _is_marked(letters)
        or any(_DER.match(_decoded(found[1])) for found in _BASE64.finditer(letters))
        or any(_MARK.search(_decoded(found)) for found in _pem_in_base64(letters))
        or any(_DER.match(binascii.unhexlify(found[1])) for found in _HEX.finditer(letters))
        or (b'"kty"' in letters and bool(_JWK.search(letters)))
        or any(_PRIVATE_PART.search(after.partition(_XML_ENDS)[0]) for after in letters.split(_XML)[1:])
        or bool(_IN_WORDS.search(letters))
    )


def _is_marked(letters: bytes) -> bool:
    return any(_SOME_KEY.search(after[:_WITHIN]) for after in _MARK.split(letters)[1:])


def _pem_in_base64(letters: bytes) -> Iterator[bytes]:
    for begin, before in _BEGIN_IN_BASE64:
        for found in re.finditer(begin, letters):
            start = max(0, found.start() - before)
            yield _LETTERS.match(letters, start, start + _ONCE_MORE)[0]  # type: ignore[index]  # it matches nothing, too


def _decoded(found: bytes) -> bytes:
    """What Base64 says, as far as whole groups go."""
    letters = b"".join(found.split()).translate(_URL_SAFE)
    return base64.b64decode(letters[: len(letters) // 4 * 4])
