"""What templates need beyond Django: forms in Designsystemet's markup, where an Unmet is done, labels of keys."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from allauth.account.utils import get_next_redirect_url
from django import forms, template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html

from .. import gates, process, texts
from ..addresses import path_of, path_to
from ..documents.names import TYPES_IN_WORDS
from ..exports import Format
from ..formkeys import key_for
from ..forms.base import Form
from ..models import Integration, Scenario, User, WaitingItem
from ..nudges import Nudge
from ..portfolio import KEPT
from ..process import REQUIREMENTS, Environment, MilestoneState, Outcome, Role, Rung
from ..purposes import PURPOSES
from ..reminders.decide import Urgency
from ..snapshots import as_unmet, key_of
from ..timeline import Timeline

register = template.Library()


@register.simple_tag(takes_context=True)
def where(context: dict[str, Any], unmet: gates.Unmet | WaitingItem, integration: Integration) -> str:
    """The address at which something unmet is done, down to its place there; nothing if that is this very page."""
    path = path_to(unmet, integration.reference)
    is_here = path.partition("#")[0] == context["request"].path and not context.get("elsewhere")
    return "" if is_here else path


@register.simple_tag(takes_context=True)
def next_field(context: dict[str, Any]) -> str:
    """Where to go after signing in, for a form to pass on; nothing if that is no page of ours."""
    address = get_next_redirect_url(context["request"])
    return format_html('<input type="hidden" name="next" value="{}">', address) if address else ""


@register.filter
def purpose(requirement: process.Requirement) -> str:
    """What it is for, and what Digipost wants to see."""
    return str(PURPOSES[requirement.code])


def done_at(requirement: process.Requirement, integration: Integration) -> str:
    """The address of the page on which a requirement is recorded."""
    return path_of(requirement.page, integration.reference, requirement.code)


@register.filter
def sentence(item: WaitingItem) -> str:
    """The sentence of a stored waiting item, in the language in force."""
    return as_unmet(item).text


@register.simple_tag
def nudge_of(nudges: Mapping[str, Nudge], one: gates.Unmet | WaitingItem) -> Nudge | None:
    """What a page says of reminding others of an item, see `nudges.shown_to`."""
    return nudges.get(key_of(one))


@register.filter
def role_name(role: str) -> str:
    return str(Role(role).label)


@register.filter
def found_at(finding: gates.Finding, integration: Integration) -> str:
    """The address of the page on which a requirement, or an own item, is recorded."""
    if finding.requirement:
        return done_at(finding.requirement, integration)
    return path_of("confirmation", integration.reference, finding.key)


MOST_NAMED = 3
"""People who must act, of whom a sentence names no more."""


@register.filter
def by_person(moves: list[gates.Unmet]) -> list[str]:
    """Who must act: each role once, with those who hold it."""
    named = {}
    for one in moves:
        names = ", ".join(person.name for person in one.people[:MOST_NAMED])
        named[one.role] = f"{one.role.label} ({names})" if names else str(one.role.label)
    return list(named.values())


@register.filter
def called(person: User | None, names: Mapping[int, str]) -> str:
    """What a person is called on the integration of the page, by `Facts.names`; Digipost's staff have one name."""
    return names.get(person.pk, person.name) if person else ""


@register.filter
def asked_of(facts: gates.Facts, scenario: str) -> gates.BasicScenarioFact | None:
    """What the catalogue asks of the scenario with this id, if it is the catalogue's."""
    return facts.asked_of(scenario)


@register.filter
def retests_of(facts: gates.Facts, scenario: Scenario) -> tuple[gates.ChangeFact, ...]:
    """The declared changes after which a scenario of the test set is still to be retested."""
    return gates.to_retest(scenario.code, facts) if scenario.environment == Environment.TEST else ()


@register.filter
def rung(value: str) -> str:
    """How something must be shown, inside of a sentence."""
    return texts.mid_sentence(Rung(value).label)


STATE_COLOURS = {
    MilestoneState.UPCOMING: "neutral",
    MilestoneState.IN_PROGRESS: "info",
    MilestoneState.SUBMITTED: "warning",
    MilestoneState.APPROVED: "success",
}


@register.filter
def state_colour(state: str) -> str:
    return STATE_COLOURS[MilestoneState(state)]


