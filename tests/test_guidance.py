"""Links to documentation: kept by staff, shown at their requirement to everybody who sees it, and nowhere else."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milestones import workflow
from milestones.demo import Journey
from milestones.models import RequirementLink
from milestones.policy import Forbidden
from tests.cast import Cast
from tests.query_counts import queries_at

ADDRESS = "/guidance/"
URL = "https://digipost.example/dok?a=1&b=2#test"
LINK = {"requirement": "1.1", "title": "Om <avtalen>", "url": URL}
HEADS = {
    "agreement": ["1.1"],
    "people": ["1.2"],
    "services": ["1.3"],
    "accounts": ["1.4"],
    "checklist/2.1": ["2.1"],
    "meetings": ["2.2"],
    "solution": ["2.2"],
    "plan": ["2.2"],
    "checklist/2.3": ["2.3"],
    "scenarios": ["3.1"],
    "verification": ["3.2"],
    "production": ["3.3"],
    "production-tests": ["4.1"],
    "launch": ["5.0", "5.2"],
    "follow-ups": ["5.1"],
    "operations": ["D.1", "D.2", "D.3"],
    "changes": ["D.4"],
}
"""The pages on which requirements are recorded, and which."""


def links_on(client: Client, address: str) -> list[tuple[str, str]]:
    """The links that lead to another host, each with its words."""
    html = client.get(address).content.decode()
    found = re.findall(r'<a class="ds-link" href="(https://[^"]+)" rel="noopener noreferrer">([^<]+)</a>', html)
    return [(unescape(url), unescape(title)) for url, title in found]


@pytest.mark.parametrize("who", ["staff", "manager", "lead", "contract", "owner"])
def test_it_is_shown_at_its_requirement_and_nowhere_else(cast: Cast, journey: Journey, who: str) -> None:
    journey.roles()
    workflow.add_link(by=cast.staff, **LINK)
    workflow.add_link(by=cast.staff, **LINK | {"requirement": "D.2"})
    client, here = cast.client(getattr(cast, who)), f"/i/{journey.integration.reference}/"
    for page, codes in HEADS.items():
        expected = [(URL, "Om <avtalen>")] if {"1.1", "D.2"} & set(codes) else []
        assert links_on(client, f"{here}{page}/") == expected, page
    html = client.get(f"{here}operations/").content.decode()
    (second,) = re.findall(r'aria-labelledby="requirement-d2".*?</section>', html, re.DOTALL)
    assert "Om &lt;avtalen&gt;" in second
    assert '<span class="quiet">digipost.example</span>' in second
    for page in ("", "milestones/1/", "history/", "mail/"):
        assert links_on(client, here + page) == []


def test_they_are_read_once_on_a_page_with_requirements_and_not_elsewhere(cast: Cast, journey: Journey) -> None:
    staff, here = cast.client(cast.staff), f"/i/{journey.integration.reference}/"
    pages = {f"{here}agreement/": 1, f"{here}operations/": 1, f"{here}milestones/1/": 0, here: 0, ADDRESS: 1}
    before = [queries_at(staff, page) for page in pages]
    for code in ("1.1", "D.1", "D.2"):
        for number in range(10):
            workflow.add_link(by=cast.staff, requirement=code, title="Side", url=f"https://digipost.example/{number}")
    assert [queries_at(staff, page) for page in pages] == before
    for page, reads in pages.items():
        with CaptureQueriesContext(connection) as queries:
            staff.get(page)
        assert sum(RequirementLink._meta.db_table in one["sql"] for one in queries.captured_queries) == reads, page


def test_staff_add_and_remove(cast: Cast) -> None:
    staff = cast.client(cast.staff)
    answer = staff.post(ADDRESS, LINK)
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    link = RequirementLink.objects.get()
    assert (link.added_by, str(link), link.url) == (cast.staff, "1.1 Om <avtalen>", URL)
    assert links_on(cast.client(cast.other_staff), ADDRESS) == [(URL, "Om <avtalen>")]
    remove = reverse("remove_link", args=[link.pk])
    assert cast.client(cast.other_staff).post(remove)["Location"] == ADDRESS
    assert links_on(staff, ADDRESS) == []
    assert staff.post(remove).status_code == 409


def test_nobody_else_may(cast: Cast) -> None:
    cast.journey().roles()
    link = workflow.add_link(by=cast.staff, **LINK)
    remove = reverse("remove_link", args=[link.pk])
    for name, user in cast.everybody().items():
        assert cast.client(user).get(remove).status_code == 405, name
        assert (cast.client(user).get(ADDRESS).status_code == 200) == user.is_staff, name
        assert (f'href="{ADDRESS}"' in cast.client(user).get("/").content.decode()) == user.is_staff, name
        if not user.is_staff:
            assert cast.client(user).post(remove).status_code == 403, name
            assert cast.client(user).post(ADDRESS, LINK | {"requirement": "1.2"}).status_code == 403, name
            with pytest.raises(Forbidden):
                workflow.remove_link(by=user, pk=link.pk)
    assert Client().post(remove)["Location"].startswith("/sign-in/")
    assert RequirementLink.objects.get() == link


WRONG = [
    *("javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "mailto:a@digipost.example"),
    *("http://digipost.example/", "ftp://digipost.example/", "//digipost.example/", "HTTPS://digipost.example/"),
    *("digipost.example/dok", "https:/digipost.example", "https://", "https://digipost", "https://["),
    *("https://digipost.example/a b", "https://digipost.example/\njavascript:1", "https://digipost.example/\u00a0b"),
    *("https://digipost.example@evil.example/", "https://a:b@evil.example/"),
]


@pytest.mark.parametrize("url", WRONG)
def test_only_https(cast: Cast, url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        workflow.add_link(by=cast.staff, **LINK | {"url": url})
    assert set(refused.value.message_dict) == {"url"}
    answer = cast.client(cast.staff).post(ADDRESS, LINK | {"url": url})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"url"}
    assert not RequirementLink.objects.exists()


def test_the_database_takes_no_other_either(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RequirementLink.objects.create(requirement="1.1", title="x", url="javascript:alert(1)", added_by=cast.staff)


@pytest.mark.parametrize(
    ("named", "field"),
    [
        ({"requirement": "9.9"}, "requirement"),
        ({"requirement": ""}, "requirement"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"url": ""}, "url"),
        ({"url": "https://digipost.example/" + "x" * 476}, "url"),
    ],
)
def test_what_is_wrong_stands_by_its_field(cast: Cast, named: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        workflow.add_link(by=cast.staff, **LINK | named)
    assert set(refused.value.message_dict) == {field}
    answer = cast.client(cast.staff).post(ADDRESS, LINK | named)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})


def test_once_at_a_requirement_and_no_more_than_ten(cast: Cast) -> None:
    staff = cast.client(cast.staff)
    sent: list[dict[str, Any]] = [LINK | {"url": f"https://digipost.example/{number}"} for number in range(11)]
    assert [staff.post(ADDRESS, one).status_code for one in sent] == [302] * 10 + [422]
    assert set(staff.post(ADDRESS, sent[10]).context["form"].errors) == {"requirement"}
    assert set(staff.post(ADDRESS, sent[9]).context["form"].errors) == {"url"}
    assert RequirementLink.objects.count() == 10
    assert staff.post(ADDRESS, sent[9] | {"requirement": "1.2"}).status_code == 302
