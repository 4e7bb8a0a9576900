"""What signing services put into a PDF."""

from __future__ import annotations

import io

from PIL import Image

XADES = (
    b'<?xml version="1.0" encoding="UTF-8"?><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
    b'<ds:Reference URI="#x"><ds:Transforms><ds:Transform Algorithm="x"/></ds:Transforms></ds:Reference>'
    b"</ds:SignedInfo>"
    b'<ds:Object><Object xmlns="http://uri.etsi.org/01903/v1.3.2#"><Form/><Set/></Object></ds:Object></ds:Signature>'
)


def picture(kind: str) -> bytes:
    into = io.BytesIO()
    Image.linear_gradient("L").save(into, kind)
    return into.getvalue()


def der(oid: str = "2a864886f70d010702", more: int = 200) -> bytes:
    held = b"\x06\x09" + bytes.fromhex(oid) + b"\xa0\x82" + more.to_bytes(2, "big") + b"\0" * more
    return b"\x30\x82" + len(held).to_bytes(2, "big") + held
