"""People pasted as lines: whatever separates, in whatever language; what is wrong is told by its line."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from milestones import pasted_people
from milestones.pasted_people import MOST, Pasted, read
from milestones.process import MEMBER_ROLES, Role

LEAD, MANAGER, OBSERVER = Role.TECHNICAL_LEAD, Role.PROJECT_MANAGER, Role.OBSERVER


def as_read(text: str) -> list[tuple[str, str, tuple[Role, ...]]]:
    """The people, where nothing is wrong."""
    pasted = read(text)
    assert pasted.told == []
    return [(one.name, one.email, one.roles) for one in pasted.people]


def wrong(text: str) -> list[str]:
    with override("en"):
        return read(text).told


@pytest.mark.parametrize(
    "line",
    [
        "Kari Nordmann\tkari@fjordvik.example\tObservatør",
        "Kari Nordmann;kari@fjordvik.example;observer",
        "Kari Nordmann, kari@fjordvik.example, Observer",
        '"Kari Nordmann";"kari@fjordvik.example";"observatør"',
        "  Kari  Nordmann ;  KARI@Fjordvik.example ; OBSERVATØR  ",
        "Kari Nordmann\tkari@fjordvik.example\tobserver\t\t\t",
        "Kari\u00a0Nordmann;kari@fjordvik.example;observatør;",
    ],
)
def test_a_line_however_it_is_written(line: str) -> None:
    assert as_read(line) == [("Kari Nordmann", "kari@fjordvik.example", (OBSERVER,))]


def test_a_name_may_hold_a_comma() -> None:
    assert as_read("Nordmann, Kari\tkari@x.example\tobserver")[0][0] == "Nordmann, Kari"
    assert as_read('"Nordmann, Kari",kari@x.example,observer')[0][0] == "Nordmann, Kari"
    assert as_read("Nordmann, Kari, kari@x.example, observer")[0][0] == "Nordmann, Kari"


@pytest.mark.parametrize("between", ["+", " + ", "++"])
def test_several_roles(between: str) -> None:
    roles = between.join(["teknisk ansvarlig", "Prosjektleder"])
    assert as_read(f"Kari N;kari@x.example;{roles}")[0][2] == (MANAGER, LEAD)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_each_role_by_its_name_in_each_language_and_by_its_code(role: Role, language: str) -> None:
    with override(language):
        label = str(role.label)
    for said in (label, label.upper(), role.value, role.value.replace("_", " ")):
        assert as_read(f"Kari N;kari@x.example;{said}")[0][2] == (role,)


def test_empty_lines_and_a_head_are_passed_over_and_lines_keep_their_numbers() -> None:
    text = "\nNavn\tE-post\tRolle\n\nKari N\tkari@x.example\tobserver\n \t \nTerje T\tterje@x.example\tobserver\n"
    assert [(one.line, one.name) for one in read(text).people] == [(4, "Kari N"), (6, "Terje T")]
    assert wrong("Kari\nNavn;x") == [
        "Line 1: There is no e-mail address. Write name, e-mail address and role.",
        "Line 2: There is no e-mail address. Write name, e-mail address and role.",
    ]


def test_all_that_is_wrong_is_told_by_its_line() -> None:
    text = "\n".join(
        [
            "Kari N;kari@x.example;observer",
            "Terje T;terje(at)x.example;observer",
            ";uten@x.example;observer",
            "T01;kode@x.example;sjef",
            "Kari Igjen;KARI@x.example;observer",
            "Ola;ola@x.example",
            "Per www.x.no;per@x;observer",
            f"{'x' * 151};lang@x.example;observer",
        ]
    )
    with override("en"):
        pasted = read(text)
        told = pasted.told
    assert [one.name for one in pasted.people] == ["Kari N"]
    for line, part in [
        (2, "There is no e-mail address."),
        (3, "There is no name before the e-mail address."),
        (4, "Write the person's name"),
        (4, "“sjef” is no role. Write one of these: Project manager, "),
        (5, "The address stands in line 1 too."),
        (6, "There is no role after the e-mail address."),
        (7, "A name holds no address of a page"),
        (7, "Write a domain with a dot after the @"),
        (8, "The name is too long."),
    ]:
        assert any(one.startswith(f"Line {line}: ") and part in one for one in told), (line, part)
    assert len(told) == 9


def test_an_address_at_a_staff_domain_is_refused(settings: Any) -> None:
    settings.STAFF_DOMAINS = ["digipost.example"]
    (told,) = wrong("Ingrid I;ingrid@digipost.example;observer")
    assert "Addresses at digipost.example are Digipost's own." in told


def test_more_than_fifty_are_too_many() -> None:
    lines = [f"Kari N;kari{number}@x.example;observer" for number in range(MOST + 1)]
    assert len(read("\n".join(lines[:-1])).people) == MOST
    assert wrong("\n".join(lines)) == [
        "Line 51: There are 51 lines, and 50 is the maximum. Invite these first, then the rest."
    ]


NAMES = st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=2, max_size=20)
ADDRESSES = st.from_regex(r"[a-z][a-z0-9]{0,9}@[a-z]{3,9}\.example", fullmatch=True)
ROLES = st.sets(st.sampled_from(MEMBER_ROLES), min_size=1)
PEOPLE = st.lists(st.tuples(NAMES, NAMES, ADDRESSES, ROLES), min_size=1, max_size=8, unique_by=lambda one: one[2])


@given(PEOPLE, st.sampled_from("\t;,"), st.sampled_from(["nb", "nn", "en", "code"]), st.booleans())
def test_whatever_is_written_is_read(people: list[Any], separator: str, language: str, quoted: bool) -> None:
    def said(role: Role) -> str:
        with override("nb" if language == "code" else language):
            return role.value if language == "code" else str(role.label)

    def cell(text: str) -> str:
        return f'"{text}"' if quoted else text

    people = [(f"{first.title()} {last.title()}", email, roles) for first, last, email, roles in people]
    lines = [separator.join(map(cell, [n, e, "+".join(map(said, roles))])) for n, e, roles in people]
    pasted = read("\n".join(lines))
    if not pasted.wrong:  # by chance a name is one of our codes
        found = [(one.name, one.email, set(one.roles)) for one in pasted.people]
        assert found == people


@given(st.text(max_size=400) | st.text(st.sampled_from("abÅ@.;,\t+\n\"' 1\0\u202e\ud800"), max_size=120))
def test_whatever_is_pasted_is_read_or_told(text: str) -> None:
    pasted = read(text)
    assert isinstance(pasted, Pasted)
    filled = {number for number, line in enumerate(text.split("\n"), start=1) if line.strip()}
    assert {one.line for one in pasted.people} | {line for line, _told in pasted.wrong} <= filled
    assert len({one.email for one in pasted.people}) == len(pasted.people) <= MOST
    assert all(one.roles and one.name for one in pasted.people)
    assert len(pasted.told) == len(pasted.wrong)


def test_roles_have_no_name_in_common() -> None:
    assert set(pasted_people._by_name().values()) == set(MEMBER_ROLES)
