"""The story: what each of some thirty integrations has gone through in nine months, and where it stands.

`OPENING` gives each of the demo people something to do; `STORY` is that and all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from ..models import Integration
from ..process import ChangeKind, DocumentType, Interface, Role
from .cast import (
    BREVBRO,
    ELVESTAD,
    FJELLVERN,
    FJORDVIK,
    HAVNES,
    KYSTRUTE,
    LYNGBO,
    NORDLIA,
    OBSERVER,
    RODHAUG,
    SENDSMART,
    SOLHEIM,
    SOLVDAL,
    STORFOSSEN,
    TINDEKRAFT,
    TRYGGHAVN,
    Organisation,
    one_of_a_crowd,
)
from .chapters import (
    A_DEVIATION,
    A_NOTICE,
    BUILT,
    LAUNCHED,
    OPENED,
    OPERATED,
    TESTED,
    TESTS_AGREED,
    TRIED,
    TRIED_WITH_PRINT,
    Chapter,
    approved,
    certificate,
    closed,
    contract,
    declared,
    deferral_accepted,
    deferral_proposed,
    excepted,
    failed_run,
    follow_up,
    half_retested,
    item_for_manager,
    joined_by,
    kickoff,
    lead_leaves,
    meeting_ahead,
    named_reader,
    no_production_tests,
    notice,
    ordinary,
    paused,
    remark,
    reopened,
    resubmit,
    returned,
    slower,
    submitted,
    through,
    wishes_print,
    without_contact,
)
from .journey import Journey


@dataclass(frozen=True)
class Plot:
    """One integration: whose, what it went through, and for how many working days nothing has happened since.

    It was begun at most 184 working days ago, which is within nine months on any day of the year.

    `contact` says which of Digipost's people has it; `own_intake` that the sender took it in, and it is not accepted.
    """

    organisation: Organisation
    name: str
    beats: Chapter
    waits: int = 1
    contact: int = 0
    own_intake: bool = False

    @property
    def begun(self) -> int:
        """How many working days ago it was taken in."""
        return self.waits + sum(days for days, _do in self.beats)

    def is_told(self) -> bool:
        of_its_own = {"organisation__number": self.organisation.number, "organisation__name": self.organisation.name}
        return Integration.objects.filter(name=self.name, **of_its_own).exists()


BY_BATCH = kickoff(30, 15, 5, 8, interface=Interface.BATCH, sends=(DocumentType.INVOICE,))
LETTERS = kickoff(25, 12, 5, 8, sends=(DocumentType.LETTER, DocumentType.DECISION))

OPENING = (
    Plot(  # two of the sender's have not done their part, and it is overdue
        FJORDVIK,
        "Brev fra saksbehandling",
        (
            (1, Journey.roles),
            (0, joined_by(OBSERVER, Role.OBSERVER)),
            *contract()[1:2],
            (1, item_for_manager("Avklar hvem som svarer innbyggerne om digital post")),
            (1, wishes_print),
        ),
        waits=13,
    ),
    Plot(  # Digipost has promised an answer before this
        FJORDVIK,
        "Kommunale fakturaer",
        (*through(1), *kickoff(20, 12, 5, 8), *BUILT, *submitted(2)),
        waits=5,
    ),
    Plot(  # a test failed, and any of the staff can step in
        SENDSMART,
        "Sendsmart meldingsplattform",
        (
            *through(2),
            *TESTS_AGREED,
            (3, failed_run),
            (0, follow_up("Avklare rutine for reservasjoner")),
            (0, remark("requirement-3.1", "Vi får feil svar på ugyldig fødselsnummer, og retter det denne uken.")),
            (0, meeting_ahead(6)),
            (1, without_contact),
        ),
        waits=8,
        contact=1,
    ),
    Plot(  # the certificate runs out within the week, and a notice is unread
        FJORDVIK,
        "Lønnsslipper",
        (
            *through(5),
            (3, joined_by(OBSERVER, Role.OBSERVER)),
            (0, named_reader(OBSERVER)),
            (1, certificate(7)),
            (12, notice),
        ),
        waits=2,
    ),
)

_REST = (
    # Milestone 1
    Plot(NORDLIA, "Brev fra byggesak", ((1, Journey.roles),), waits=5),
    Plot(NORDLIA, "Barnehagefakturaer", (*contract(), *submitted(1)), contact=1),
    Plot(LYNGBO, "Felleskostnader", contract()[:2], waits=14, contact=1),
    Plot(LYNGBO, "Innkalling til generalforsamling", (), waits=3, own_intake=True),
    Plot(
        KYSTRUTE,
        "Sesongkort",
        (*contract(), *returned(1, "Avtalen er signert av en som ikke har prokura.")),
        waits=2,
    ),
    # Milestone 2
    Plot(
        SOLVDAL,
        "Kommunale avgifter",
        (
            *through(1),
            *BY_BATCH,
            *BUILT,
            *returned(2, "Referatet sier ikke hvem som følger opp feil i nattkjøringen."),
        ),
        waits=3,
    ),
    Plot(
        SOLVDAL,
        "Vedtak om hjemmetjenester",
        (*through(1), *LETTERS, *BUILT, *returned(2, "Løsningsbeskrivelsen nevner ikke arkivet."), (3, resubmit(2))),
        waits=4,
        contact=1,
    ),
    Plot(HAVNES, "Eiendomsskatt", (*through(1), *BY_BATCH), waits=46),
    Plot(
        HAVNES,
        "Brev fra landbrukskontoret",
        (*through(1), *LETTERS, (30, closed("Kommunen har valgt å sende disse brevene fra et felles fagsystem."))),
        waits=20,
    ),
    Plot(
        FJELLVERN,
        "Årsoppgaver",
        (*through(1), *LETTERS, (14, paused("Avsender bytter fagsystem, og tar opp arbeidet når det er på plass."))),
        waits=35,
    ),
    Plot(
        TINDEKRAFT,
        "Nettleievarsler",
        (
            *through(1),
            (2, excepted("2.1", "Leverandøren har levert samme løsning for to andre.", 30)),
            *BY_BATCH[1:],
        ),
        waits=6,
        contact=1,
    ),
    Plot(KYSTRUTE, "Billettfakturaer", (*through(1), *kickoff()[:-1]), waits=3),
    Plot(SOLHEIM, "Svar på prøver", (*through(1), *LETTERS, (12, lead_leaves), (1, without_contact)), waits=20),
    Plot(ELVESTAD, "Innskuddsbrev", (*through(1), *LETTERS, *BUILT, *submitted(2))),
    # Milestone 3
    Plot(
        STORFOSSEN,
        "Innkallinger til tannlege",
        (*through(2), *TESTS_AGREED, *TESTED, (1, without_contact)),
        waits=4,
    ),
    Plot(SOLHEIM, "Timeinnkallinger", (*through(2), *TESTS_AGREED), waits=3, contact=1),
    Plot(
        TRYGGHAVN,
        "Purringer",
        (*through(2), *TESTS_AGREED, *TESTED, *OPENED, *submitted(3)),
        contact=1,
    ),
    Plot(
        ELVESTAD,
        "Lånedokumenter",
        (
            *through(3),
            *TRIED[:1],
            (4, reopened(3, "Avsender har byttet signeringsløsning, og den er ikke testet.")),
            (3, failed_run),
        ),
        waits=2,
    ),
    Plot(
        RODHAUG,
        "Inkassovarsler",
        (
            *through(2),
            *TESTS_AGREED,
            (3, failed_run),
        ),
        waits=25,
    ),
    # Milestone 4
    Plot(STORFOSSEN, "Skoleskyss", (*through(3), *TRIED[:1]), waits=2),
    Plot(
        TINDEKRAFT,
        "Strømfakturaer",
        (
            *contract(prints=True),
            *approved(1),
            *BY_BATCH,
            *BUILT,
            *approved(2),
            *ordinary(3),
            *TRIED_WITH_PRINT,
            *submitted(4),
        ),
        waits=4,
        contact=1,
    ),
    Plot(BREVBRO, "Brevbro for helse", (*through(3), (2, no_production_tests)), waits=6),
    # Milestone 5
    Plot(
        TRYGGHAVN,
        "Skadeoppgjør",
        (
            *through(4),
            (1, follow_up("Skjema for reklamasjon som vedlegg")),
            (1, deferral_proposed(60)),
            (2, deferral_accepted),
            (1, follow_up("Avklare rutine for returpost")),
            (0, deferral_proposed(45)),
            *LAUNCHED[:1],
        ),
        waits=1,
    ),
    Plot(RODHAUG, "Betalingsoppfordringer", (*through(4), *LAUNCHED, *submitted(5)), contact=1),
    Plot(SOLVDAL, "Lønns- og trekkoppgaver", through(4), waits=16),
    Plot(
        SENDSMART,
        "Sendsmart e-faktura",
        (*through(4), *LAUNCHED, *returned(5, "Antallet i den første forsendelsen stemmer ikke med vårt.")),
        waits=3,
    ),
    # Operations
    Plot(
        TRYGGHAVN,
        "Forsikringspapirer",
        (*slower(2, through(2)), *ordinary(3), *ordinary(4), *ordinary(5), *OPERATED, *A_DEVIATION, *A_NOTICE),
        waits=9,
    ),
    Plot(
        FJELLVERN,
        "Premievarsler",
        (
            *contract(prints=True),
            *approved(1),
            *slower(2, LETTERS),
            *BUILT,
            *approved(2),
            *ordinary(3),
            *TRIED_WITH_PRINT,
            *approved(4),
            *ordinary(5),
            *OPERATED,
            *A_NOTICE,
        ),
        waits=31,
        contact=1,
    ),
    Plot(  # a change was declared, and half of what it touches has been retested
        ELVESTAD,
        "Kontoutskrifter",
        (
            *through(5),
            *OPERATED,
            *A_NOTICE,
            (4, declared(ChangeKind.VERSION, "Versjon 4 av kontosystemet, som tas i bruk etter månedsskiftet.", 9)),
            (2, half_retested),
            *A_DEVIATION[:1],
        ),
        waits=1,
    ),
    Plot(
        BREVBRO,
        "Brevbro for kommuner",
        (*slower(2, through(2)), *ordinary(3), *ordinary(4), *ordinary(5), *OPERATED, *A_NOTICE),
        waits=68,
        contact=1,
    ),
)
STORY = OPENING + _REST


def plots() -> Iterator[Plot]:
    """The story, and then as many more as anybody wants."""
    yield from STORY
    yield from (_one_of_a_crowd(position) for position in count())


_NAMES = (
    *("Fakturaer", "Vedtak", "Årsoppgaver", "Varsler", "Kvitteringer", "Innkallinger", "Avtaler", "Purringer"),
    *("Medlemsbrev", "Rapporter"),
)
_ON_THE_WAY = (
    # Milestone 1
    (),
    contract()[:1],
    contract()[:2],
    contract()[:3],
    contract()[:4],
    contract(),
    (*contract(), *submitted(1)),
    (*contract(), *returned(1, "Avtalen er signert av en som ikke har prokura.")),
    # Milestone 2
    through(1),
    (*through(1), *kickoff()[:1]),
    (*through(1), *kickoff()[:3]),
    (*through(1), *kickoff()[:4]),
    (*through(1), *LETTERS),
    (*through(1), *LETTERS, *BUILT),
    (*through(1), *LETTERS, *BUILT, *submitted(2)),
    (*through(1), *LETTERS, *BUILT, *returned(2, "Referatet mangler hvem som følger opp feil.")),
    # Milestones 3 to 5, and operations
    (*through(2), *TESTS_AGREED),
    (*through(2), *TESTS_AGREED, (3, failed_run)),
    (*through(2), *TESTS_AGREED, *TESTED, *OPENED, *submitted(3)),
    (*through(3), *TRIED[:1]),
    through(4),
    (*through(4), *LAUNCHED, *submitted(5)),
    through(5),
    (*through(5), *OPERATED),
)
"""Where those of a crowd stand: most have begun, some have come far."""


def _one_of_a_crowd(position: int) -> Plot:
    """A few for each organisation; how long nothing has happened differs from one to the next."""
    beats = _ON_THE_WAY[position % len(_ON_THE_WAY)]
    return Plot(
        one_of_a_crowd(position // len(_NAMES)),
        _NAMES[position % len(_NAMES)],
        beats,
        waits=1 + position * 7 % 23,
        contact=position % 2,
    )
