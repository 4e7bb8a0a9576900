"""Say it: what each mail says, in its recipient's language, decided again at the moment of sending.

`compose` turns claimed rows into letters; a row that no longer holds (withdrawn meanwhile, done, left, paused) becomes
`NotDue`, with the reason that staff see.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core import signing
from django.db import DatabaseError
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from . import texts
from .addresses import absolute, path_of
from .gates import Unmet
from .models import (
    Event,
    EventKind,
    Integration,
    Invitation,
    Mail,
    MailKind,
    Member,
    NoticeReceipt,
    User,
    called,
    mail_key,
)
from .process import MILESTONE_TITLES, REQUIREMENTS, FollowUpState, MilestoneState, Role, Status, Text
from .reminders import cases, weekly
from .reminders.cadence import digest_on, occasion_of
from .reminders.decide import Line, Told, Urgency
from .reminders.rules import Rules
from .workdays import iso_week

MOST_LINES = 100
"""How many things a digest lists; of more it says how many."""

_STOP_SALT = "milestones.mails.stop"


@dataclass(frozen=True)
class Letter:
    """What is sent. `kept` is the text without its foot and its secret: who reads it later must not hold a way in."""

    to: str
    subject: str
    text: str
    html: str
    kept: str
    headers: dict[str, str]
    reply_to: list[str] = field(default_factory=list)
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class NotDue:
    """Why a mail is not sent after all. `because` is shown to staff, in the product's default language."""

    because: str


@dataclass(frozen=True)
class Unwritable:
    """Why a mail cannot be written: an error of ours, which must not keep the others back."""

    because: str


@dataclass(frozen=True)
class Known:
    """What the lines of a batch name: integrations and people by primary key."""

    integrations: dict[int, Integration]
    people: dict[int, User]
    names: dict[tuple[int, int], str]


@dataclass(frozen=True)
class Today:
    """What the letters of a batch are decided by: what each of its people is told, and when they last had a digest."""

    day: datetime.date
    rules: Rules
    told: dict[int, Told]
    last: dict[int, datetime.date]
    known: Known


def compose(rows: list[Mail], day: datetime.date) -> dict[int, Letter | NotDue | Unwritable]:
    """The letter of each row, by primary key, as it is to be sent on `day`."""
    today = _today([row.recipient for row in rows if row.recipient and row.kind == MailKind.DIGEST], day)
    return {row.pk: _letter_or_reason(row, today) for row in rows}


def _today(people: list[User], day: datetime.date) -> Today:
    rules = cases.rules_in_force()
    told = cases.told_to(people, day, rules, MOST_LINES) if people else {}
    last = Mail.objects.filter(recipient__in=people).last_digests(day) if people else {}
    return Today(day, rules, told, last, _known([line for one in told.values() for line in one.lines]))


def _known(lines: list[Line]) -> Known:
    integrations = Integration.objects.select_related("organisation", "onboarding_contact")
    about, holders = {line.integration_id for line in lines}, {user for line in lines for user in line.stands_on}
    members = Member.objects.filter(integration__in=about, user__in=holders)
    return Known(integrations.in_bulk(about), User.objects.in_bulk(holders), members.names())


def _letter_or_reason(row: Mail, today: Today) -> Letter | NotDue | Unwritable:
    try:
        return _letter(row, today)
    except DatabaseError:
        raise
    except Exception as error:
        structlog.get_logger(__name__).exception("a mail cannot be written", mail=row.pk)
        return Unwritable(f"{type(error).__name__}: {error}")


def _letter(row: Mail, today: Today) -> Letter | NotDue:
    person = row.recipient
    with override(settings.LANGUAGE_CODE):
        if (refusal := _refusal(row, today)) is not None:
            return refusal
    with override(person.language if person else settings.LANGUAGE_CODE):
        if row.kind == MailKind.DIGEST and person:
            return _digest(row, person, today.told.get(person.pk), today.known)
        if row.kind == MailKind.WEEKLY and person:
            return _summary(row, person, weekly.summary_for(person, today.day, today.rules))
        return _told_at_once(row)


# --- Whether it still holds


