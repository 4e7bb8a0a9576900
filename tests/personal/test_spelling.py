"""The ways in which people write a name or an address, and the words that only look like one."""

from __future__ import annotations

import unicodedata

import pytest

from milestones.personal.naming import NOBODY, Naming, Pseudonym
from milestones.personal.spelling import pattern_of

PSEUDONYM = Pseudonym("Slettet person 7K3F", "7k3f@erased.invalid")
KARI = Naming(frozenset({"Kari Nordmann"}), frozenset({"kari@fjordvik.example"}))
LONG = Naming(frozenset({"Bjørn-Åge Sæther Lindén"}))


@pytest.mark.parametrize(
    "text",
    [
        "Avtale_{Kari_Nordmann}.pdf",
        "{kari-nordmann}.pdf",
        "{Kari+Nordmann}.pdf",
        "{kari.nordmann}.pdf",
        "Avtale%20{Kari%20Nordmann}.pdf",
        "{karinordmann}.pdf",
        "Avtale{KariNordmann}Signert.pdf",
        "2026_{Kari_Nordmann}2.pdf",
        "{nordmann_kari}.pdf",
        "{Kari__Nordmann}_-_avtale.pdf",
        "Ring {Kari  Nordmann}.",
        "Ring {Kari\tNordmann}.",
        "Ring {Kari\nNordmann}.",
        "Ring {Kari\r\n    Nordmann}.",
        "Ring {Kari\u00a0Nordmann}.",
        "Ring {Kari\u202fNordmann}.",
        "Ring {Kari Nord\u00admann}.",
        "Ring {Kari\u200b Nordmann}.",
        "Ring {Kari\u200bNordmann}.",
        "Ring {Kari\u00adNordmann}.",
        "Ring {Kari&#160;Nordmann}, {Kari&#xA0;Nordmann} og {Nordmann,&#160;Kari}.",
        "{Ｋａｒｉ\u3000Ｎｏｒｄｍａｎｎ}",
        "{ＫＡＲＩ ＮＯＲＤＭＡＮＮ}",
        "{Nordmann, Kari}",
        "{Nordmann,Kari} (prosjektleder)",
        "{NORDMANN , KARI}",
        "{KARI NORDMANN}",
        "{kari nordmann}s vikar",
        "{Kari Nordmann}'s",
        "({Kari Nordmann})",
        "«{Kari Nordmann}»",
    ],
)
def test_a_name_of_several_words_is_found_however_it_is_written(text: str) -> None:
    _expect(KARI, text)


@pytest.mark.parametrize(
    "text",
    [
        "{Bjørn-Åge Sæther Lindén}",
        "{Bjørn Åge Sæther Lindén}",
        "{Lindén, Bjørn-Åge Sæther}",
        "{Sæther Lindén, Bjørn-Åge}",
        "{bjorn_age_saether_linden}.pdf",
        "{Bjoern-Aage-Saether-Linden}.pdf",
        "{bj%C3%B8rn-%C3%A5ge_s%C3%A6ther_lind%C3%A9n}.pdf",
        "{BJ%c3%98RN-%C3%85GE%20S%C3%86THER%20LIND%C3%89N}.pdf",
        "{Bj%C3%B8rn-A%CC%8Age%20S%C3%A6ther%20Linde%CC%81n}.pdf",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_that_are_written_in_two_ways(text: str, form: str) -> None:
    _expect(LONG, unicodedata.normalize(form, text))  # type: ignore[arg-type]
    _expect(Naming(frozenset(unicodedata.normalize("NFD", name) for name in LONG.names)), text)


@pytest.mark.parametrize(
    "text",
    [
        "Skriv til {KARI@fjordvik.example}.",
        "<{kari@fjordvik.example}>",
        "Kari <{Kari@Fjordvik.Example}>, takk",
        "mailto:{kari@fjordvik.example}?subject=Hei",
        "mailto:{kari%40fjordvik.example}",
        "'{kari@fjordvik.example}'",
        "550 5.1.1 <{kari@fjordvik.example}>: Recipient address rejected",
        "til={kari@fjordvik.example};",
        "{kari@fjordvik.example},{kari@fjordvik.example}",
    ],
)
def test_an_address_is_found_whatever_stands_around_it(text: str) -> None:
    _expect(KARI, text)


@pytest.mark.parametrize(
    "text",
    [
        "Kari Nordmannsen og Askari Nordmann",
        "Kari. Nordmann kommer",
        "Kari og Nordmann, Kari-Anne",
        "nordmannkarianne",
        "Karin Ordmann",
        "ikke.kari@fjordvik.example, kari@fjordvik.example.no, kari@fjordvik.exampl",
        "Kari ringte",
    ],
)
def test_words_that_only_look_like_the_name_stay(text: str) -> None:
    assert KARI.replaced(text, PSEUDONYM) == text


def test_a_single_word_counts_only_as_it_is_written() -> None:
    mai = Naming(frozenset({"Mai"}))
    for text in ("Med {Mai} i mai", "{Mai}s plan, MAI", "avtale_{Mai}.pdf", "Maia, Mai2 og xMai"):
        _expect(mai, text)


@pytest.mark.parametrize(
    "name", ["T01", "BOFA-482", "500123", "2.1", "application", "passed", "item-3", "X", "T07 test"]
)
def test_a_code_names_nobody_in_texts(name: str) -> None:
    text = f"{name} {name}.pdf, {name}s; {name.lower()}"
    assert Naming(frozenset({name})).replaced(text, PSEUDONYM) == text


def test_odd_names_make_no_odd_patterns() -> None:
    """Names are anybody's words: nothing in them is taken for a pattern, and none takes long to look for."""
    for name in (".* (", "a|b c|d", "\\d+ \\w+", "((((", "Ola [Nord]", " ".join(["ab"] * 50), "å" * 150):
        assert pattern_of([name]).search("Dette er en helt vanlig tekst, ab ab") is None or name.startswith("ab")
        assert "Vanlig" in Naming(frozenset({name})).replaced(f"Vanlig {name}", PSEUDONYM)
    endless = "Kari" + " " * 50_000 + "Kari_" * 20_000 + "a" * 50_000 + "@"
    assert KARI.replaced(endless, NOBODY) == endless


def _expect(naming: Naming, text: str) -> None:
    """What stands in braces is what is replaced."""
    bare = text.replace("{", "").replace("}", "")
    replaced = "".join(
        PSEUDONYM.name + rest[rest.index("}") + 1 :] if at else rest for at, rest in enumerate(text.split("{"))
    )
    assert naming.replaced(bare, PSEUDONYM) == replaced
