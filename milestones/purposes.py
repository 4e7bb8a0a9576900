"""What each requirement is for, and what Digipost wants to see: two sentences for whoever meets it the first time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .process import Text

PURPOSES: dict[str, Text] = {
    "1.1": _(
        "The agreement says what each side answers for before anything is sent. "
        "Digipost checks that the document is signed, and by somebody who may sign for you."
    ),
    "1.2": _(
        "Everybody must know whom to ask about the contract, about the decisions and about the technical side. "
        "Digipost wants a name for each role; one person may have several."
    ),
    "1.3": _(
        "The services decide which tests you need and which agreements. "
        "Digipost wants a decision on each, also on those that you will not use."
    ),
    "1.4": _(
        "You test with one account and send with another. "
        "Digipost creates both when the agreement is in place, and records them here."
    ),
    "2.1": _(
        "Most questions at a kickoff are answered in the documentation. "
        "Digipost wants somebody who builds to have read it before you meet."
    ),
    "2.2": _(
        "At the kickoff both sides see the whole solution and agree on when. "
        "Digipost wants minutes, a description that says how recipients are found and documents sent, and dates."
    ),
    "2.3": _(
        "The external test is for what the two systems do together, not for what yours does alone. "
        "Digipost wants to know that you have tested all of it yourselves."
    ),
    "3.1": _(
        "The scenarios show that letters arrive, and what happens when something fails. "
        "Digipost wants each to have passed the last time it was run."
    ),
    "3.2": _(
        "Somebody at Digipost has seen what the tests showed. The approval falls if a scenario fails afterwards."
    ),
    "3.3": _(
        "Until now nothing can reach a real recipient. "
        "Digipost opens sending and passes on the details, and you acknowledge that you have them."
    ),
    "4.1": _(
        "Production has other addresses, certificates and recipients than the test. "
        "Digipost wants a few simple sendings that you both have agreed on, or the reason why none are needed."
    ),
    "5.0": _("When to begin is for the business to decide. Digipost wants a business owner to confirm the date."),
    "5.1": _(
        "What is left over must not be forgotten at the launch. "
        "Digipost wants each item to be closed, or to have somebody who takes it on and a date."
    ),
    "5.2": _(
        "The first real letters show that all of it works. "
        "Digipost wants the day and the number, and both sides to confirm that it went well."
    ),
    "D.1": _(
        "A connection that stops is noticed first by those who wait for their letters, unless somebody watches it. "
        "Digipost wants to know how you watch it, and who is told."
    ),
    "D.2": _(
        "Digipost sends notices of downtime and of changes that you must act on. "
        "Digipost wants somebody to read them, and to sign that they did."
    ),
    "D.3": _("An expired certificate stops all sending. Record when it expires, and you are reminded in good time."),
    "D.4": _(
        "What worked at the launch need not work after a change. "
        "Digipost wants to know what you change, and that you have tested again what that touches."
    ),
}
"""By the requirement's code."""