def _refusal(row: Mail, today: Today) -> NotDue | None:
    person = row.recipient
    if person is not None and not person.is_active:
        return NotDue(_("The recipient can no longer sign in."))
    if not row.to:
        return NotDue(_("The recipient has no e-mail address."))
    if row.kind == MailKind.CODE:
        over = not row.detail or Mail.objects.filter(pk=row.pk).queued_before(settings.CODE_HOLDS).exists()
        return NotDue(_("The code has expired.")) if over else None
    if row.kind == MailKind.SECURITY:
        return None
    if person and row.kind == MailKind.DIGEST:
        return _refusal_of_digest(row, person, today)
    if person and row.kind == MailKind.WEEKLY:
        return _refusal_of_summary(row, person, today)
    return _refusal_at_once(row)


def _refusal_of_digest(row: Mail, person: User, today: Today) -> NotDue | None:
    """It holds for its day, or its week, while the recipient still wants it as often as that."""
    if row.key != mail_key(person.pk, MailKind.DIGEST, occasion_of(today.day, person.digest)):
        return NotDue(_("Its day or week is over, or the recipient wants it more or less often now."))
    due = digest_on(today.day, today.rules, person.digest, today.last.get(person.pk), forced=row.forced)
    return None if due else NotDue(_("No digest is due to the recipient today, or they have had it."))


def _refusal_of_summary(row: Mail, person: User, today: Today) -> NotDue | None:
    if not person.weekly_summary:
        return NotDue(_("The recipient does not want the weekly summary any more."))
    over = iso_week(row.day) != iso_week(today.day)
    return NotDue(_("The week is over; the next summary goes on where the last one ended.")) if over else None


def _refusal_at_once(row: Mail) -> NotDue | None:
    integration, person = row.integration, row.recipient
    if row.notice:  # one mail for all the integrations that they read it for
        unread = _unread(row).exists()
        return None if unread else NotDue(_("The notice is read already, or nobody is to read it any more."))
    if integration is None or (integration.status != Status.ACTIVE and row.kind != MailKind.INTAKE_REFUSED):
        return NotDue(_("The integration is paused or closed."))
    if row.kind == MailKind.INVITED:
        open_still = _invitation_of(row) is not None
        return None if open_still else NotDue(_("The invitation was accepted, withdrawn or sent again meanwhile."))
    if person and not person.is_staff and not integration.members.joined().filter(user=person).exists():
        return NotDue(_("The recipient is not on the integration, or has not accepted the invitation."))
    if row.event and not _still_so(row.event, integration, person):
        return NotDue(_("What was to be told has changed meanwhile."))
    return None


def _unread(row: Mail) -> QuerySet[NoticeReceipt]:
    """What of its notice is still to be read, for active integrations: by a person who is in, or by the mailbox.

    Only where the mailbox is the one it was queued for: others have theirs, and one may have been corrected.
    """
    receipts = NoticeReceipt.objects.unread().filter(notice=row.notice, integration__status=Status.ACTIVE)
    if row.recipient:
        return receipts.filter(member__user=row.recipient, member__accepted_at__isnull=False)
    return receipts.filter(member=None, integration__operations__shared_mailbox=row.address)


def _still_so(event: Event, integration: Integration, person: User | None) -> bool:
    """Whether what the event tells is how it is now."""
    if event.kind == EventKind.REQUIREMENT_LAPSED:
        return integration.waiting_items.filter(code=event.subject).exists()
    if event.kind == EventKind.PRODUCTION_ENABLED:
        return integration.accounts.production_enabled
    if event.kind == EventKind.INTEGRATION_CREATED:
        return not integration.is_accepted
    if event.kind in _MOMENTS:
        moment, state = _MOMENTS[event.kind]
        return integration.milestones.filter(number=int(event.subject), state=state, **{moment: event.at}).exists()
    return _still_assigned(event, integration, person)


_MOMENTS: dict[str, tuple[str, MilestoneState]] = {
    EventKind.MILESTONE_SUBMITTED: ("submitted_at", MilestoneState.SUBMITTED),
    EventKind.MILESTONE_APPROVED: ("approved_at", MilestoneState.APPROVED),
    EventKind.MILESTONE_RETURNED: ("sent_back_at", MilestoneState.IN_PROGRESS),
    EventKind.MILESTONE_REOPENED: ("sent_back_at", MilestoneState.IN_PROGRESS),
}


