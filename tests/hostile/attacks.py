"""What is sent that no form sends: odd values, fields, bodies, queries, addresses and headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from hypothesis import strategies as st

from milestones.demo import a_pdf
from tests.addresses.table import PDF

ODD_TEXTS: list[bytes] = [
    *(b"", b" ", b"\0", b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", "\ud83d".encode("utf-8", "surrogatepass"), b"\xc0\x80"),
    *(
        b"\x1b[2J",
        b"a\r\nBcc: x@example.com",
        "\u202eabc".encode(),
        "\u200f\ufeff".encode(),
        b"<script>alert(1)</script>",
    ),
    *(b"{{ 7|add:7 }}", b"{% debug %}", b"' OR 1=1 --", b"=1+1", b"%s%(x)s", b"../../etc/passwd", "å".encode() * 201),
    *(b"x" * 100_000, "\U0001f600".encode() * 300, b"null", b"[]", b"{}", b"true", b"NaN", b"Infinity", b"-0"),
]
ODD_NUMBERS: list[bytes] = [
    *(b"-1", b"0", b"1e9", b"1.5", b"2147483648", b"9223372036854775808", b"-9223372036854775809", b"9" * 5000),
    *("\u0663".encode(), "\u00b2".encode(), b"0x10", b"1_000", b" 7 ", b"00"),
]
ODD_DATES: list[bytes] = [
    *(b"0000-01-01", b"0001-01-01", b"1900-01-01", b"9999-12-31", b"10000-01-01", b"2026-02-31", b"2026-13-01"),
    *(
        b"31.02.2026",
        b"01.01.0001",
        b"31.12.9999",
        b"2026-01-01T00:00:00Z",
        b"-2026-01-01",
        b"99:99",
        b"00:00",
        b"23:59:59",
    ),
]
ODD_ADDRESSES: list[bytes] = [
    *(b"a@b", b"a@b..c", b"@", b"a\n@b.example", "å@fjordvik.example".encode(), b"x" * 245 + b"@b.example"),
    *(
        "\u0130.".encode() * 100 + b"example",
        ("a@" + "\u0130" * 60 + ".").encode() + ("\u0130" * 60 + ".example").encode(),
    ),
    *(b'"<script>"@b.example', b"a@[127.0.0.1]", b"A@FJORDVIK.EXAMPLE", b"ingrid@digipost.example"),
]
values = st.one_of(
    st.sampled_from(ODD_TEXTS),
    st.sampled_from(ODD_NUMBERS),
    st.sampled_from(ODD_DATES),
    st.sampled_from(ODD_ADDRESSES),
    st.integers(1, 400).map(lambda pk: str(pk).encode()),  # a row of somebody's
    st.binary(max_size=12),
    st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
names = st.one_of(
    st.sampled_from([b"seen", b"was", b"version", b"expected_id", b"try", b"mine", b"next", b"csrfmiddlewaretoken"]),
    st.sampled_from([b"integration", b"by", b"pk", b"state", b"is_staff", b"_charset_", b"document", b"\0", b""]),
    st.binary(max_size=6),
)
Pairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Change:
    """What is done to one of the fields that a form has, or beside them."""

    how: str
    which: int
    name: bytes
    value: bytes

    def of(self, pairs: Pairs) -> Pairs:
        at = self.which % len(pairs) if pairs else 0
        before, here, after = pairs[:at], pairs[at : at + 1], pairs[at + 1 :]
        if self.how == "drop":
            return before + after
        if self.how == "add" or not here:
            return [*pairs, (self.name, self.value)]
        changed = (here[0][0], self.value)
        return before + (here if self.how == "repeat" else []) + [changed] + after


changes = st.builds(
    Change, st.sampled_from(["replace"] * 4 + ["drop", "repeat", "add"]), st.integers(0, 11), names, values
)
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=Grense"


def url_encoded(pairs: Pairs) -> bytes:
    return urlencode(pairs).encode()


def in_parts(pairs: Pairs) -> bytes:
    parts = []
    for name, value in pairs:
        disposition = b'form-data; name="' + name.replace(b"\r", b"").replace(b"\n", b"").replace(b'"', b"") + b'"'
        if value == PDF.encode():
            disposition, value = disposition + b'; filename="a.pdf"', a_pdf()
        parts.append(b"--Grense\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + value + b"\r\n")
    return b"".join(parts) + b"--Grense--\r\n"


def in_base64_that_is_none(pairs: Pairs) -> bytes:
    return in_parts(pairs).replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%", 1)


def under_a_name_in_no_encoding(pairs: Pairs) -> bytes:
    return in_parts(pairs).replace(b"form-data; name=", b"form-data; filename*=no-such''%41; name=", 1)


BODIES: dict[str, tuple[Callable[[Pairs], bytes], str]] = {
    "a form": (url_encoded, FORM),
    "parts": (in_parts, MULTIPART),
    "cut": (lambda pairs: in_parts(pairs)[:-40], MULTIPART),
    "no boundary": (in_parts, "multipart/form-data"),
    "another boundary": (in_parts, "multipart/form-data; boundary=Andre"),
    "odd boundary": (in_parts, "multipart/form-data; boundary=" + "x" * 300),
    "base64": (in_base64_that_is_none, MULTIPART),
    "no encoding": (under_a_name_in_no_encoding, MULTIPART),
    "JSON": (lambda pairs: b'{"reason": ["x", null, 1e999]}', "application/json"),
    "text": (url_encoded, "text/plain"),
    "nothing": (lambda pairs: b"", FORM),
    "too many": (lambda pairs: url_encoded(pairs * 1 + [(b"x", b"")] * 1001), FORM),
    "latin-1": (url_encoded, FORM + "; charset=iso-8859-1"),
    "parts in UTF-7": (
        lambda pairs: in_parts([(name, b"+2AA-") for name, _value in pairs]),
        MULTIPART + "; charset=utf-7",
    ),
    "parts escaped": (
        lambda pairs: in_parts([(name, b"\\ud800") for name, _v in pairs]),
        MULTIPART + "; charset=unicode_escape",
    ),
    "parts in UTF-16": (in_parts, MULTIPART + "; charset=utf-16"),
    "parts in hex": (in_parts, MULTIPART + "; charset=hex"),
    "parts undefined": (in_parts, MULTIPART + "; charset=undefined"),
    "parts under an encoded boundary": (in_parts, "multipart/form-data; boundary*=no-such''Grense"),
    "a form in no encoding": (url_encoded, FORM + "; charset=no-such"),
    "no type": (url_encoded, ""),
    "odd type": (url_encoded, "\x00/\xff; =;;"),
}
bodies = st.sampled_from(["a form"] * 12 + ["parts"] * 12 + list(BODIES))
QUERIES = [
    *("page=-1", "page=1e9", "page=%00", "page=" + "9" * 5000, "page=last", "page=%FF", "sort=%00", "sort=nothing"),
    *("sort=due&sort=phase", "q=%00", "q=%ED%A0%80", "q=" + "%25" * 500, "q=%27%22%3C%5C", "phase=%00", "status=x"),
    *(
        "waits_on=%00",
        "overdue=%00",
        "person=%00",
        "person=-1",
        "person=" + "9" * 30,
        "download=%00",
        "next=//x.example",
    ),
    *(
        "next=javascript:alert(1)",
        "next=%0d%0aSet-Cookie:x=1",
        "&&&=&;",
        "%",
        "%ZZ=%",
        "a" * 4000,
        "page",
        "page=1&page=2",
    ),
]
queries = st.one_of(st.just(""), st.just(""), st.just(""), st.sampled_from(QUERIES))
PIECES = [
    "%00",
    "%FF",
    "-1",
    "9" * 19,
    "9" * 5000,
    "..",
    "%2e%2e%2f",
    "ABCD-000",
    "item-999999999999999",
    "item-0",
    "x",
    "",
]
twists = st.one_of(
    st.none(), st.none(), st.none(), st.none(), st.none(), st.tuples(st.integers(1, 6), st.sampled_from(PIECES))
)


def twisted(address: str, twist: tuple[int, str] | None) -> str:
    """The address with one of its pieces replaced."""
    if twist is None:
        return address
    pieces = address.split("/")
    pieces[twist[0] % len(pieces)] = twist[1]
    return "/" + "/".join(pieces).lstrip("/")


HEADERS: list[dict[str, str]] = [
    {},
    {"HTTP_REFERER": "http://["},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[", "HTTP_HX_TARGET": "\xff"},
    {"HTTP_X_REQUEST_ID": "x\x00\xff" * 200, "HTTP_USER_AGENT": "\x00"},
    {"HTTP_ACCEPT_LANGUAGE": "*;q=x," * 500},
    {"HTTP_FORWARDED": 'for="\x00, 1.2.3.4.5";;=,proto=gopher', "HTTP_X_FORWARDED_PROTO": "gopher"},
    {"CONTENT_LENGTH": "-5"},
    {"CONTENT_LENGTH": "\u00b2"},
]
headers: st.SearchStrategy[dict[str, str]] = st.one_of(st.just({}), st.just({}), st.sampled_from(HEADERS))


@dataclass(frozen=True)
class Attack:
    changes: list[Change]
    body: str
    query: str
    twist: tuple[int, str] | None
    headers: dict[str, str]


attacks = st.builds(Attack, st.lists(changes, min_size=1, max_size=3), bodies, queries, twists, headers)
