"""Passwords that are known from breaches, or are guessed at once from those that are; without asking anybody."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

FEWEST_GUESSES = 10**8
"""What zxcvbn calls “safely unguessable” begins here."""
LONGEST = 72
"""Characters that zxcvbn takes. What follows can only make a password harder to guess."""
NEARBY = (
    *("digipost", "posten", "passord", "hemmelig", "velkommen", "norge", "oslo", "bergen", "fotball", "integrasjon"),
    *("sommer", "vinter", "haust", "vår", "januar", "februar", "mars", "april", "mai", "juni", "juli", "august"),
    *("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "sommar", "kommune", "milepæl"),
)
"""What people here would begin with; zxcvbn's lists are English."""


class BreachedPasswordValidator(CommonPasswordValidator):
    """Refuses what stands in Django's list of breached passwords or zxcvbn's, and their easy variations: other letters
    put in, a mark at the end, turned around, repeated.
    """

    def validate(self, password: str, user: Any = None) -> None:
        about = [word for word in (getattr(user, "name", ""), getattr(user, "email", "")) for word in word.split()]
        if password.lower().strip() in self.passwords or _guesses(password, about) < FEWEST_GUESSES:
            raise ValidationError(
                _(
                    "This password is known from data breaches, or is easily guessed from one that is. "
                    "Take four or more words that have nothing to do with each other, or use a passkey instead."
                ),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("Passwords that are known from data breaches, and small changes of them, are refused.")


def _guesses(password: str, about: list[str]) -> float:
    return float(zxcvbn(password[:LONGEST], user_inputs=[*about, *NEARBY])["guesses"]) if password else 0
