"""Thousands of malformed posts to every address that takes one, by who has the right.

Each is refused in words, or taken whole.

Never an error of ours; what is refused stores nothing; what is said stands by the field or above the form; and what is
taken can be shown afterwards. The attacks are the same in every run: hypothesis is seeded with the address's name.
"""

from __future__ import annotations

import copy
import html
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.apps import apps
from django.core.signals import request_started
from django.db import close_old_connections, connection, transaction
from django.forms import BaseForm
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from integrasjon.wsgi import admitted, application
from milestones import mails
from milestones.demo import a_pdf
from milestones.models import AccountEvent, CatalogueScenario, Invitation, Mail, User
from tests.addresses.place import Place
from tests.addresses.table import ACROSS, ACROSS_POST_ONLY, AGREE_ON, PDF, PEOPLE, POSTS, READABLE
from tests.cast import PASSWORD, Cast, add_observer, build_cast

# --- Where they are sent


@dataclass(frozen=True)
class Target:
    """An address that takes a POST, who may send there, and what they would send."""

    address: str
    who: str
    data: dict[str, Any]


def of_one_integration(place: Place, name: str) -> Target:
    letters, data = POSTS[name]
    return Target(place.address(name), PEOPLE[letters[0]], data)


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
        "sign_out": Target(reverse("sign_out"), "owner", {}),
        "resend": Target(reverse("resend", args=[Mail.objects.earliest("pk").pk]), "staff", {}),
        "stop_mail": Target(urlsplit(mails.stop_address(owner, "digest")).path, "nobody", {}),
    }[name]


ACCOUNT = (
    *("account_login", "account_request_login_code", "account_confirm_login_code", "mfa_login_webauthn"),
    *("invitation", "account_reauthenticate", "account_change_password", "erase_person", "set_language", "sign_out"),
    *("resend", "stop_mail"),
)

MAKERS: dict[str, Callable[[Place, str], Target]] = {
    **dict.fromkeys(POSTS, of_one_integration),
    **{f"agree {subject}": agreement_on for subject in AGREE_ON},
    **{name: across for name, (_letters, data) in ACROSS.items() if data is not None},
    **dict.fromkeys(ACROSS_POST_ONLY, of_staff),
    **dict.fromkeys(ACCOUNT, account),
}
EACH = 28 if connection.vendor == "sqlite" else 8
"""Posts to each address; on PostgreSQL fewer, for what its columns alone refuse."""


@pytest.mark.embedded_default
def test_that_is_enough() -> None:
    assert EACH * len(MAKERS) >= 2000


# --- What is sent

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


# --- What is answered


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """The cast and their place, made once for the file: each post is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = build_cast()
        journey = cast.journey()
        journey.roles()
        add_observer(journey, cast.observer)
        cast.neighbour().milestone_1_facts()
        User.objects.create_user("bekjent@fjordvik.example", "Gammel Bekjent")  # somebody who can be erased
        for user in cast.everybody().values():
            cast.client(user)  # signed in before anything is compared
        yield Scene(cast, Place(journey))
        transaction.set_rollback(True)


class Scene:
    def __init__(self, cast: Cast, place: Place) -> None:
        self.cast, self.place = cast, place
        self.stored = digest()
        self.served = Served(enforce_csrf_checks=False)

    def browser(self, who: str) -> Client:
        """A new browser of theirs, so that nothing lingers from the post before."""
        client = Client()
        client.handler = self.served
        if who == "asked":  # for a code, which the session waits for
            client.post("/sign-in/code/", {"email": self.cast.owner.email})
        elif who != "nobody":
            client.cookies = copy.deepcopy(self.cast.client(getattr(self.cast, who)).cookies)
        return client


class Served(ClientHandler):
    """What a test's browser talks to, behind what granian serves."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        return super().__call__(admitted(environ))


def digest() -> int:
    """Names everything that is stored, apart from sessions."""
    rows = [sorted(map(repr, model._default_manager.values_list())) for model in KEPT]
    return zlib.crc32(repr(rows).encode())


KEPT = [model for model in apps.get_app_config("milestones").get_models() if model is not AccountEvent]
"""An attempt that failed is noted, and nothing else is."""


def send(scene: Scene, target: Target, attack: Attack) -> None:
    """Post it, look at what came of it, and undo it."""
    pairs = pairs_of(target.data)
    for change in attack.changes:
        pairs = change.of(pairs)
    write, content_type = BODIES[attack.body]
    address = twisted(target.address, attack.twist)
    with transaction.atomic():
        client = scene.browser(target.who)
        stored = digest() if target.who == "asked" else scene.stored  # asking stores the mail
        written = Writes()
        with connection.execute_wrapper(written):
            how: dict[str, Any] = dict(attack.headers)
            answer = client.generic("POST", f"{address}?{attack.query}", write(pairs), content_type, **how)
        check(scene, client, answer, stored if written.count else None)
        transaction.set_rollback(True)


def pairs_of(data: dict[str, Any]) -> Pairs:
    listed = [(name, value if isinstance(value, list) else [value]) for name, value in data.items()]
    return [
        (name.encode(), one.encode() if isinstance(one, str) else str(one).encode())
        for name, many in listed
        for one in many
    ]


class Writes:
    """Counts what is written, so that all that is stored need not be compared where nothing was."""

    count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *how: Any) -> Any:
        self.count += not sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(sql, *how)


