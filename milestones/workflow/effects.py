"""What the acts that are confirmed do, in sentences: read from what they have recorded, as they are tried."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from .. import gates
from ..clock import today
from ..facts import facts_of, integration_now
from ..imports.checking import Does
from ..models import Change, EventKind, Import, Integration, Mail, MailKind, Member, Notice, SendState
from ..process import MILESTONE_NUMBERS, Role
from ..texts import mid_sentence
from ..workdays import is_working_day
from .confirming import Effect

MOST_NAMES = 5
"""How many people are named; of more it says how many."""


class Trial:
    """One integration on which something is tried: as it was when this was made, and as it is now."""

    def __init__(self, integration: Integration) -> None:
        self.integration = integration
        self.before = facts_of(integration)
        self._latest = integration.events.order_by("-pk").values_list("pk", flat=True).first()
        self._members = set(integration.members.values_list("pk", flat=True))

    @cached_property
    def after(self) -> gates.Facts:
        return facts_of(integration_now(self.integration.pk))

    def has_logged(self, kind: EventKind) -> bool:
        return self.integration.events.filter(pk__gt=self._latest, kind=kind).exists()

    @property
    def mailed(self) -> list[str]:
        """The names of the people who are mailed about it."""
        mails = Mail.objects.filter(event__integration=self.integration, event__pk__gt=self._latest)
        people = {mail.recipient for mail in mails.select_related("recipient") if mail.recipient}
        return sorted(self.after.names.get(person.pk, person.name) for person in people)

    @property
    def invited(self) -> list[Member]:
        """Who has become a member, in the order of their invitations."""
        new = self.integration.members.exclude(pk__in=self._members).order_by("pk")
        return list(new.select_related("user").prefetch_related("roles"))


def of_inviting_many(tried: Trial) -> Effect:
    """Whom it has understood, with what they are to be: a slip shows here."""
    people = tried.invited
    told = ngettext("%(count)s person is invited:", "%(count)s people are invited:", len(people))
    return Effect(
        _("Send the invitations"),
        (
            told % {"count": len(people)},
            *(f"{one.name}, {one.user.email}: {_listed(one.current_roles)}" for one in people),
            *_mailed_if_any(tried.mailed),
        ),
    )


def _listed(roles: Iterable[Role]) -> str:
    return get_text_list([mid_sentence(role.label) for role in roles], _("and"))


def of_opening_production(tried: Trial) -> Effect:
    can_send = _("%(organisation)s can send real letters from now on, from account %(account)s.") % {
        "organisation": tried.integration.organisation.name,
        "account": tried.after.production_account_id,
    }
    if tried.has_logged(EventKind.DETAILS_PASSED):
        details = _("The environment and account details are passed on with it.")
    elif tried.after.details_passed:
        details = _("The sender has environment and account details already.")
    else:
        details = _("The environment and account details are not passed on yet.")
    return Effect(_("Open production sending"), (can_send, details, _mailed(tried.mailed)))


def of_withdrawing_agreement(tried: Trial) -> Effect:
    for_good = _("It cannot be put back: a new agreement is recorded in its place.")
    told = (_closing_gates(tried), *_mailed_if_any(tried.mailed), for_good)
    return Effect(_("Withdraw the agreement"), told)


def _closing_gates(tried: Trial) -> str:
    gone = [_codes(number, tried.after) - _codes(number, tried.before) for number in MILESTONE_NUMBERS]
    closed = [number for number, codes in zip(MILESTONE_NUMBERS, gone, strict=True) if codes]
    if not closed:
        return _("No milestone is affected: nothing that is met depends on this agreement.")
    codes = get_text_list(sorted(set.union(*gone)), _("and"))
    return _(
        "Requirement %(codes)s is then no longer met, and milestones %(first)s to %(last)s cannot be submitted or"
        " approved until a new agreement is verified."
    ) % {"codes": codes, "first": closed[0], "last": closed[-1]}


def _codes(number: int, facts: gates.Facts) -> set[str]:
    return {unmet.code for unmet in gates.gate(number, facts)}


def of_declaring_change(tried: Trial) -> Effect:
    """What is retested and by when, and that nothing else has changed: as it was recorded."""
    change = tried.integration.declared_changes.latest("pk")
    touched = list(change.scenarios.all())
    by = date_format(change.retest_by, "SHORT_DATE_FORMAT")
    told = ngettext(
        "%(count)s scenario is retested in test, by %(day)s:",
        "%(count)s scenarios are retested in test, by %(day)s:",
        len(touched),
    ) % {"count": len(touched), "day": by}
    nothing = _("It touches no scenario of the test set: nothing is retested, and it is completed at once.")
    return Effect(
        _("Declare the change"),
        (
            *((told, *map(str, touched)) if touched else (nothing,)),
            *_still_open(tried),
            *_mailed_if_any(tried.mailed),
        ),
    )


def _still_open(tried: Trial) -> Iterable[str]:
    before, after = tried.before, tried.after
    if after.production_enabled and before.production_enabled:
        yield _("Production sending stays open.")
    if (before.phase, before.milestones) == (after.phase, after.milestones):
        yield _("No milestone is reopened.")


def of_closing(tried: Trial) -> Effect:
    return Effect(_("Close the integration"), tuple(_what_ends(tried)))


def _what_ends(tried: Trial) -> Iterable[str]:
    yield _("Nobody can submit or approve anything on %(reference)s any more, or record anything.") % {
        "reference": tried.integration.reference
    }
    if tasks := len(gates.next_moves(tried.before)) - len(gates.next_moves(tried.after)):
        yield ngettext("%(count)s open task ends.", "%(count)s open tasks end.", tasks) % {"count": tasks}
    if tried.before.production_enabled and not tried.after.production_enabled:
        name = tried.integration.organisation.name
        yield _("Production sending closes: %(organisation)s can send no more real letters.") % {"organisation": name}
    yield from _mailed_if_any(tried.mailed)
    yield _("It cannot be opened again.")


def of_approving_many(integrations: list[Integration]) -> Effect:
    """Which they are; nothing is asked where it is one."""
    names = ", ".join(f"{one.reference} {one.organisation.name}" for one in integrations)
    told = _("Milestone 1 of %(count)s integrations is approved: %(names)s.")
    told = told % {"count": len(integrations), "names": names}
    return Effect(_("Approve them"), (told,) if len(integrations) > 1 else ())


def of_sending_notice(notice: Notice) -> Effect:
    """Nothing is asked where it goes to one integration."""
    wide = notice.receipts.values("integration").distinct().count() > 1
    told = (sent_to(notice), _by_mail(notice), _("It cannot be taken back."))
    return Effect(_("Send the notice"), told if wide else ())


def sent_to(notice: Notice) -> str:
    """To how many a notice goes: people, and integrations on which nobody is named but a mailbox reads it."""
    readers = notice.receipts.exclude(member=None).values("member__user").distinct().count()
    mailboxes = notice.receipts.filter(member=None).count()
    integrations = notice.receipts.values("integration").distinct().count()
    people = ngettext("%(count)s person", "%(count)s people", readers) % {"count": readers}
    places = ngettext("%(count)s integration", "%(count)s integrations", integrations) % {"count": integrations}
    told = _("The notice goes to %(people)s on %(integrations)s.") % {"people": people, "integrations": places}
    if not mailboxes:
        return told
    beside = _("On %(count)s of them it is for whoever reads the shared mailbox, or runs operations.")
    return f"{told} {beside % {'count': mailboxes}}"


def _by_mail(notice: Notice) -> str:
    mails = Mail.objects.filter(notice=notice).count()
    return ngettext("%(count)s e-mail is sent at once.", "%(count)s e-mails are sent at once.", mails) % {
        "count": mails
    }


def of_sending_today(waiting: int) -> Effect:
    """`waiting` is how many digests are on their way; nothing is asked where there are none."""
    told = (
        ngettext("%(count)s person gets today's digest now.", "%(count)s people get today's digest now.", waiting)
        % {"count": waiting},
        *_had_theirs(),
        *([] if is_working_day(today()) else [_("Today is not a working day. It is sent all the same.")]),
        _("It cannot be taken back."),
    )
    return Effect(_("Send today's reminders now"), told if waiting else ())


def of_importing(wanting: Import) -> tuple[str, ...]:
    """What confirming an import does, in numbers."""
    does = Does(**wanting.totals)
    changes = dict(wanting.rows.order_by().values_list("change").annotate(Count("pk")))
    new, changed = changes.get(Change.NEW, 0), changes.get(Change.CHANGED, 0)
    counted = (
        (new, ngettext_lazy("%(count)s integration is new.", "%(count)s integrations are new.", "count")),
        (changed, ngettext_lazy("%(count)s integration changes.", "%(count)s integrations change.", "count")),
        (
            does.carries,
            ngettext_lazy(
                "%(count)s requirement counts as met before, with its date, because you and the one who prepared the"
                " import vouch for it.",
                "%(count)s requirements count as met before, with their dates, because you and the one who prepared"
                " the import vouch for them.",
                "count",
            ),
        ),
        (
            does.approves,
            ngettext_lazy(
                "%(count)s milestone is approved by you.", "%(count)s milestones are approved by you.", "count"
            ),
        ),
        (
            does.opens,
            ngettext_lazy(
                "Production sending is recorded as open for %(count)s integration.",
                "Production sending is recorded as open for %(count)s integrations.",
                "count",
            ),
        ),
        (
            does.invites,
            ngettext_lazy(
                "%(count)s invitation is sent by e-mail.", "%(count)s invitations are sent by e-mail.", "count"
            ),
        ),
    )
    return tuple(str(told % {"count": count}) for count, told in counted if count)


def _had_theirs() -> Iterable[str]:
    sent = Mail.objects.filter(kind=MailKind.DIGEST, day=today(), state=SendState.SENT).count()
    if sent:
        yield ngettext(
            "%(count)s person has had theirs today, and gets no other.",
            "%(count)s people have had theirs today, and get no other.",
            sent,
        ) % {"count": sent}


def _mailed_if_any(names: list[str]) -> Iterable[str]:
    return [_mailed(names)] if names else []


def _mailed(names: list[str]) -> str:
    """Who is told by e-mail; by name, where they are few."""
    if not names:
        return _("Nobody is told by e-mail.")
    if len(names) > MOST_NAMES:
        return _("%(count)s people are told by e-mail.") % {"count": len(names)}
    who = get_text_list(names, _("and"))
    return ngettext("%(who)s is told by e-mail.", "%(who)s are told by e-mail.", len(names)) % {"who": who}