@register.inclusion_tag("_partials/requirement.html")
def requirement_status(here: Any, code: str) -> dict[str, Any]:
    """What a requirement asks, whether it is met, and what is missing: the head of the page where it is recorded."""
    requirement = REQUIREMENTS[code]
    return {
        "requirement": requirement,
        "links": here.links.get(code, []),
        "request": here.request,
        "integration": here.integration,
        "unmet": here.unmet(code),
        "blockers": here.blockers(code),
        "exception": here.facts.exception_for(code),
        "carried": here.facts.carried.get(code),
        "returned_because": gates.returned_because(code, requirement.milestone, here.facts),
    }


@register.simple_tag(takes_context=True)
def evidence(context: Any, basis: Any, *, in_short: bool = False) -> str:
    """What a requirement is judged by, an `Evidence` of `views/evidence.py`: to be read, so without a form."""
    part = basis.in_short if in_short else basis.part
    with context.push(runs=None, **basis.shown):
        shown: str = context.template.engine.get_template(part).render(context)
    return shown


@register.simple_tag
def passed_of(rows: Sequence[Any], facts: gates.Facts) -> dict[str, int]:
    """How many scenarios of a set passed when last run: `met`, and `weak`, which must be shown better or run again."""
    passed = {row.scenario.code for row in rows if row.latest is not None and row.latest.outcome == Outcome.PASSED}
    weak = passed & gates.weakly_shown(rows[0].scenario.environment, facts) if rows else set()
    return {"met": len(passed - weak), "weak": len(weak)}


@register.filter
def in_state(items: Iterable[Any], state: str) -> int:
    """How many of these are in that state."""
    return sum(item.state == state for item in items)


