"""What the tests of comments share: saying something, and how it reads on a page."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from lxml import html

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Comment, User
from tests.cast import Cast

ABOUT = "requirement-1.1"
NOTE = "Hemmelighet-7Q4"
"""A word that stands in nothing but an internal note."""


def say(journey: Journey, by: User, text: str = "Ser bra ut", about: str = ABOUT, **more: Any) -> Comment:
    return workflow.add_comment(journey.integration, about, by=by, text=text, **more)


def note(journey: Journey, by: User, text: str = f"{NOTE}: de nøler", about: str = ABOUT, **more: Any) -> Comment:
    """An internal note."""
    return say(journey, by, text, about, internal=True, **more)


def address(journey: Journey, *, about: str = "", comment: Comment | None = None, delete: bool = False) -> str:
    """Of what is said about a thing, or of one comment."""
    home = f"/i/{journey.integration.reference}/comments/"
    return f"{home}{comment.pk if comment else about or ABOUT}/{'delete/' if delete else ''}"


def milestone(journey: Journey, number: int = 1) -> str:
    return f"/i/{journey.integration.reference}/milestones/{number}/"


def page(client: Client, path: str) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.fromstring(answer.content.decode())


def texts_on(client: Client, path: str) -> list[str]:
    """What each comment on a page says, in its order; of a deleted one nothing."""
    found = page(client, path).xpath("//li[starts-with(@id, 'comment-')]")
    return ["".join(one.xpath(".//div[@class='text']//text()")) for one in found]


def summary(client: Client, path: str, about: str = ABOUT) -> str:
    """What stands on the fold of a thing's comments."""
    (found,) = page(client, path).xpath(f"//details[@id='talk-{about}']/summary")
    return " ".join(found.text_content().split())


def browser(cast: Cast, who: str) -> Client:
    return cast.client(getattr(cast, who))


def key_on(client: Client, path: str, action: str) -> str:
    """The key of the form that posts to `action`."""
    text = client.get(path).content.decode()
    found = re.search(r'name="form_key" value="([^"]+)"', text[text.index(f'action="{action}"') :])
    assert found
    return found[1]
