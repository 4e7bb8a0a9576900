"""Every account's address in its one form, so that one mailbox is one account; see milestones/mailboxes.py.

Two accounts that turn out to be of one mailbox are neither merged nor chosen between: each may hold roles, and what it
did stands in histories. Nothing is changed then, and the message says what an administrator does. Primary keys alone
are named, as this is told in a log.
"""

import re

from django.db import migrations, models

import milestones.models.address
from milestones.mailboxes import ONE_FORM, normalised

TOLD = (
    "Nothing was changed. Of the accounts with these primary keys, {what}: {groups}. Decide which account is to be "
    "kept, run `python manage.py set_aside PK` for each of the others, and migrate again; see README, \"One mailbox\"."
)


def canonicalise(apps, _schema_editor):
    people = apps.get_model("milestones", "User").objects
    owners, changed, strange = {}, {}, []
    for pk, email in people.order_by("pk").values_list("pk", "email"):
        one_form = normalised(email)
        owners.setdefault(one_form, []).append(pk)
        if one_form != email:
            changed[pk] = one_form
        if not re.search(ONE_FORM, one_form):
            strange.append([pk])
    _require_none("each group has one mailbox", [pks for pks in owners.values() if len(pks) > 1])
    _require_none("none has an address that mail can be sent to", strange)
    for pk, one_form in changed.items():
        people.filter(pk=pk).update(email=one_form)


def _require_none(what, groups):
    if groups:
        told = "; ".join(", ".join(str(pk) for pk in pks) for pks in groups)
        raise RuntimeError(TOLD.format(what=what, groups=told))


def canonicalise_mailboxes(apps, _schema_editor):
    operations = apps.get_model("milestones", "Operations").objects
    for pk, mailbox in operations.exclude(shared_mailbox="").values_list("pk", "shared_mailbox"):
        if normalised(mailbox) != mailbox:
            operations.filter(pk=pk).update(shared_mailbox=normalised(mailbox))


class Migration(migrations.Migration):
    dependencies = [("milestones", "0013_names_that_are_names")]

    operations = [
        migrations.RunPython(canonicalise, migrations.RunPython.noop),
        migrations.RunPython(canonicalise_mailboxes, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="user", name="user_email_unique_whatever_case"),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=milestones.models.address.AddressField(max_length=254, unique=True, verbose_name="e-mail address"),
        ),
        migrations.AlterField(
            model_name="operations",
            name="shared_mailbox",
            field=milestones.models.address.AddressField(blank=True, max_length=254, verbose_name="shared mailbox"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(condition=models.Q(email__regex=ONE_FORM), name="user_email_in_one_form"),
        ),
    ]
