"""Who takes part: Digipost's people, and organisations that do not exist, each with people of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from stdnum.no import orgnr

from .. import clock
from ..models import User
from ..process import SenderKind
from .journey import Cast

PASSWORD = "digipost-demo"  # noqa: S105  # nosec B105  # only ever in a demo database

_PEOPLE = (
    ("onboarding@digipost.example", "Ingrid Onboarding", True, "Digipost: onboarding"),
    ("onboarding2@digipost.example", "Jonas Oppfølging", True, "Digipost: onboarding, colleague"),
    ("admin@digipost.example", "Astrid Administrator", True, "Digipost: administrator"),
    ("prosjekt@fjordvik.example", "Kari Prosjekt", False, "Fjordvik kommune: project manager"),
    ("teknisk@fjordvik.example", "Terje Teknisk", False, "Fjordvik kommune: technical lead"),
    ("kontrakt@fjordvik.example", "Kirsten Kontrakt", False, "Fjordvik kommune: contract manager"),
    ("forretning@fjordvik.example", "Bjørn Forretning", False, "Fjordvik kommune: business owner"),
    ("innsyn@fjordvik.example", "Olga Observatør", False, "Fjordvik kommune: observer"),
    ("leder@sendsmart.example", "Sindre Sendsmart", False, "Sendsmart AS (partner): all roles"),
)
ONBOARDING = ("onboarding@digipost.example", "onboarding2@digipost.example")
OBSERVER = "innsyn@fjordvik.example"


def people() -> Iterator[tuple[str, str, str]]:
    """(name, e-mail, what they do) of each demo person. All have the same password, beside a code by e-mail."""
    yield from ((name, email, does) for email, name, _is_staff, does in _PEOPLE)


def bring_people() -> None:
    """Create the demo people, in a database where nobody exists."""
    for email, name, is_staff, _does in _PEOPLE:
        _create(email, name, is_staff=is_staff, is_superuser=email.startswith("admin@"))


def are_here() -> bool:
    """Whether this is a demo's database: all demo people are in it."""
    emails = [email for email, *_who in _PEOPLE]
    return User.objects.filter(email__in=emails).count() == len(emails)


def _create(email: str, name: str, *, is_staff: bool = False, is_superuser: bool = False) -> User:
    rights = {"is_staff": is_staff, "is_superuser": is_superuser}
    user = User.objects.create_user(email, name, None, created_at=clock.now(), **rights)
    User.objects.filter(pk=user.pk).update(password=_password())
    return user


@cache
def _password() -> str:
    """Computed once: it is slow by design."""
    return make_password(PASSWORD)


# --- Organisations


@dataclass(frozen=True)
class Organisation:
    """One that does not exist. `seats` says which of its people is manager, lead, contract manager, business owner.

    `mailboxes` are those of its people, where they are not called by their names.
    """

    name: str
    number: str
    domain: str
    kind: SenderKind = SenderKind.SENDER
    seats: tuple[int, int, int, int] = (0, 1, 2, 3)
    mailboxes: tuple[str, ...] = ()

    def cast(self, staff: int) -> Cast:
        """Its people, with one of Digipost's; whoever is new comes to be."""
        everybody = {seat: self._person(seat) for seat in sorted(set(self.seats))}
        return Cast(_staff(staff), *(everybody[seat] for seat in self.seats))

    def _person(self, seat: int) -> User:
        name = _name(int(self.number) + 7 * seat)
        mailbox = self.mailboxes[seat] if self.mailboxes else _ascii(name)
        email = f"{mailbox}@{self.domain}.example"
        return User.objects.filter(email=email).first() or _create(email, name)


def _staff(number: int) -> User:
    return User.objects.get(email=ONBOARDING[number % len(ONBOARDING)])


