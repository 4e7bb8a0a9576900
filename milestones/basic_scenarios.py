"""The basic scenarios from which the catalogue starts: what is tested, for whom, when it passes, what touches it.

Which change touches which: a new interface all of them, as everything is done in another way. A new certificate those
that show who one is. A new version what the sender's own program does, and not what Digipost does with it (T14, T15,
T22). A new service those of the services, and that a letter still arrives. A new supplier, who runs all of it, those
that show who one is, that the right person gets it once, and that somebody notices when it fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .process import ChangeKind, Condition, Interface, Text
from .proofs import ORACLES

CERTIFICATE, VERSION, INTERFACE, SERVICE, SUPPLIER = ChangeKind


@dataclass(frozen=True)
class BasicScenario:
    """A scenario of the basic catalogue: what is tested, for whom, when it passes, and after which changes again."""

    code: str
    title: Text
    interface: Interface
    passes_when: Text
    condition: Condition = Condition.ALWAYS
    touched_by: tuple[ChangeKind, ...] = (INTERFACE,)

    @property
    def oracle(self) -> str:
        """By what of Digipost's it is proved (`proofs.py`); empty where only people can tell."""
        return ORACLES.get(self.code, "")


BASIC_SCENARIOS: tuple[BasicScenario, ...] = (
    BasicScenario(
        "T01",
        _("Signed connection"),
        Interface.API,
        _("The service root answers 200 and the response signature is verified"),
        touched_by=(CERTIFICATE, VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T02",
        _("Wrong signature refused"),
        Interface.API,
        _("A wrong certificate gives 403, is logged and alerted"),
        touched_by=(CERTIFICATE, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T03",
        _("Identify by national identity number"),
        Interface.BOTH,
        _("The recipient is identified"),
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T04",
        _("Identify by name and address"),
        Interface.BOTH,
        _("One match, otherwise nothing is sent"),
        touched_by=(VERSION, INTERFACE),
    ),
    BasicScenario(
        "T05",
        _("Ambiguous or unknown recipient"),
        Interface.BOTH,
        _("Handled, and nothing is sent"),
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T06",
        _("Invalid national identity number"),
        Interface.BOTH,
        _("An error is shown, and nothing is sent"),
        touched_by=(VERSION, INTERFACE),
    ),
    BasicScenario(
        "T07",
        _("Letter to a Digipost user"),
        Interface.BOTH,
        _("Delivered and readable"),
        touched_by=(VERSION, INTERFACE, SERVICE, SUPPLIER),
    ),
    BasicScenario(
        "T08",
        _("Letter with attachments"),
        Interface.BOTH,
        _("All documents arrive, in order"),
        touched_by=(VERSION, INTERFACE),
    ),
    BasicScenario(
        "T09",
        _("Invoice with KID"),
        Interface.BOTH,
        _("Amount, account, KID and due date are right"),
        Condition.INVOICE,
        touched_by=(VERSION, INTERFACE),
    ),
    BasicScenario(
        "T10",
        _("Not a user, no print"),
        Interface.BOTH,
        _("The sender's own fallback runs"),
        Condition.NO_PRINT,
        touched_by=(VERSION, INTERFACE, SERVICE),
    ),
    BasicScenario(
        "T11",
        _("Not a user, printed"),
        Interface.BOTH,
        _("Delivered to print"),
        Condition.PRINT,
        touched_by=(VERSION, INTERFACE, SERVICE),
    ),
    BasicScenario(
        "T12",
        _("Unprintable PDF"),
        Interface.BOTH,
        _("Refused and handled"),
        Condition.PRINT,
        touched_by=(VERSION, INTERFACE, SERVICE),
    ),
    BasicScenario(
        "T13",
        _("Opening receipt"),
        Interface.BOTH,
        _("The receipt is received after consent"),
        Condition.OPENING_RECEIPT,
        touched_by=(VERSION, INTERFACE, SERVICE),
    ),
    BasicScenario(
        "T14",
        _("SMS notice"),
        Interface.BOTH,
        _("Sent only if unread, in daytime"),
        Condition.SMS,
        touched_by=(INTERFACE, SERVICE),
    ),
    BasicScenario(
        "T15",
        _("Two-factor, sensitive"),
        Interface.BOTH,
        _("The subject is hidden until login"),
        Condition.OPTIONAL,
    ),
    BasicScenario(
        "T16",
        _("Repeated message id"),
        Interface.API,
        _("No double delivery"),
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T17",
        _("Repeated job id"),
        Interface.BATCH,
        _("Refused"),
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T18",
        _("Oversized file"),
        Interface.API,
        _("Refused and handled"),
        touched_by=(VERSION, INTERFACE),
    ),
    BasicScenario(
        "T19",
        _("Norwegian letters, long subjects"),
        Interface.BOTH,
        _("Shown right"),
        touched_by=(VERSION, INTERFACE),
    ),
    BasicScenario(
        "T20",
        _("Batch receipts"),
        Interface.BATCH,
        _("Both receipts are read and matched to the job"),
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T21",
        _("Invalid batch XML"),
        Interface.BATCH,
        _("The validation failure is handled"),
        touched_by=(VERSION, INTERFACE),
    ),
    BasicScenario("T22", _("Manual approval"), Interface.BATCH, _("The job waits, and the approver is told")),
    BasicScenario(
        "T23",
        _("Sending on behalf of"),
        Interface.BOTH,
        _("The sender is shown; refused without the right"),
        Condition.PARTNER,
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T24",
        _("Right document, right person"),
        Interface.BATCH,
        _("Sampled links are correct"),
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T25",
        _("Certificate or key change"),
        Interface.BOTH,
        _("The new key works, and the old one is gone"),
        touched_by=(CERTIFICATE, INTERFACE, SUPPLIER),
    ),
    BasicScenario(
        "T26",
        _("Service unavailable"),
        Interface.BOTH,
        _("Retried and alerted; nothing is printed by accident"),
        touched_by=(VERSION, INTERFACE, SUPPLIER),
    ),
)
