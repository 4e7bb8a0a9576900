"""What is missing: every reason with its sentence, and `Unmet`, which says who must act and where."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..process import REQUIREMENTS, Accord, AgreementKind, ChangeKind, Environment, Party, Role, Rung, Service, Text
from ..texts import mid_sentence
from .recorded import Facts, Person

REASONS: dict[str, Text] = {
    "intake_not_accepted": _("Digipost has not accepted the intake yet"),
    "agreement_missing": _("A signed agreement is not on file: %(agreement)s"),
    "agreement_unsigned": _("The signatory is not named: %(agreement)s"),
    "agreement_in_future": _("The date of signature lies in the future: %(agreement)s"),
    "agreement_without_document": _("The signed document is missing: %(agreement)s"),
    "agreement_unverified": _("Digipost has not verified the signed agreement: %(agreement)s"),
    "role_vacant": _("Nobody holds the role of %(vacancy)s"),
    "roles_vacant": _("Assign the roles: %(count)s left"),
    "service_undecided": _("Decide on %(service)s"),
    "services_undecided": _("Decide on the services: %(count)s left"),
    "account_missing": _("The account is not recorded: %(environment)s"),
    "accounts_missing": _("Record the account ids: %(count)s left"),
    "not_confirmed": _("Not checked off: %(requirement)s"),
    "confirmation_without_document": _("Checked off without the document that it needs: %(requirement)s"),
    "item_not_done": _("Not checked off: %(title)s"),
    "kickoff_missing": _("No kickoff has been held"),
    "kickoff_in_future": _("The kickoff has not been held yet"),
    "kickoff_one_sided": _("The kickoff does not name people from both sides"),
    "kickoff_without_minutes": _("The kickoff has no minutes"),
    "kickoff_incomplete": _("Complete the record of the kickoff: %(count)s things left"),
    "solution_incomplete": _("The solution description lacks: %(part)s"),
    "solution_undescribed": _("Describe the solution: %(count)s fields left"),
    "date_missing": _("No target date is set for milestone %(number)s"),
    "dates_missing": _("Set target dates: %(count)s left"),
    "not_agreed": _("%(party)s has not agreed to %(accord)s"),
    "scenario_set_empty": _("The scenario set is empty"),
    "scenario_missing": _("The basic scenario %(scenario)s is not in the set"),
    "scenario_reworded": _("The basic scenario %(scenario)s has other words in the set than in the catalogue"),
    "scenarios_missing": _("Set up the test scenarios: %(count)s left"),
    "scenario_not_run": _("The scenario has not been run: %(scenario)s"),
    "scenario_failed": _("The latest run failed: %(scenario)s%(known)s"),
    "scenario_below_rung": _("Passed, and must be shown better: %(scenario)s (%(rung)s; asked: at least %(least)s)"),
    "scenarios_below_rung": _("Scenarios to be shown better: %(count)s"),
    "scenario_too_old": _("The latest run is too old (it counts for %(days)s days): %(scenario)s%(known)s"),
    "scenario_ages": _("Passed, and counts until %(until)s only: %(scenario)s%(known)s"),
    "scenarios_age": _("Submit, or run the scenarios again, before they are too old: %(count)s"),
    "scenarios_not_passed": _("Run the scenarios: %(count)s left%(failed)s"),
    "approval_missing": _("Digipost has not recorded its approval of the tests"),
    "production_closed": _("Production sending is not enabled"),
    "details_not_passed": _("The environment and account details are not passed to the sender"),
    "details_unacknowledged": _("The environment and account details are not acknowledged by the sender"),
    "scope_undecided": _("It is not decided which production tests are run"),
    "scope_without_reason": _("It is not said why production tests are not needed"),
    "production_scenarios_missing": _("No production scenario is chosen"),
    "print_trial_missing": _("Print is used, but a print trial is neither planned nor explained away"),
    "launch_date_missing": _("No launch date is set"),
    "launch_date_unconfirmed": _("The launch date is not confirmed by a business owner"),
    "follow_up_open": _("A follow-up item is open: %(title)s"),
    "deferral_incomplete": _("A deferred follow-up item lacks owner or date: %(title)s"),
    "deferral_not_accepted": _("Digipost has not accepted the deferral of: %(title)s"),
    "first_sending_missing": _("The first real sending is not recorded"),
    "first_sending_in_future": _("The first real sending lies in the future"),
    "launch_unconfirmed": _("%(party)s has not confirmed that the sending works"),
    "manual_approval_undecided": _("It is not decided whether the first mass sendings are approved by hand"),
    "monitoring_missing": _("It is not recorded how the connection is watched"),
    "deviations_told_to_nobody": _("It is not recorded who is told of deviations"),
    "monitoring_silent": _("The sender's monitoring is silent"),
    "monitoring_unrecorded": _("Record how the connection is watched: %(count)s fields left"),
    "deviation_open": _("Open deviations: %(count)s"),
    "reader_missing": _("Nobody is named to read Digipost's notices"),
    "notice_unread": _("Unread notices from Digipost: %(count)s (%(readers)s)"),
    "certificate_expired": _("The certificate has expired"),
    "retest_not_run": _("Not retested since the change: %(scenario)s"),
    "retest_failed": _("Failed when it was retested after the change: %(scenario)s%(known)s"),
    "retest_below_rung": _(
        "Passed after the change, and must be shown better: %(scenario)s (%(rung)s; asked: at least %(least)s)"
    ),
    "retests_left": _("Retest after a change (%(change_kind)s): %(count)s left%(failed)s"),
    "milestone_not_approved": _("Milestone %(number)s is not approved"),
    "ready_to_submit": _("Everything is in place: submit milestone %(number)s for approval"),
    "ready_to_resubmit": _("Milestone %(number)s was returned: mend what the reason says, then submit it again"),
    "awaiting_approval": _("Milestone %(number)s is submitted and waits for Digipost's approval"),
}
"""Every reason, with its sentence. Tests are made from these names; a reason that no rule gives is an error."""

SOLUTION_PARTS: dict[str, Text] = {
    "recipient_identification": _("recipient identification"),
    "sending": _("the sending itself"),
    "interface": _("interface"),
    "internal_systems": _("the internal systems that change"),
    "document_types": _("document types"),
}

# A parameter of one of these names holds a key, or a number that is not always said; this is what people read.
_LABELS: dict[str, Callable[[str], Text]] = {
    "agreement": lambda value: mid_sentence(AgreementKind(value).label),
    "vacancy": lambda value: mid_sentence(Role(value).label),
    "service": lambda value: mid_sentence(Service(value).label),
    "environment": lambda value: mid_sentence(Environment(value).label),
    "party": lambda value: Party(value).label,
    "accord": lambda value: Accord(value).label,
    "rung": lambda value: mid_sentence(Rung(value).label),
    "known": lambda value: f" ({mid_sentence(Rung(value).label)})",
    "change_kind": lambda value: mid_sentence(ChangeKind(value).label),
    "least": lambda value: mid_sentence(Rung(value).label),
    "until": lambda value: date_format(datetime.date.fromisoformat(value), "SHORT_DATE_FORMAT"),
    "part": lambda value: SOLUTION_PARTS[value],
    "requirement": lambda value: REQUIREMENTS[value].title,
    "failed": lambda value: gettext(", %(count)s failed") % {"count": value} if value != "0" else "",
}


@dataclass(frozen=True)
class Unmet:
    """One thing that is missing: `code` (requirement, item key, M1 … M5 or INTAKE), why, who must act and where.

    `params` fill the reason's sentence, and name what it is about on its page; they are plain strings, so that an
    Unmet can be stored and compared. `parts` are what one form still lacks, where it lacks more than one thing.
    """

    code: str
    reason: str
    role: Role
    where: str
    people: tuple[Person, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    parts: tuple[Unmet, ...] = ()

    @property
    def each(self) -> tuple[Unmet, ...]:
        """Its parts, or itself where it has none."""
        return self.parts or (self,)

    @property
    def party(self) -> Party:
        return self.role.party

    @property
    def text(self) -> str:
        """The sentence, in the language in force; of a reason that a newer version stored, its code."""
        if self.reason not in REASONS:
            return self.code
        words = {name: self._shown(name, value) for name, value in self.params}
        return str(REASONS[self.reason]) % defaultdict(str, words)  # an earlier version stored fewer of them

    @staticmethod
    def _shown(name: str, value: str) -> Text:
        if name in _LABELS:
            return _LABELS[name](value)
        if name == "scenario":  # "T07 Letter to a Digipost user": the title of a basic scenario has a translation
            code, _space, title = value.partition(" ")
            return f"{code} {translated(title)}"
        return value


def translated(text: str) -> str:
    """The translation of a text that came from process.py by way of the database; any other text as it is."""
    return gettext(text) if text else ""


def unmet_for(facts: Facts, code: str, reason: str, role: Role, where: str, **params: object) -> Unmet:
    filled = tuple((name, str(value)) for name, value in params.items())
    return Unmet(code, reason, role, where, facts.people.get(role, ()), filled)
