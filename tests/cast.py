"""One cast of people for all tests, and the journeys they take integrations on.

Fjordvik's integration is the one under test; Nabovik's people are strangers to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from django.test import Client

from milestones import demo, facts, gates
from milestones.demo import Journey
from milestones.models import Integration, User
from milestones.process import Role

PASSWORD = "a-long-password-for-tests"


@dataclass
class Cast:
    """Everybody. `manager` … `owner` are on the integration that `journey()` begins, once roles are given."""

    staff: User
    other_staff: User
    manager: User
    lead: User
    contract: User
    owner: User
    observer: User
    stranger: User
    _clients: dict[int, Client] = field(default_factory=dict)

    def journey(self, name: str = "Brev") -> Journey:
        """A new integration of Fjordvik's, with its project manager as only member."""
        return Journey.begin(self.travellers, "984661185", "Fjordvik kommune", name)

    def neighbour(self) -> Journey:
        """Another sender's integration, all roles of which the stranger holds."""
        travellers = demo.Cast(self.staff, *[self.stranger] * 4)
        return Journey.begin(travellers, "974760673", "Nabovik AS", "Naboens brev")

    @property
    def travellers(self) -> demo.Cast:
        return demo.Cast(self.staff, self.manager, self.lead, self.contract, self.owner)

    def everybody(self) -> dict[str, User]:
        """All users by the name they have here."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "_clients"}

    def client(self, user: User) -> Client:
        """A browser in which `user` is signed in; the same one each time."""
        if user.pk not in self._clients:
            self._clients[user.pk] = Client()
            self._clients[user.pk].force_login(user)
        return self._clients[user.pk]


def build_cast() -> Cast:
    """Create everybody."""

    def person(email: str, name: str, **extra: bool) -> User:
        return User.objects.create_user(email, name, PASSWORD, **extra)

    return Cast(
        staff=person("ingrid@digipost.example", "Ingrid Onboarding", is_staff=True),
        other_staff=person("jonas@digipost.example", "Jonas Onboarding", is_staff=True),
        manager=person("kari@fjordvik.example", "Kari Prosjekt"),
        lead=person("terje@fjordvik.example", "Terje Teknisk"),
        contract=person("kirsten@fjordvik.example", "Kirsten Kontrakt"),
        owner=person("bjorn@fjordvik.example", "Bjørn Forretning"),
        observer=person("olga@fjordvik.example", "Olga Observatør"),
        stranger=person("nina@nabovik.example", "Nina Nabo"),
    )


def fresh(integration: Integration) -> Integration:
    """The integration as it is stored now."""
    return Integration.objects.with_records().get(pk=integration.pk)


def facts_now(integration: Integration) -> gates.Facts:
    return facts.facts_of(fresh(integration))


def reasons(integration: Integration, code: str) -> list[str]:
    """Why a requirement is unmet now; empty when it is met."""
    return [part.reason for unmet in gates.unmet_of(code, facts_now(integration)) for part in unmet.each]


def add_observer(journey: Journey, observer: User) -> None:
    demo.bring_in(journey.integration, observer, [Role.OBSERVER], by=journey.cast.manager)