_FIRST = (
    *("Anne", "Arne", "Berit", "Bjarte", "Camilla", "Dag", "Eirin", "Eskil", "Frida", "Geir", "Guro", "Hallvard"),
    *("Hilde", "Ivar", "Jorunn", "Kjetil", "Lena", "Magnus", "Nora", "Oddvar", "Pernille", "Roar", "Siri", "Tor"),
    *("Turid", "Ulrik", "Vigdis", "Wenche", "Yngve"),
)
_LAST = (
    *("Aasen", "Berge", "Dahl", "Eide", "Fossum", "Grønli", "Haugen", "Iversen", "Johnsen", "Kvam", "Lien", "Moen"),
    *("Nygård", "Opdal", "Rønning", "Solberg", "Tangen", "Ulvik", "Vik", "Ødegård", "Åsheim"),
)


def _name(seed: int) -> str:
    return f"{_FIRST[seed % len(_FIRST)]} {_LAST[seed // 3 % len(_LAST)]}"


def _ascii(name: str) -> str:
    """As a mailbox is called: kari.nygard"""
    return name.lower().translate(str.maketrans("æøå ", "eoa.", ""))


def _number(position: int) -> str:
    """A valid number that begins with 3, as those of made-up organisations do, and no real one's."""
    eight = 31_000_117 + 1_009 * position
    digits = (f"{one}{digit}" for one in count(eight) for digit in range(10))
    return next(number for number in digits if orgnr.is_valid(number))


def _made_up(
    position: int,
    name: str,
    domain: str,
    kind: SenderKind = SenderKind.SENDER,
    seats: tuple[int, int, int, int] = (0, 1, 2, 3),
) -> Organisation:
    return Organisation(name, _number(position), domain, kind, seats)


FJORDVIK = Organisation(
    "Fjordvik kommune",
    "984661185",
    "fjordvik",
    mailboxes=("prosjekt", "teknisk", "kontrakt", "forretning"),
)
SENDSMART = Organisation("Sendsmart AS", "974760673", "sendsmart", SenderKind.PARTNER, (0, 0, 0, 0), ("leder",))
NORDLIA = _made_up(0, "Nordlia kommune", "nordlia")
SOLVDAL = _made_up(1, "Sølvdal kommune", "solvdal")
HAVNES = _made_up(2, "Havnes kommune", "havnes")
STORFOSSEN = _made_up(3, "Storfossen fylkeskommune", "storfossen")
TRYGGHAVN = _made_up(4, "Trygghavn Forsikring AS", "trygghavn")
FJELLVERN = _made_up(5, "Fjellvern Forsikring", "fjellvern")
TINDEKRAFT = _made_up(6, "Tindekraft AS", "tindekraft")
ELVESTAD = _made_up(7, "Elvestad Sparebank", "elvestad")
LYNGBO = _made_up(8, "Lyngbø boligbyggelag", "lyngbo")
KYSTRUTE = _made_up(9, "Kystrute AS", "kystrute")
SOLHEIM = _made_up(10, "Solheim helseforetak", "solheim")
RODHAUG = _made_up(11, "Rødhaug Inkasso AS", "rodhaug")
BREVBRO = _made_up(12, "Brevbro AS", "brevbro", SenderKind.PARTNER)
_TOLD_OF = 13


# --- A crowd of organisations, for those who want to see it full

_PLACES = (
    "Tjeld",
    "Orre",
    "Ramn",
    "Skarv",
    "Teist",
    "Rype",
    "Selje",
    "Einer",
    "Lyng",
    "Mose",
    "Tinde",
    "Bratt",
    "Sval",
)
_ENDINGS = ("vik", "dal", "neset", "haugen", "fjell", "sund", "lia", "mo", "strand", "elv", "holmen")
_KINDS = ("{} kommune", "{} Forsikring AS", "{} Kraft AS", "{} Sparebank", "{} boligbyggelag", "{} Buss AS")


def one_of_a_crowd(position: int) -> Organisation:
    """Another one for each position, with two or four people."""
    place = _PLACES[position % len(_PLACES)] + _ENDINGS[position // len(_PLACES) % len(_ENDINGS)]
    name = _KINDS[position % len(_KINDS)].format(place)
    again = position // (len(_PLACES) * len(_ENDINGS))
    named = f"{name} {again + 1}" if again else name
    seats = (0, 1, 0, 0) if position % 4 else (0, 1, 2, 3)  # most are small
    return _made_up(_TOLD_OF + position, named, f"{place}{position}".lower(), seats=seats)
