"""Every URL × every role × member or not, and signed out: the answer that tests/access_table.py expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils.translation import override
from django_fsm import has_transition_perm

from milestones import workflow
from milestones.actors import actor_of
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.forms.base import Form, RevisedForm
from milestones.models import (
    AccountEvent,
    CatalogueScenario,
    Document,
    DocumentAccess,
    Draft,
    Mail,
    MailLine,
    Sweep,
    User,
)
from milestones.process import MEMBER_ROLES, RESPONSIBLE_ROLES, Role
from milestones.urls import of_one_integration
from tests.access_table import (
    ABOUT_A_PERSON,
    ACROSS,
    ACROSS_POST_ONLY,
    AGREE_ON,
    CALLERS,
    EVERYBODY,
    MY_SECURITY,
    NAMES_SOMEBODY_ELSE,
    OTHERS,
    PDF,
    PEOPLE,
    POSTS,
    READABLE,
    ROWS_OF_MAIL,
    SPELLINGS,
    WAYS_IN,
)
from tests.cast import Cast, add_observer, build_cast, facts_now, fresh

PK_OF = {
    "document": "document",
    "one_agreement": "agreement",
    "verify_agreement": "agreement",
    "withdraw_agreement": "agreement",
    "member": "member",
    "remove_member": "member",
    "resend_invitation": "invited",
    "revoke_invitation": "invited",
    "meeting": "meeting",
    "scenario": "scenario",
    "remove_scenario": "scenario",
    "follow_up": "follow_up",
    "close_follow_up": "follow_up",
    "defer_follow_up": "follow_up",
    "accept_deferral": "follow_up",
    "reopen_follow_up": "follow_up",
    "deviation": "deviation",
    "notice": "receipt",
    "read_notice": "receipt",
}
"""Which row the `pk` of a URL is taken from."""

ROLE_OF = {
    "M": Role.PROJECT_MANAGER,
    "L": Role.TECHNICAL_LEAD,
    "C": Role.CONTRACT_MANAGER,
    "B": Role.BUSINESS_OWNER,
    "O": Role.OBSERVER,
    "S": Role.ONBOARDING,
}
NOWHERE = "ZZZZ-999"
"""A well-formed reference that no integration has."""


class Place:
    """An integration in which there is a row of every kind, reopened for its launch."""

    def __init__(self, journey: Journey) -> None:
        self.read: dict[tuple[str, str], HttpResponse] = {}
        journey.to_operations()
        self.integration = integration = journey.integration
        cast = journey.cast
        workflow.reopen(integration, 5, by=cast.staff, reason="Ny dato")
        item = workflow.add_item(
            integration,
            by=cast.manager,
            milestone=5,
            title="Eget",
            description="",
            required=False,
            stands_on=Role.PROJECT_MANAGER,
        )
        self.own_item = item.key
        reader = integration.members.current().filter(user=cast.lead).get()
        workflow.name_readers(integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
        workflow.send_notice([integration], by=cast.staff, kind="job", title="Emne", body="Tekst")
        follow_up = workflow.add_follow_up(integration, by=cast.manager, title="Punkt", description="")
        deviation = workflow.open_deviation(
            integration, by=cast.lead, title="Avvik", description="", handler="Vakta", opened_on=today()
        )
        workflow.grant_exception(integration, "2.1", by=cast.staff, reason="Kjenner den fra før")
        workflow.edit_rules(by=cast.staff, lead_days=3)
        invited = workflow.invite(integration, by=cast.manager, name="Ida", email="ida@fjordvik.example", roles=[])
        mail = Mail.objects.filter(integration=integration).earliest("pk")
        Sweep.objects.get_or_create(kind="digest", day=today())
        paper = Document.objects.filter(integration=integration).earliest("pk")
        DocumentAccess.objects.create(document=paper, user=cast.staff)
        MailLine.objects.create(mail=mail, integration=integration, urgency="overdue", code="1.1", role="observer")
        self.pks = {
            "document": Document.objects.filter(integration=integration).earliest("pk").pk,
            "agreement": integration.agreements.get().pk,
            "member": integration.members.get(user=cast.contract).pk,
            "invited": invited.pk,
            "meeting": integration.meetings.get().pk,
            "scenario": integration.scenarios.earliest("pk").pk,
            "follow_up": follow_up.pk,
            "deviation": deviation.pk,
            "receipt": integration.notice_receipts.get().pk,
        }

    def address(self, name: str, pks: dict[str, int] | None = None) -> str:
        return reverse(name, kwargs=self._arguments(name, pks or self.pks))

    def _arguments(self, name: str, pks: dict[str, int]) -> dict[str, Any]:
        arguments: dict[str, Any] = {"reference": self.integration.reference}
        route = str(next(pattern.pattern for pattern in of_one_integration if pattern.name == name))
        if "milestone:number" in route:
            arguments["number"] = 5
        if "key:key" in route:
            arguments["key"] = self.own_item if name == "remove_item" else "2.1"
        if "accord:subject" in route:
            arguments["subject"] = "plan"
        if "int:pk" in route:
            arguments["pk"] = pks[PK_OF[name]]
        return arguments


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Place]]:
    """The cast and their place, made once for the file: every test undoes what it posts."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = build_cast()
        journey = cast.journey()
        journey.roles()
        add_observer(journey, cast.observer)
        for user in cast.everybody().values():
            cast.client(user)  # signed in before the tests, whose own changes are undone
        yield cast, Place(journey)
        transaction.set_rollback(True)


