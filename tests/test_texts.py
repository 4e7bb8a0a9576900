"""One-line fields take what is pasted from Word or a web page; what deceives is refused, in words."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from milestones import texts, workflow
from milestones.forms import entry as ways_in
from milestones.forms.base import EmailField, Form, KeyField, LineField, TextField
from milestones.mails.words import one_line
from milestones.models import Deviation, Integration, Member, Notice, User
from tests.cast import Cast

PASTED = {
    "no-break space": ("Kari\u00a0Nordmann", "Kari Nordmann"),
    "narrow no-break space": ("12\u202f000 brev", "12 000 brev"),
    "ideographic and figure space": ("a\u3000b\u2007c", "a b c"),
    "soft hyphen": ("Saks\u00adbehandling", "Saksbehandling"),
    "zero width space": ("Saks\u200bbehandling\u200b", "Saksbehandling"),
    "joiners": ("a\u200cb\u200dc\u2060d", "abcd"),
    "byte order mark": ("\ufeffKari", "Kari"),
    "directional marks": ("\u200eKari\u200f \u061c", "Kari"),
    "A and ring": ("A\u030asgard", "Åsgard"),
    "tabs and line breaks at the ends": ("\t\r\nKari \n", "Kari"),
    "line breaks inside": ("Kari\r\nNordmann\u2028Berg\vVik", "Kari Nordmann Berg Vik"),
    "runs of spaces": ("Kari  \u00a0 Nordmann", "Kari Nordmann"),
    "no-break hyphen": ("Anne\u2011Kari", "Anne-Kari"),
    "a variation selector without an emoji": ("Ka\ufe0fri", "Kari"),
    "hidden tags": ("Kari\U000e0041\U000e0042", "Kari"),
    "a filler that looks like a space": ("Kari\u3164Vik", "Kari Vik"),
    "a bullet of Word's": ("\uf0b7 Punkt", "\uf0b7 Punkt"),
    "words in Norwegian": ("Ærlig “å” – §8 …", "Ærlig “å” – §8 …"),
}
EMOJI = ["👩‍💻", "👨‍👩‍👧‍👦", "❤️", "🏳️‍🌈", "👩🏽‍🚒", "🙂‍↔️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇳🇴", "\U0001fae8"]
TURNING = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"]
CONTROL = ["\0", "\a", "\x1b", "\x1f", "\x7f", "\x80", "\ufffe", "\ufdd0"]


@pytest.mark.parametrize(("typed", "stored"), PASTED.values(), ids=PASTED)
def test_what_is_pasted_is_stored_as_it_looks(typed: str, stored: str) -> None:
    assert LineField().clean(typed) == stored


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_stays_whole(emoji: str) -> None:
    assert LineField().clean(f"Fest {emoji} her") == f"Fest {emoji} her"
    assert one_line(f"Fest {emoji} her") == f"Fest {emoji} her"


@pytest.mark.parametrize("character", [*TURNING, *CONTROL])
def test_what_deceives_is_refused_with_where_it_stands(character: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LineField().clean(f"Kari {character}Nordmann")
    told = refused.value.messages[0]
    assert "Kari" in told
    assert f"U+{ord(character):04X}" in told


@given(st.text())
def test_a_stored_line_is_one_line_and_stays_as_it_is(typed: str) -> None:
    try:
        stored = texts.one_line(typed)
    except ValidationError:
        return
    assert texts.one_line(stored) == stored == stored.strip()
    assert "\n" not in stored
    assert "\r" not in stored


def test_lengths_are_measured_as_it_is_stored() -> None:
    field = LineField(max_length=4)
    assert field.clean("\u200bA\u030a b\u00a0\u00ad \u00a0c"[:8]) == "Å b"
    assert KeyField(max_length=9).clean("984\u00a0661\u00a0185") == "984661185"
    assert TextField(max_length=3).clean("a\r\nb") == "a\nb"
    with pytest.raises(ValidationError):
        field.clean("abcde")


def test_the_browser_cuts_nothing_off() -> None:
    for field in (LineField(max_length=4), TextField(max_length=4), EmailField()):
        assert "maxlength" not in field.widget.attrs


def test_nothing_but_the_invisible_is_nothing() -> None:
    with pytest.raises(ValidationError):
        LineField().clean("\u200b\u00a0\ufeff")
    assert LineField(required=False).clean("\u200b") == ""


def test_a_longer_text_keeps_its_spaces_and_its_lines() -> None:
    field = TextField()
    assert field.clean("A\u030a\u00a0b\r\nc\rd\u2028e\u00ad") == "Å\u00a0b\nc\nd\ne\u00ad"
    assert field.clean("farget \x1b[1mlogg") == "farget \x1b[1mlogg"
    for refused in ("a\0b", *(f"a{turning}b" for turning in TURNING)):
        with pytest.raises(ValidationError):
            field.clean(refused)


def _forms(kind: type[forms.Form]) -> set[type[forms.Form]]:
    return {kind, *(found for one in kind.__subclasses__() for found in _forms(one))}


def test_every_field_of_ours_for_text_is_of_these_kinds() -> None:
    """The next form too: a plain CharField would take what these do not, and refuse what these take."""
    ours = [one for one in _forms(Form) if one.__module__.startswith("milestones")]
    assert len(ours) > 30
    plain = [
        (form.__name__, name)
        for form in ours
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField)
        and not isinstance(field.widget, forms.HiddenInput)
        and not isinstance(field, LineField | TextField | EmailField)
    ]
    assert not plain


@pytest.mark.parametrize("typed", ["123 456", "123\u00a0456", "\u200b123456 ", "１２３４５６"])
def test_a_code_is_read_whatever_stands_between_its_digits(typed: str) -> None:
    form = ways_in.CodeForm({"code": typed}, code="123456")
    assert form.is_valid(), form.errors


def test_a_password_is_taken_as_it_is() -> None:
    form = ways_in.PasswordForm()
    assert form.fields["password"].clean("a\u00a0 b\u00ad") == "a\u00a0 b\u00ad"


def test_every_way_to_a_stored_line(cast: Cast) -> None:
    """In pages, by a direct call, in the admin and in search."""
    journey = cast.journey()
    journey.roles()
    home = f"/i/{journey.integration.reference}"
    deviation = {"title": "Av\u00advik\u00a0A", "handler": "Kari\u200b", "opened_on": "2026-01-02"}
    assert cast.client(cast.lead).post(f"{home}/deviations/", deviation).status_code == 302
    assert Deviation.objects.values_list("title", "handler").get() == ("Avvik A", "Kari")
    accounts = {"test_account_id": "500\u00a0123", "production_account_id": "700 456"}
    journey.agreement()
    assert cast.client(cast.staff).post(f"{home}/accounts/", accounts).status_code == 302
    journey.integration.accounts.refresh_from_db()
    assert journey.integration.accounts.test_account_id == "500123"
    found = cast.client(cast.staff).get("/integrations/", {"q": f"\u00a0{journey.integration.reference}\u200b"})
    assert [row.pk for row in found.context["page"]] == [journey.integration.pk]


def test_a_name_given_directly_is_stored_in_the_same_way(cast: Cast) -> None:
    journey = cast.journey("Brev\u00a0A")
    assert Integration.objects.get().name == "Brev A"
    workflow.invite(journey.integration, by=cast.staff, name="Ny\u00a0\nLeder", email="ny@fjordvik.example", roles=[])
    assert Member.objects.filter(name="Ny Leder").exists()
    workflow.send_notice(
        [journey.integration], by=cast.staff, kind="job", title="Ned\u00adetid\r\nBcc: x", body="Tekst"
    )
    assert Notice.objects.get().title == "Nedetid Bcc: x"
    with pytest.raises(ValidationError):
        workflow.invite(journey.integration, by=cast.staff, name="a\u202eb", email="to@fjordvik.example", roles=[])
    assert not User.objects.filter(email="to@fjordvik.example").exists()


def test_the_admin_takes_a_name_in_the_same_way(cast: Cast) -> None:
    admin = User.objects.create_superuser("admin@digipost.example", "Astrid", "et-passord")
    sent: dict[str, Any] = {"email": "ny@digipost.example", "name": "Ny\u00a0\u200bAnsatt", "is_staff": "on"}
    assert cast.client(admin).post("/admin/milestones/user/add/", sent).status_code == 302
    added = User.objects.get(email="ny@digipost.example")
    assert added.name == "Ny Ansatt"
    sent = {"name": "Kari\u00a0B", "language": "nb", "is_active": "on"}
    assert cast.client(admin).post(f"/admin/milestones/user/{added.pk}/change/", sent).status_code == 302
    added.refresh_from_db()
    assert added.name == "Kari B"
