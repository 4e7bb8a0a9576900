"""One mailbox, one address: its spellings, and what no mail reaches."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from integrasjon import environment
from milestones.mailboxes import ONE_FORM, normalised, normalised_domain, require_deliverable, spellings
from tests.mailboxes import UNDELIVERABLE

SPELLINGS = [
    "kari@firma.no",
    " Kari@Firma.NO\n",
    "ｋａｒｉ@firma.no",
    "kari＠firma.no",
    "kari@ｆｉｒｍａ。no",
    "kari@firma.no.",
    '"kari"@firma.no',
    '"ka\\ri"@firma.no',
    "\u200bkari\u200d@fir\u00adma.no\ufeff",
    "\u00a0kari@firma.no\u2003",
    "\u212aari@firma.no",  # the sign for kelvin
    "𝓴𝓪𝓻𝓲@firma.no",
]
OTHERS = ["kari+post@firma.no", "k.ari@firma.no", "kari@post.firma.no", "kari@firma.com", '"kari "@firma.no']


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_mailbox_has_one_form(spelling: str) -> None:
    assert normalised(spelling) == "kari@firma.no"


@pytest.mark.parametrize("other", OTHERS)
def test_another_mailbox_stays_another(other: str) -> None:
    assert normalised(other) != "kari@firma.no"


@pytest.mark.parametrize("domain", ["ål.no", "ÅL.no", "a\u030al.no", "xn--l-1fa.no", "XN--L-1FA.no", "ål。no."])
def test_a_domain_is_as_the_dns_has_it(domain: str) -> None:
    assert normalised(f"kari@{domain}") == "kari@xn--l-1fa.no"


def test_a_domain_is_not_taken_for_one_that_only_looks_older() -> None:
    """IDNA 2008: ß is a letter of its own."""
    assert normalised("kari@straße.de") == "kari@xn--strae-oqa.de" != normalised("kari@strasse.de")


@example("@0ß--À")  # a domain only once its letters are small
@given(st.text(max_size=40) | st.from_regex(r'["\\kKåÅ．@.ß -]{1,20}@[åÅß．.xn-]{1,12}', fullmatch=True))
def test_any_text_has_one_form_and_keeps_it(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(st.emails())
def test_what_mail_reaches_is_as_the_database_wants_it(address: str) -> None:
    try:
        require_deliverable(normalised(address))
    except ValidationError:
        return
    assert re.search(ONE_FORM, normalised(address))


@pytest.mark.parametrize("address", UNDELIVERABLE, ids=range(len(UNDELIVERABLE)))
def test_what_no_mail_reaches_is_refused_in_words(address: str) -> None:
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            require_deliverable(normalised(address))
        assert UNDELIVERABLE[address] in refused.value.messages[0]


@pytest.mark.parametrize(
    "address",
    ["kari@firma.no", "kari@ål.no", "kari+post@sub.firma.no", "o'hara@firma.no", "k" * 64 + "@firma.no", "1@2.no"],
)
def test_what_mail_reaches_is_taken(address: str) -> None:
    require_deliverable(normalised(address))


def test_texts_may_spell_a_domain_as_people_do() -> None:
    assert spellings("kari@xn--l-1fa.no") == {"kari@xn--l-1fa.no", "kari@ål.no"}
    assert spellings("kari@firma.no") == {"kari@firma.no"}
    assert spellings("7k3f@erased.invalid") == {"7k3f@erased.invalid"}
    assert spellings("kari@xn--fake.no") == {"kari@xn--fake.no"}


def test_staff_domains_are_checked_at_start() -> None:
    assert environment.domains("STAFF_DOMAINS", ["Digipost.No", " ål.no.", ""]) == ["digipost.no", "xn--l-1fa.no"]
    for wrong in ("digipost", "kari@digipost.no", "*.digipost.no", "192.0.2.1"):
        with pytest.raises(ImproperlyConfigured, match=r"STAFF_DOMAINS: .* is no domain"):
            environment.domains("STAFF_DOMAINS", [wrong])


def test_a_provider_is_trusted_with_a_domain_however_it_is_spelled() -> None:
    said: Any = [" ÅL.no "]
    assert environment._trusted(said) == [normalised_domain("ål.no")]