@register.inclusion_tag("_partials/form.html", takes_context=True)
def form(
    context: dict[str, Any],
    form: forms.Form,
    name: str,
    *args: object,
    submit: str,
    variant: str = "primary",
    seen: str = "",
    queue: str = "",
) -> dict[str, Any]:
    """A form with its error summary and its button, `submit`. The rest as of `press`."""
    return {
        "queue": queue,
        "form": form,
        "url": reverse(name, args=args),
        "submit": submit,
        "variant": variant,
        "seen": seen,
        "key": key_for(context["request"], getattr(form, "slot", "")),
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


@register.inclusion_tag("_partials/press.html", takes_context=True)
def press(
    context: dict[str, Any],
    name: str,
    *args: object,
    label: str,
    variant: str = "primary",
    colour: str = "accent",
    seen: str = "",
    place: str = "",
    queue: str = "",
    number: int | str = "",
    size: str = "",
    about: str = "",
) -> dict[str, Any]:
    """A button that posts to the address of that name, with its `args`; to the page's own, where `name` is empty.

    `seen` names what the page shows, so that nothing newer is decided on; `place` is its id, for links to it; `queue`
    and `number` say in which review it was pressed, and where to go from there. `about` tells it from others with the
    same label, for who hears the page.
    """
    return {
        "url": reverse(name, args=args) if name else "",
        "place": place,
        "queue": queue,
        "number": number,
        "size": size,
        "about": about,
        "label": label,
        "variant": variant,
        "colour": colour,
        "seen": seen,
        "key": key_for(context["request"], ""),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("_partials/form.html", takes_context=True)
def form_in_place(context: dict[str, Any], doing: Any) -> dict[str, Any]:
    """What does a task, a `Doing` of `views/in_place.py` that has a form."""
    reference = context["integration"].reference
    return form(context, doing.form, doing.name, reference, *doing.args, submit=doing.label, seen=doing.seen)


@register.inclusion_tag("_partials/press.html", takes_context=True)
def press_in_place(context: dict[str, Any], doing: Any) -> dict[str, Any]:
    """What does a task, a `Doing` of `views/in_place.py` that has no form."""
    reference = context["integration"].reference
    return press(context, doing.name, reference, *doing.args, label=doing.label, seen=doing.seen)


@register.simple_block_tag
def folded(content: str, summary: str, *forms: Form, stacked: bool = False, unfolded: bool = False) -> str:
    """A collapsible section that holds `forms`: shown open if `unfolded`, or if one of them has errors or a draft.

    `stacked` puts space between what it holds; a form that the page does not offer may be among `forms`.
    """
    return render_to_string(
        "_partials/folded.html",
        {
            "content": content,
            "summary": summary,
            "stacked": stacked,
            "unfolded": unfolded or any(form.opened for form in forms if form),
        },
    )


@register.simple_tag(takes_context=True)
def form_key(context: dict[str, Any], form: forms.Form) -> str:
    """The key of a form that a page writes out by itself."""
    return format_html('<input type="hidden" name="form_key" value="{}">', key_for(context["request"], form.slot))  # type: ignore[attr-defined]


@register.filter
def widget_kind(field: forms.BoundField) -> str:
    """checkbox, radio, many (checkboxes), select, textarea, file, hidden, or the input's type."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "many"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.Select):
        return "select"
    return getattr(widget, "input_type", "text")


@register.filter
def value_in_words(field: forms.BoundField) -> str:
    """What is typed in a field, or the label of what is chosen."""
    labels = {str(value): str(label) for value, label in getattr(field.field, "choices", ())}
    return labels.get(str(field.value()), str(field.value()))


def before_colon(label: object) -> str:
    """A label without the mark that it ends with: "Is it required", of "Is it required?"."""
    return str(label).rstrip("?.: ")


@register.filter
def in_summary(field: forms.BoundField) -> list[str]:
    """What the error summary says of a field: each error after the field's label, unless the error names the field."""
    label = before_colon(field.label)
    found = [(error.code, text) for error in field.errors.as_data() for text in error.messages]
    return [text if code == "required" else f"{label}: {text}" for code, text in found]


@register.filter
def grouped(number: int) -> str:
    """A number with its thousands apart, as the language in force writes them."""
    return number_format(number, force_grouping=True)


@register.filter
def mid_sentence(label: object) -> str:
    """A label as it stands within a sentence."""
    return texts.mid_sentence(label)


@register.simple_tag(takes_context=True)
def page_address(context: dict[str, Any], number: int) -> str:
    """This page's address with another page number; by `page_parameter`, where a page has several lists.

    `page_of` is the address of the list, where a form that was sent elsewhere comes back with it.
    """
    path, _mark, asked = (context.get("page_of") or context["request"].get_full_path()).partition("?")
    query = QueryDict(asked, mutable=True)
    query[context.get("page_parameter", "page")] = str(number)
    return f"{path}?{query.urlencode()}"


@register.inclusion_tag("_partials/downloads.html")
def downloads(name: str, *args: object, query: str = "") -> dict[str, Any]:
    """Links to the rows of a page as a file: to the address of that name, with its `args`; `query` has the filters."""
    links = [(one.label, reverse(name, args=[*args, one], query=QueryDict(query) or None)) for one in Format]
    return {"links": links}


@register.simple_tag(takes_context=True)
def portfolio_address(context: dict[str, Any]) -> str:
    """The integrations as their reader last chose to see them."""
    kept = context["request"].session.get(KEPT, "")
    return reverse("portfolio") + (f"?{kept}" if kept else "")


@register.filter
def x_on(day: datetime.date | None, timeline: Timeline) -> str:
    """Where a day is drawn along a timeline; empty for what is not drawn."""
    return timeline.x(day)


@register.filter
def first_of(finding: gates.Finding, integration: Integration) -> list[tuple[str, str]]:
    """What must be met before a requirement can start: each requirement or milestone once, with its address."""
    found: dict[str, tuple[str, str]] = {}
    for one in finding.blockers:
        if one.code in REQUIREMENTS:
            requirement = REQUIREMENTS[one.code]
            found[one.code] = (f"{requirement.code} {requirement.title}", done_at(requirement, integration))
        else:
            found[one.code] = (one.text, path_to(one, integration.reference))
    return list(found.values())


@register.filter
def met_count(findings: Iterable[gates.Finding]) -> int:
    """How many of them are met, or need not be."""
    return sum(finding.met or bool(finding.exception) for finding in findings)


@register.filter
def items(mapping: dict[Any, Any]) -> Any:
    """The pairs of a mapping, also of one whose keys are no strings."""
    return mapping.items()


@register.filter
def type_in_words(content_type: str) -> str:
    """What kind of file this is, for people; the type itself where they have no word for it."""
    return str(TYPES_IN_WORDS.get(content_type, content_type))


@register.filter
def urgency_name(urgency: str) -> str:
    return str(Urgency(urgency).label)