def check(scene: Scene, client: Client, answer: Any, stored: int | None) -> None:
    assert answer.status_code < 500
    if answer.status_code >= 400 and stored is not None:
        assert digest() == stored, "it was refused, and something is stored all the same"
    if answer.status_code == 422:
        check_words(answer)
    elif answer.status_code == 302 and answer["Location"].startswith("/"):
        shown = client.get(answer["Location"])  # what was taken can be shown
        assert shown.status_code < 500


def check_words(answer: Any) -> None:
    """Each error stands in the summary, and by its field where that is seen."""
    text = answer.content.decode()
    forms = {id(one): one for context in answer.context for one in context.flatten().values() if is_refused(one)}
    assert forms, "422 without a form that says why"
    for form in forms.values():
        assert "ds-error-summary" in text or "ds-alert" in text  # a passkey's form has nothing to fill in
        for name, errors in form.errors.items():
            assert all(html.escape(error) in text for error in errors), (name, errors)
            if name != "__all__" and not form[name].is_hidden:
                assert f'id="{form[name].auto_id}_error"' in text, name


def is_refused(one: object) -> bool:
    return isinstance(one, BaseForm) and one.is_bound and bool(one.errors)


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
def test_a_malformed_post_is_refused_in_words_or_taken_whole(scene: Scene, name: str) -> None:
    target, sent = MAKERS[name](scene.place, name), []

    @seed(zlib.crc32(name.encode()))
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(attacks)
    def attacked(attack: Attack) -> None:
        send(scene, target, attack)
        sent.append(attack)

    attacked()
    assert len(sent) >= EACH


# --- What such posts have found, each by name


def answer_to(scene: Scene, name: str, **changed: str) -> Any:
    target = MAKERS[name](scene.place, name)
    with transaction.atomic():
        answer = scene.browser(target.who).post(target.address, target.data | changed)
        transaction.set_rollback(True)
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("meetings", "held_on"),
        ("plan", "milestone_5"),
        ("certificate", "expires_on"),
        ("exception", "until"),
        ("defer_follow_up", "deferred_until"),
    ],
)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_year_that_nobody_means_is_no_date(scene: Scene, name: str, field: str, day: str) -> None:
    """Working days are counted to and from what is recorded: two thousand years of them, or past the last day."""
    answer = answer_to(scene, name, **{field: day})
    assert answer.status_code == 422
    check_words(answer)


@pytest.mark.django_db
def test_an_address_is_measured_as_it_is_stored(scene: Scene) -> None:
    """A capital İ is one character, its small letter two."""
    address = "a@" + ".".join(["\u0130" * 60] * 3) + ".example"
    assert len(address) < 254 < len(address.lower())
    for name, field in (("people", "email"), ("readers", "shared_mailbox")):
        answer = answer_to(scene, name, **{field: address})
        assert answer.status_code == 422
        check_words(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["send_back", "reopen"])
def test_a_form_that_the_page_no_longer_has_is_told_so(scene: Scene, name: str) -> None:
    """There was a page without a word on what was wrong."""
    target = MAKERS[name](scene.place, name)
    address = target.address.replace("/milestones/5/", "/milestones/4/" if name == "send_back" else "/milestones/5/")
    answer = scene.browser("staff").post(address, {"reason": ""})
    assert answer.status_code == 409
    assert "endret" in answer.content.decode()


@pytest.mark.django_db
def test_without_a_token_an_odd_page_before_is_none(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for before in ("http://[", "http://testserver:x/", "\x00", "//"):
        assert client.post("/sign-in/", {"username": "x"}, HTTP_REFERER=before).status_code == 403


@pytest.fixture
def connected() -> Iterator[None]:
    """The beginning of a request closes no connection: the scene's transaction is in it."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def test_what_granian_serves_answers_whatever_the_content_type_says(db: None, connected: None) -> None:
    kinds = [kind for _write, kind in BODIES.values() if "charset" in kind or "*" in kind]
    assert len(kinds) > 5
    for kind in kinds:
        told: list[str] = []
        environ = Client()._base_environ(  # type: ignore[attr-defined]
            PATH_INFO="/sign-in/", QUERY_STRING="q=1", REQUEST_METHOD="POST", CONTENT_TYPE=kind, CONTENT_LENGTH="3"
        )
        environ["wsgi.input"] = io.BytesIO(b"a=b")
        answer = application(environ, lambda status, _headers, told=told: told.append(status))
        assert b"".join(answer)
        assert told == ["403 Forbidden"]


# --- Pages, asked for oddly

PAGES = [*sorted(READABLE | set(ACROSS)), "account_login", "privacy"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asked_for_oddly_is_shown_or_is_not_there(scene: Scene, name: str) -> None:
    client = scene.browser("staff" if name in READABLE | set(ACROSS) else "nobody")
    address = scene.place.address(name) if name in READABLE else reverse(name, args=CODE.get(name, []))
    for query in some(QUERIES, name, 3):
        assert client.get(f"{address}?{query}").status_code in (200, 400), query
    for piece in some(PIECES, name, 3):
        for at in (2, 4) if name in READABLE else (2,):
            assert client.get(twisted(address, (at, piece))).status_code in (200, 301, 302, 400, 404, 405), piece


CODE = {"catalogue_entry": ["T01"]}


def some(all_of_them: list[str], name: str, count: int) -> list[str]:
    """A few, others for each name."""
    start = zlib.crc32(name.encode()) % len(all_of_them)
    return [all_of_them[(start + number) % len(all_of_them)] for number in range(count)]