def _still_assigned(event: Event, integration: Integration, person: User | None) -> bool:
    if event.kind == EventKind.CONTACT_CHANGED:
        return integration.onboarding_contact == person
    if event.kind == EventKind.ROLES_CHANGED:
        held = {"roles__role__in": _gained(event), "roles__ended_at__isnull": True}
        return integration.members.joined().filter(user=person, **held).exists()
    return event.kind not in _THINGS or _thing(event, integration) is not None


def _thing(event: Event, integration: Integration) -> Any:
    """The own item, deviation or follow-up that an event gave to somebody; None if it is removed, closed or done."""
    still_open: dict[str, QuerySet[Any]] = {
        EventKind.ITEM_ADDED: integration.items.filter(removed_at__isnull=True),
        EventKind.DEVIATION_OPENED: integration.deviations.filter(closed_at__isnull=True),
        EventKind.DEFERRAL_PROPOSED: integration.follow_ups.exclude(state=FollowUpState.CLOSED),
    }
    return still_open[event.kind].filter(title=event.subject).order_by("-pk").first()


def _gained(event: Event) -> list[str]:
    """The roles that a change of roles gave."""
    before = event.from_value.split(", ")
    return [role for role in event.to_value.split(", ") if role and role not in before]


# --- What it says


def _digest(row: Mail, person: User, told: Told | None, known: Known) -> Letter | NotDue:
    if told is None:
        with override(settings.LANGUAGE_CODE):
            return NotDue(_("Nothing was due any more."))
    listed = told.lines
    groups: dict[Urgency, list[dict[str, Any]]] = {}
    for line in listed:
        groups.setdefault(line.urgency, []).append(_entry(line, known))
    context = {
        "groups": [(urgency, urgency.label, entries) for urgency, entries in groups.items()],
        "mine": told.counts.total() - told.counts[Urgency.ESCALATED],
        "others": told.counts[Urgency.ESCALATED],
        "more": told.more,
        "overdue": told.counts[Urgency.OVERDUE],
    }
    answers = _contact_of(known.integrations[listed[0].integration_id], person)
    return _written("digest", row, context, answers=answers, lines=tuple(listed), stop="digest")


def _entry(line: Line, known: Known) -> dict[str, str]:
    """One thing as both text and HTML say it: worked out once, for templates are the most of what sending costs."""
    integration = known.integrations[line.integration_id]
    people = (known.people[user] for user in line.stands_on if user in known.people)
    names = ", ".join(called(person, line.integration_id, known.names) for person in people)
    role = str(line.role.label) if line.role else _("Reads Digipost's notices")
    stands_on = f"{_('Stands on')}: {role}" + (f" ({names})" if names else "")
    due = f" · {_('Due date')} {day_text(line.due_on)}" if line.due_on else ""
    return {
        "text": one_line(text_of(line)),
        "about": one_line(f"{integration.reference} {integration.name}, {integration.organisation.name}"),
        "stands_on": one_line(stands_on + due),
        "url": absolute(path_of(line.where, integration.reference, line.code, line.receipt_id)),
    }


def day_text(day: datetime.date) -> str:
    """A date as it stands in a mail: only English has no dot after its number."""
    return date_format(day, "j F Y" if get_language() == "en" else "j. F Y")


def text_of(line: Any) -> str:
    """The sentence of a line, or of a stored MailLine, in the language in force."""
    params = tuple((name, value) for name, value in line.params)
    if line.reason == "notice_unread_by_you":
        return _("You have not read this notice from Digipost: %(title)s") % dict(params)
    if line.reason == "in_summary":
        return _("The week of the integration")
    if line.reason == "certificate_expires":
        return _("The certificate expires soon")
    return Unmet(line.code, line.reason, Role(line.role or Role.OBSERVER), line.where, (), params).text


def _summary(row: Mail, person: User, summary: weekly.Summary) -> Letter | NotDue:
    if not summary:
        with override(settings.LANGUAGE_CODE):
            return NotDue(_("Nothing moved, was stuck or came up."))
    named = summary.integrations
    answers = _contact_of(next(iter(named.values())), person)
    lines = tuple(_named_in_summary(person, pk) for pk in named)
    return _written("weekly", row, {"summary": summary}, answers=answers, lines=lines, stop="weekly")


