"""What a card holds, in the form that a workflow takes; names in it are shown as they were typed."""

from __future__ import annotations

import json

import pytest

from milestones.teams.cards import LONGEST, Told, card_of


def test_the_form_that_a_workflow_takes() -> None:
    told = Told(
        "Godkjent", "BOFA-482 Brev · Fjordvik", ("Ingrid godkjente milepæl 1",), "Åpne", "https://x.example/i/"
    )
    (attachment,) = card_of(told)["attachments"]
    assert card_of(told)["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["$schema"] == "http://adaptivecards.io/schemas/adaptive-card.json"
    assert [block["text"] for block in card["body"]] == [told.title, told.about, *told.lines]
    assert all(block["type"] == "TextBlock" and block["wrap"] for block in card["body"])
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Åpne", "url": "https://x.example/i/"}]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("[Logg inn](https://evil.example)", r"\[Logg inn\](https://evil.example)"),
        ("**Viktig** _nå_ `x`", r"\*\*Viktig\*\* \_nå\_ \`x\`"),
        ("a\nb\r\n\u202ec", "a b c"),
        ("<at>alle</at>", r"\<at\>alle\</at\>"),
    ],
)
def test_what_somebody_called_something_is_no_markdown(typed: str, shown: str) -> None:
    card = card_of(Told(typed, typed, (typed,), "Åpne", "https://x.example/"))["attachments"][0]["content"]
    assert {block["text"] for block in card["body"]} == {shown}


def test_a_message_is_no_longer_than_teams_takes() -> None:
    told = Told("x" * 5000, "å" * 5000, ("*" * 5000,) * 6, "Åpne", "https://x.example/")
    assert len(json.dumps(card_of(told))) < 20_000
    (block, *_others) = card_of(told)["attachments"][0]["content"]["body"]
    assert len(block["text"]) == LONGEST
