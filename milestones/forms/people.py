"""Members, their roles, the onboarding contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import pasted_people
from ..models import Integration, User
from ..pasted_people import Invitee
from ..process import MEMBER_ROLES, Role
from .base import (
    EmailField,
    Form,
    RevisedForm,
    checkboxes,
    expected,
    person_name,
    text,
)

ROLE_CHOICES = [(role.value, role.label) for role in MEMBER_ROLES]


class InviteForm(Form):
    told = _("Invitation sent to %(name)s.")
    name = person_name(_("Name"))
    email = EmailField(label=_("E-mail address"))
    roles = checkboxes(
        _("Roles"),
        ROLE_CHOICES,
        help_text=_("One person may hold several roles."),
        left_out=_("Choose at least one role"),
    )

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class InviteManyForm(Form):
    """Many at once: a name, an address and roles a line."""

    people = text(
        _("People, one a line"),
        rows=8,
        length=20_000,
        help_text=_(
            "Name, e-mail address and role, with a tab, a semicolon or a comma between them: rows from Excel can be"
            " pasted as they are. Several roles are joined by +. At most 50 lines."
        ),
        left_out=_("Enter the people, one a line"),
    )

    def __init__(self, *args: Any, integration: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.integration = integration
        self.invited: list[Invitee] = []
        self.fields["people"].is_told = True  # type: ignore[attr-defined]

    def clean_people(self) -> list[Invitee]:
        """All that is wrong is told at once, by its line."""
        pasted = pasted_people.read(self.cleaned_data["people"])
        addresses = [one.email for one in pasted.people]
        theirs = User.objects.filter(email__in=addresses)
        staff = set(theirs.filter(is_staff=True).values_list("email", flat=True))
        members = set(self.integration.members.current().filter(user__in=theirs).values_list("user__email", flat=True))
        for one in pasted.people:
            if one.email in staff:
                pasted.refuse(one.line, gettext("Digipost's staff cannot be members of an integration."))
            elif one.email in members:
                pasted.refuse(one.line, gettext("This person is already a member."))
        if pasted.wrong:
            raise ValidationError(pasted.told)
        self.invited = pasted.people
        return pasted.people

    @property
    def done(self) -> str:
        count = len(self.invited)
        return ngettext("%(count)s invitation is sent.", "%(count)s invitations are sent.", count) % {"count": count}


class RolesForm(RevisedForm):
    roles = expected(checkboxes(_("Roles"), ROLE_CHOICES, required=False))

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class ContactForm(RevisedForm):
    contact = forms.ModelChoiceField(
        label=_("Onboarding contact"), queryset=User.objects.none(), required=False, empty_label=_("None yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = User.objects.staff()  # type: ignore[attr-defined]

    @property
    def done(self) -> str:
        contact = self.cleaned_data["contact"]
        if contact is None:
            return str(_("The integration has no contact at Digipost now. Any of the staff can step in."))
        return str(_("%(contact)s is the contact at Digipost now.") % {"contact": contact.name})