def _named_in_summary(person: User, integration_id: int) -> Line:
    """That a summary names an integration, so that it shows where that one's mail does."""
    return Line(person.pk, integration_id, Urgency.SUMMARY, "", "in_summary", None, "integration")


def _told_at_once(row: Mail) -> Letter:
    integration, event = row.integration, row.event
    context: dict[str, Any] = {"integration": integration, "event": event, "notice": row.notice}
    context["url"] = absolute(_action_path(row))
    if event and event.kind.startswith("milestone_"):
        number = int(event.subject)
        context["milestone"] = f"{number} {MILESTONE_TITLES[number]}"
    if event and integration and event.kind == EventKind.REQUIREMENT_LAPSED:
        waiting = integration.waiting_items.filter(code=event.subject)
        context["missing"] = [text_of(item) for item in waiting]
        context["requirement"] = _title_of(event.subject, integration)
    if event and integration and row.kind == MailKind.ASSIGNED:
        context["what"], path = _assigned(event, integration)
        context["url"] = absolute(path)
    if row.notice:
        context["integrations"] = [one.integration for one in _unread(row).select_related("integration__organisation")]
    secret = ""  # nosec B105 (none)
    if row.kind == MailKind.CODE:
        context["code"] = secret = row.detail
        context["minutes"] = int(settings.CODE_HOLDS.total_seconds() // 60)
    if row.kind == MailKind.SECURITY:
        context["what"] = SECURITY_CHANGES[row.detail]
        context["url"] = absolute(reverse("mfa_index"))
    if row.kind == MailKind.INVITED and (invitation := _invitation_of(row)):
        context["invitation"] = invitation
        context["roles"] = ", ".join(str(role.label) for role in invitation.member.current_roles)
        context["url"] = secret = absolute(reverse("invitation", args=[invitation.token]))
    return _written(row.kind, row, context, answers=_answers(row), secret=secret)


SECURITY_CHANGES: dict[str, Text] = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("A password was set."),
    "password_removed": gettext_lazy("Your password was removed."),
    "totp_activated": gettext_lazy("An authenticator app was added."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed."),
    "passkey_added": gettext_lazy("A passkey was added."),
    "passkey_removed": gettext_lazy("A passkey was removed."),
    "factor_removed_for_you": gettext_lazy("An administrator removed your second factor, because it was lost."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made."),
    "account_connected": gettext_lazy("An account at another provider was connected."),
    "account_disconnected": gettext_lazy("An account at another provider was disconnected."),
}
"""What a mail says of a change to how somebody signs in."""


def _invitation_of(row: Mail) -> Invitation | None:
    """The invitation that a mail carries, while it can be accepted."""
    if row.integration is None or row.recipient is None:
        return None
    mine = Invitation.objects.filter(member__integration=row.integration, member__user=row.recipient)
    return mine.open(timezone.now()).order_by("-pk").first()


def _title_of(code: str, integration: Integration) -> str:
    """A requirement with its code, or the title of an own item."""
    if code in REQUIREMENTS:
        return f"{code} {REQUIREMENTS[code].title}"
    return next((item.title for item in integration.items.all() if item.key == code), code)


_THINGS: dict[str, tuple[Text, str]] = {
    EventKind.ITEM_ADDED: (gettext_lazy("You are to tick off: %(title)s"), "confirmation"),
    EventKind.DEVIATION_OPENED: (gettext_lazy("You are to handle this deviation: %(title)s"), "deviation"),
    EventKind.DEFERRAL_PROPOSED: (gettext_lazy("You are to take this on: %(title)s"), "follow_up"),
}
"""What is said to who was given a thing to do, and the page on which it is done."""


def _assigned(event: Event, integration: Integration) -> tuple[str, str]:
    """What somebody is, or is to do, from now on, in words; and the path of where it is done."""
    if event.kind in _THINGS:
        sentence, page = _THINGS[event.kind]
        thing = _thing(event, integration)
        path = path_of(page, integration.reference, getattr(thing, "key", ""), thing.pk)
        return str(sentence) % {"title": event.subject}, path
    path = path_of("integration", integration.reference)
    if event.kind == EventKind.CONTACT_CHANGED:
        return _("You are now Digipost's contact for this integration."), path
    roles = ", ".join(str(Role(role).label).lower() for role in _gained(event))
    return _("You are now %(roles)s of this integration.") % {"roles": roles}, path


def _action_path(row: Mail) -> str:
    reference = row.integration.reference if row.integration else ""
    if row.notice:
        receipt = _unread(row).select_related("integration").first()
        return path_of("notice", receipt.integration.reference, "", receipt.pk) if receipt else reverse("my_work")
    event = row.event
    if event is None:
        return reverse("my_work")
    if event.kind.startswith("milestone_"):
        return path_of("milestone", reference, f"M{event.subject}")
    if event.kind == EventKind.REQUIREMENT_LAPSED and row.integration:
        item = row.integration.waiting_items.filter(code=event.subject).first()
        return path_of(item.where, reference, item.code) if item else path_of("integration", reference)
    pages = {EventKind.PRODUCTION_ENABLED: "production", EventKind.INTAKE_ACCEPTED: "people"}
    return path_of(pages.get(EventKind(event.kind), "integration"), reference)


def _answers(row: Mail) -> list[str]:
    """Who can answer: whoever did it, or Digipost's contact."""
    actor = row.event.actor if row.event else row.notice.sent_by if row.notice else None
    if actor and actor != row.recipient and actor.is_active:
        return [actor.email]
    return _contact_of(row.integration, row.recipient) if row.integration else []


def _contact_of(integration: Integration, person: User | None) -> list[str]:
    """Of the sender's people Digipost's contact; of the staff the integration's project managers."""
    if person and person.is_staff:
        managers = integration.members.joined().filter(
            roles__role=Role.PROJECT_MANAGER, roles__ended_at__isnull=True, user__is_active=True
        )
        return list(managers.values_list("user__email", flat=True)[:1])
    contact = integration.onboarding_contact
    return [contact.email] if contact and contact.is_active else []


def _written(
    name: str,
    row: Mail,
    context: dict[str, Any],
    *,
    answers: Iterable[str] = (),
    lines: tuple[Line, ...] = (),
    stop: str = "",
    secret: str = "",
) -> Letter:
    stop_url = stop_address(row.recipient, stop) if stop and row.recipient else ""
    context |= {
        "person": row.recipient,
        "stop_url": stop_url,
        "mine_url": absolute(reverse("my_mail")),
        "work_url": absolute(reverse("my_work")),
    }
    subject = one_line(render_to_string(f"emails/{name}_subject.txt", context))
    body = render_to_string(f"emails/{name}.txt", context).strip()
    foot = render_to_string("emails/_foot.txt", context | {"stop": stop}).strip()
    layout = f"emails/{name}.html" if stop else "emails/event.html"
    paragraphs = [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]
    html = render_to_string(layout, context | {"subject": subject, "paragraphs": paragraphs})
    headers = {"Message-ID": message_id(row), "Auto-Submitted": "auto-generated"}
    if stop_url:
        headers |= {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    kept = body.replace(secret, "…") if secret else body
    answering = [one_line(one) for one in answers]
    text = "\n\n".join(part for part in (body, foot) if part) + "\n"
    return Letter(row.to, subject, text, html, kept, headers, answering, lines)


def message_id(row: Mail) -> str:
    """The same at every attempt: whoever gets a mail twice, because a worker died, can tell."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(row.key.encode()).hexdigest()[:40]}@{host}>"


def one_line(text: str) -> str:
    """A header's text: no line breaks or control characters, whatever somebody called something."""
    return texts.header(text)[:240]


def stop_address(person: User, what: str) -> str:
    """Where `person` switches off `what` (weekly), or has it less often (digest), without signing in."""
    token = signing.dumps([person.pk, what], salt=_STOP_SALT)
    return absolute(reverse("stop_mail", args=[token]))


def read_stop_token(token: str) -> tuple[int, str]:
    """The person's primary key and what to stop. Raises signing.BadSignature for a token that is not ours."""
    pk, what = signing.loads(token, salt=_STOP_SALT)
    return int(pk), str(what)