@pytest.fixture
def cast(scene: tuple[Cast, Place]) -> Iterator[Cast]:
    with transaction.atomic():
        yield scene[0]
        transaction.set_rollback(True)


@pytest.fixture
def place(scene: tuple[Cast, Place], cast: Cast) -> Place:
    return scene[1]


def names_of(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from names_of(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, pattern
            yield pattern.name


def get(client: Client, address: str) -> HttpResponse:
    return not_to_be_stored(client, client.get(address))


def not_to_be_stored(client: Client, answer: Any) -> HttpResponse:
    """Whatever is answered to whoever has a session: see middleware/traces.py."""
    if settings.SESSION_COOKIE_NAME in client.cookies:
        assert answer.headers["Cache-Control"] == "private, no-store", answer.request["PATH_INFO"]
    return answer


def page(cast: Cast, place: Place, name: str, who: str) -> HttpResponse:
    """What `who` gets at one of the place's addresses; asked for once a file, as reading changes nothing."""
    if (name, who) not in place.read:
        place.read[name, who] = get(cast.client(getattr(cast, who)), place.address(name))
    return place.read[name, who]


def named_roles(answer: HttpResponse) -> str:
    """The letters of the roles that a 403 page says may do it, in the table's order; fails where it says nobody."""
    told = re.search(r"Det gjøres av: ([^<]+)\.<", answer.content.decode())
    assert told, "no sentence that says who has the right"
    with override("nb"):
        labels = {str(role.label): letter for letter, role in ROLE_OF.items()}
    return "".join(sorted((labels.get(name, "") for name in told[1].split(", ")), key=EVERYBODY.find))


def post(client: Client, address: str, data: dict[str, Any]) -> HttpResponse:
    """Post and undo, so that cases do not depend on each other."""
    filled = {name: SimpleUploadedFile("a.pdf", a_pdf()) if value == PDF else value for name, value in data.items()}
    with transaction.atomic():
        answer = client.post(address, filled)
        transaction.set_rollback(True)
    return not_to_be_stored(client, answer)


def test_every_url_is_in_the_table() -> None:
    of_one = READABLE | set(POSTS)
    assert set(names_of(of_one_integration)) == of_one
    rest = set(ACROSS) | set(ACROSS_POST_ONLY) | ROWS_OF_MAIL | ABOUT_A_PERSON | {"sign_out"}
    rest |= OTHERS | SPELLINGS | set(WAYS_IN) | set(MY_SECURITY)
    assert set(names_of(get_resolver().url_patterns)) == of_one | rest


def test_who_may_read(cast: Cast, place: Place) -> None:
    wrong = []
    for name in sorted(READABLE | set(POSTS)):
        for who in CALLERS:
            status = page(cast, place, name, who).status_code
            if status != (200 if name in READABLE else 405):
                wrong.append((name, who, status))
    assert wrong == []


def test_pages_without_a_form_take_no_post(cast: Cast, place: Place) -> None:
    wrong = []
    for name in sorted(READABLE - set(POSTS)):
        for who in CALLERS:
            status = post(cast.client(getattr(cast, who)), place.address(name), {}).status_code
            if status != 405:
                wrong.append((name, who, status))
    assert wrong == []


def test_who_may_act(cast: Cast, place: Place) -> None:
    """Let through means done, or refused by the gate or the state; a form that is refused would hide policy's answer.

    Who is not let through is told, in a sentence, who is.
    """
    wrong: list[tuple[str, str, object]] = []
    for name, (allowed, data) in POSTS.items():
        for who, letter in CALLERS.items():
            answer = post(cast.client(getattr(cast, who)), place.address(name), data)
            if answer.status_code not in ((302, 409) if letter in allowed else (403,)):
                wrong.append((name, who, answer.status_code))
            elif answer.status_code == 403:
                told = named_roles(answer)
                wrong += [(name, who, told)] if told != NAMES_SOMEBODY_ELSE.get(name, allowed) else []
    assert wrong == []


@pytest.mark.parametrize(("subject", "allowed"), AGREE_ON.items())
def test_who_may_agree(cast: Cast, place: Place, subject: str, allowed: str) -> None:
    address = reverse("agree", args=[place.integration.reference, subject])
    for who, letter in CALLERS.items():
        status = post(cast.client(getattr(cast, who)), address, {"version": "1"}).status_code
        assert (status != 403) == (letter in allowed), (who, status)


@pytest.mark.parametrize("stands_on", RESPONSIBLE_ROLES)
def test_an_own_item_is_checked_off_by_whom_it_stands_on(cast: Cast, place: Place, stands_on: Role) -> None:
    item = workflow.add_item(
        place.integration,
        by=cast.manager,
        milestone=5,
        title="Eget",
        description="",
        required=True,
        stands_on=stands_on,
    )
    address = reverse("confirmation", args=[place.integration.reference, item.key])
    for who, letter in CALLERS.items():
        status = post(cast.client(getattr(cast, who)), address, POSTS["confirmation"][1]).status_code
        assert status == (302 if ROLE_OF[letter] is stands_on else 403), (who, status)


def test_what_was_a_role_opens_nothing(cast: Cast, place: Place) -> None:
    """A role that has ended lets nobody through, and a member who has left is a stranger."""
    lead = Client()  # of their own: their sessions end
    lead.force_login(cast.lead)
    member = place.integration.members.get(user=cast.lead)
    workflow.set_roles(place.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    assert post(lead, place.address("monitoring"), POSTS["monitoring"][1])["Location"].startswith("/sign-in/")
    lead.force_login(User.objects.get(pk=cast.lead.pk))
    assert post(lead, place.address("monitoring"), POSTS["monitoring"][1]).status_code == 403
    workflow.remove(place.integration, member.pk, by=cast.manager)
    assert get(lead, place.address("integration")).status_code == 302
    lead.force_login(User.objects.get(pk=cast.lead.pk))
    assert post(lead, place.address("monitoring"), POSTS["monitoring"][1]).status_code == 404
    assert get(lead, place.address("integration")).status_code == 404


def test_no_page_offers_what_would_be_refused(cast: Cast, place: Place) -> None:
    wrong, offered = [], set()
    for name in READABLE - {"document"}:
        for letter in EVERYBODY:
            html = page(cast, place, name, PEOPLE[letter]).content.decode()
            for action in re.findall(r'<form method="post"\s+action="([^"]+)"', html):
                target = resolve(action).url_name
                offered.add(target)
                if target in POSTS and letter not in POSTS[target][0]:
                    wrong.append((name, PEOPLE[letter], target))
    assert wrong == []
    assert len(offered & set(POSTS)) > 25  # the pages do offer things


def test_the_state_machines_ask_the_same_policy(cast: Cast) -> None:
    journey = cast.journey("Et annet brev")
    journey.milestone_1_facts()
    add_observer(journey, cast.observer)
    workflow.submit(journey.integration, 1, by=cast.manager)
    facts, integration = facts_now(journey.integration), fresh(journey.integration)
    milestone = integration.milestones.get(number=1)
    milestone.unmet = []
    for letter in EVERYBODY:
        actor: Any = actor_of(getattr(cast, PEOPLE[letter]), facts)
        for name in ("approve", "withdraw", "send_back"):
            assert has_transition_perm(getattr(milestone, name), actor) == (letter in POSTS[name][0]), (name, letter)
        for name in ("pause", "close"):
            assert has_transition_perm(getattr(integration, name), actor) == (letter in POSTS[name][0]), (name, letter)


def test_to_a_stranger_it_does_not_exist(cast: Cast, place: Place) -> None:
    """Not there, whatever the address, the method and the data: as where no integration ever was."""
    stranger = cast.client(cast.stranger)
    cast.neighbour()
    wrong = []
    for name in sorted(READABLE | set(POSTS)):
        address = place.address(name)
        expected = [404 if name in READABLE else 405] + [404 if name in POSTS else 405] * 2
        there = statuses_of(stranger, name, address)
        nowhere = statuses_of(stranger, name, address.replace(place.integration.reference, NOWHERE))
        if there != expected or nowhere != expected:
            wrong.append((name, there, nowhere))
    assert wrong == []


def statuses_of(client: Client, name: str, address: str) -> list[int]:
    """The answers to a GET, to an empty POST and to a valid one."""
    valid = POSTS[name][1] if name in POSTS else {}
    return [
        answer.status_code
        for answer in (get(client, address), post(client, address, {}), post(client, address, valid))
    ]


def test_rows_of_another_integration_do_not_exist_under_ones_own(cast: Cast, place: Place) -> None:
    neighbour = Place(cast.neighbour())
    stranger = cast.client(cast.stranger)
    staff = cast.client(cast.staff)
    for name in PK_OF:
        address = neighbour.address(name, place.pks)
        data = POSTS.get(name, ("", {}))[1]
        for client in (stranger, staff):
            answers = [get(client, address)] if name in READABLE else []
            answers += [post(client, address, data)] if name in POSTS else []
            assert {answer.status_code for answer in answers} == {404}, name


def test_items_of_another_integration_do_not_exist_under_ones_own(cast: Cast, place: Place) -> None:
    neighbour = cast.neighbour().integration
    for name in ("confirmation", "unconfirm", "remove_item", "exception", "end_exception"):
        address = reverse(name, args=[neighbour.reference, place.own_item])
        for client in (cast.client(cast.stranger), cast.client(cast.staff)):
            assert post(client, address, POSTS[name][1]).status_code == 404, name
            assert get(client, address).status_code == (404 if name in READABLE else 405), name


def test_readers_and_contact_are_chosen_among_ones_own(cast: Cast, place: Place) -> None:
    """Ids in a form's fields are held to the same line as those in addresses."""
    neighbour = cast.neighbour().integration
    foreign = {"readers": {"members": str(neighbour.members.get().pk), "shared_mailbox": ""}}
    foreign["contact"] = {"contact": str(cast.manager.pk)}
    assert post(cast.client(cast.manager), place.address("readers"), foreign["readers"]).status_code == 422
    assert post(cast.client(cast.staff), place.address("contact"), foreign["contact"]).status_code == 422


def test_across_integrations(cast: Cast, place: Place) -> None:
    wrong = []
    for name, (allowed, data) in ACROSS.items():
        address = reverse(name, args=["T01"] if name == "catalogue_entry" else [])
        for who, letter in CALLERS.items():
            client = cast.client(getattr(cast, who))
            expected = 200 if letter in allowed else 403
            answers = [(get(client, address).status_code, {expected})]
            done = {302, 409, 200} if letter in allowed else {403}
            answers.append((post(client, address, data).status_code if data else 405, done if data else {405}))
            wrong += [(name, who, status) for status, allowed_ in answers if status not in allowed_]
    assert wrong == []


def test_only_staff_retire_from_the_catalogue(cast: Cast) -> None:
    address = reverse("retire_catalogue_entry", args=["T01"])
    shown = str(CatalogueScenario.objects.in_force().get(code="T01").pk)
    for name, user in cast.everybody().items():
        assert post(cast.client(user), address, {"expected_id": shown}).status_code == (
            302 if user.is_staff else 403
        ), name
        assert get(cast.client(user), address).status_code == 405


def test_signed_out_one_is_sent_to_sign_in(cast: Cast, place: Place) -> None:
    nobody = Client()
    addresses = [place.address(name) for name in READABLE | set(POSTS)]
    addresses += [*across_addresses(), reverse("retire_catalogue_entry", args=["T01"]), f"/i/{NOWHERE}/"]
    for address in addresses:
        for answer in (get(nobody, address), post(nobody, address, {})):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/sign-in/?next="), address


def across_addresses() -> list[str]:
    return [reverse(name, args=["T01"] if name == "catalogue_entry" else []) for name in ACROSS]


def entry_address(name: str) -> str:
    """An address about coming in, or about oneself."""
    needs: dict[str, list[Any]] = {"invitation": ["a" * 64], "disconnect": [1]}
    needs |= {key: ["nobody"] for key in ("openid_connect_login", "openid_connect_callback")}
    needs |= {key: [1] for key in ("mfa_edit_webauthn", "mfa_remove_webauthn")}
    return reverse(name, args=needs.get(name, []))


@pytest.mark.django_db  # also what makes pytest-django set the database up for `scene` when this file runs alone
def test_the_ways_in() -> None:
    for name, status in WAYS_IN.items():
        answer = get(Client(), entry_address(name))
        assert answer.status_code == status, name
        if status == 200:
            check_outline(name, answer)


def test_how_i_sign_in_is_mine_alone(cast: Cast) -> None:
    for name, status in MY_SECURITY.items():
        answer = get(Client(), entry_address(name))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/"), name
        for who in CALLERS:
            client = cast.client(getattr(cast, who))
            assert get(client, entry_address(name)).status_code == status, (name, who)


def test_anybody_signs_out_and_chooses_a_language_by_post_alone(cast: Cast) -> None:
    """In browsers of their own: signing out ends what a browser remembers, which no rollback brings back."""
    signed_in = Client()
    signed_in.force_login(cast.owner)
    for client in (Client(), signed_in):
        assert get(client, reverse("set_language") + "?language=en").status_code == 302
        assert User.objects.get(pk=cast.owner.pk).language == cast.owner.language
        assert post(client, reverse("set_language"), {"language": "en"}).status_code == 302
        assert get(client, reverse("sign_out")).status_code == (405 if client is signed_in else 302)
        assert post(client, reverse("sign_out"), {}).status_code == 302
        assert get(client, "/").status_code == 302
    assert {"set_language", "sign_out"} == OTHERS


NOT_READ_THERE = (User, Draft)  # people are kept there; what somebody has typed and not sent is theirs alone
GOVERNED: list[Any] = [one for one in apps.get_app_config("milestones").get_models() if one not in NOT_READ_THERE]


@pytest.mark.parametrize("administrator", [False, True], ids=["staff", "administrator"])
def test_the_admin_only_shows(cast: Cast, place: Place, administrator: bool) -> None:
    """What the process governs is read there, by all staff, and written there by nobody: not one row.

    Where people were when they signed in is for administrators alone.
    """
    client = Client()
    client.force_login(
        User.objects.create_user(
            "astrid@digipost.example", "Astrid Administrator", is_staff=True, is_superuser=administrator
        )
    )
    wrong = []
    for model in GOVERNED:
        before = sorted(model._default_manager.values_list())
        assert before, f"the place has no {model.__name__} to try"
        answers = answers_of_admin(client, model.__name__.lower(), before[0][0])
        listed = 200 if administrator or model is not AccountEvent else 403
        if answers != {"list": listed, "add": 403, "change": 403, "delete": 403}:
            wrong.append((model.__name__, answers))
        assert sorted(model._default_manager.values_list()) == before
    assert wrong == []


def answers_of_admin(client: Client, model: str, pk: int) -> dict[str, int]:
    """The list's answer to GET and the others' to POST; the list's bulk deletion is tried too."""
    listed = reverse(f"admin:milestones_{model}_changelist")
    client.post(listed, {"action": "delete_selected", "_selected_action": str(pk), "post": "yes"})
    return {
        "list": client.get(listed).status_code,
        "add": client.post(reverse(f"admin:milestones_{model}_add"), {}).status_code,
        "change": client.post(reverse(f"admin:milestones_{model}_change", args=[pk]), {}).status_code,
        "delete": client.post(reverse(f"admin:milestones_{model}_delete", args=[pk]), {"post": "yes"}).status_code,
    }


def test_members_are_refused_the_admin(cast: Cast, place: Place) -> None:
    addresses = [reverse(f"admin:milestones_{model.__name__.lower()}_changelist") for model in [*GOVERNED, User]]
    for who in ("manager", "owner", "observer", "stranger"):
        for address in ["/admin/", *addresses]:
            answer = get(cast.client(getattr(cast, who)), address)
            assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={address}")


# --- What every page has in common


class Outline(HTMLParser):
    """Title, h1s, ids and what a strict policy on scripts and styles would block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.blocked: list[str] = []
        self.nonces: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for value in [given.get("id")] if value]
        self.blocked += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "script" and given.get("type") != "application/json":  # data is not run
            self.blocked += [] if given.get("src") else ["script"]
            self.nonces.append(given.get("nonce") or "")
        self.blocked += ["style element"] if tag == "style" else []
        if tag == "title":
            self.titles.append("")
        if tag == "h1":
            self.headings.append("")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.titles[-1] += data
        if "h1" in self._open:
            self.headings[-1] += data


@pytest.mark.parametrize("who", CALLERS)
def test_every_page_has_one_heading_that_is_its_title_and_nothing_inline(cast: Cast, place: Place, who: str) -> None:
    for name in sorted(READABLE - {"document"}):
        check_outline(name, page(cast, place, name, who))
    for address in across_addresses():
        answer = get(cast.client(getattr(cast, who)), address)  # a refusal is a page too
        check_outline(address, answer)


def check_outline(address: str, answer: HttpResponse) -> None:
    outline = Outline(answer.content.decode())
    (heading,) = [" ".join(heading.split()) for heading in outline.headings]
    (title,) = [" ".join(title.split()) for title in outline.titles]
    assert title.startswith(heading), (address, title, heading)
    assert sorted(outline.ids) == sorted(set(outline.ids)), address
    assert outline.blocked == [], address
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    allowed = {one for one in policy.split("; ") if one.startswith("script-src ")}
    assert {f"script-src 'nonce-{nonce}'" for nonce in outline.nonces} == allowed, (address, policy)


NAME_THEIR_VERSION = {"PlanForm", "CatalogueForm"}
"""What they show is named by its version, which workflow compares under the lock."""
SUGGEST = {"AgreementForm", "ConfirmForm", "DeviationForm", "RunForm", "NoticeForm", "MailChoiceForm"}
"""What they show is a first guess, or one's own choice: nobody else's record is undone."""


def forms_of(answer: HttpResponse) -> Iterator[Form]:
    """Every form of a page, by what its template was given."""
    for layer in getattr(answer, "context", None) or []:
        yield from (value for value in layer.flatten().values() if isinstance(value, Form))


@pytest.mark.parametrize("who", ["staff", "manager", "lead", "owner"])
def test_a_form_that_shows_what_is_recorded_does_not_undo_what_is_newer(cast: Cast, place: Place, who: str) -> None:
    """A new form is found here by being shown: it is a RevisedForm, or named above with its reason."""
    answers = [page(cast, place, name, who) for name in sorted(READABLE - {"document"})]
    answers += [get(cast.client(getattr(cast, who)), address) for address in across_addresses()]
    shown = {type(form) for answer in answers for form in forms_of(answer) if set(form.initial) & visible(form)}
    bare = {one.__name__ for one in shown if not issubclass(one, RevisedForm)}
    assert bare <= NAME_THEIR_VERSION | SUGGEST


def visible(form: Form) -> set[str]:
    return {field.name for field in form.visible_fields()}


def test_a_revised_form_knows_an_old_page_from_a_fresh_one(cast: Cast, place: Place) -> None:
    """Wherever one is sent to: the view gives it what is recorded now, so that it can compare."""
    tried = set()
    for name in sorted(READABLE - {"document"}):
        for who in PEOPLE.values():
            for address, was in REVISED.findall(page(cast, place, name, who).content.decode()):
                client = cast.client(getattr(cast, who))
                assert (says_changed(client, address, "old"), says_changed(client, address, was)) == (True, False)
                tried.add(resolve(address).url_name)
    assert tried == {
        *("services", "accounts", "contact", "member", "meetings", "meeting", "solution", "production_tests"),
        *("pass_details", "first_sending", "defer_follow_up", "monitoring", "readers", "certificate"),
    }


REVISED = re.compile(
    r'<form method="post"\s+action="([^"]+)"(?:(?!</form>).)*?name="was" value="([0-9a-f]+)"', re.DOTALL
)


def says_changed(client: Client, address: str, was: str) -> bool:
    """Whether a form that was opened with `was` is told that somebody changed it meanwhile."""
    answer = post(client, address, {"was": was})
    told = (form.non_field_errors() for form in forms_of(answer) if form.is_bound) if answer.status_code == 422 else ()
    return any("Noen endret" in str(errors) for errors in told)


def test_the_table_knows_every_role() -> None:
    assert {PEOPLE[letter] for letter in EVERYBODY} == {"manager", "lead", "contract", "owner", "observer", "staff"}
    assert {ROLE_OF[letter] for letter in EVERYBODY} == set(Role)
    assert len(MEMBER_ROLES) + 1 == len(EVERYBODY)


def addresses_of_forms(place: Place) -> list[str]:
    addresses = [place.address(name) for name in POSTS]
    addresses += [
        reverse(name, args=["T01"] if name.endswith("entry") else []) for name in (*ACROSS, *ACROSS_POST_ONLY)
    ]
    return addresses + [entry_address(name) for name in MY_SECURITY]


def test_no_form_is_taken_without_its_own_token(cast: Cast, place: Place) -> None:
    """Not without one, not with somebody else's, and not with the one from before signing in."""
    addresses = addresses_of_forms(place)
    addresses += [entry_address(name) for name in WAYS_IN] + [reverse(name) for name in OTHERS]
    wrong = []
    for user in (cast.staff, cast.manager):
        strict, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
        before = token_of(strict)
        strict.force_login(user)
        for token in ("", token_of(other), before if user is cast.manager else ""):
            for address in addresses:
                with transaction.atomic():
                    answer = strict.post(address, {"reason": "Derfor", "csrfmiddlewaretoken": token})
                    transaction.set_rollback(True)
                if answer.status_code != 403:
                    wrong.append((user.name, address, answer.status_code))
            strict.cookies.pop("csrftoken", None)
    assert wrong == []


@pytest.mark.parametrize("end", ["sign_out", "sign_out_everywhere", "on another device"])
def test_what_was_sent_cannot_be_sent_again_once_the_session_is_over(cast: Cast, place: Place, end: str) -> None:
    """A request that somebody kept, with its cookies and its own token, is nobody's."""
    kept, elsewhere = Client(enforce_csrf_checks=True), Client()
    for browser in (kept, elsewhere):
        browser.force_login(cast.manager)
    form = {"reason": "Derfor", "digest": "daily", "csrfmiddlewaretoken": token_of(kept, reverse("my_mail"))}
    cookies = SimpleCookie(kept.cookies)
    assert kept.post(reverse("my_mail"), form)["Location"] == reverse("my_mail")
    if end == "on another device":
        elsewhere.post(reverse("sign_out_everywhere"))
    else:
        kept.post(reverse(end), form)
    wrong = []
    for address in addresses_of_forms(place):
        kept.cookies = SimpleCookie(cookies)
        answer = kept.post(address, form)
        if (answer.status_code, answer.get("Location", "").split("?")[0]) != (302, "/sign-in/"):
            wrong.append((address, answer.status_code, answer.get("Location")))
    assert wrong == []


def token_of(client: Client, address: str = "/sign-in/") -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]
