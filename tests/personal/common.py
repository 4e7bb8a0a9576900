"""What the tests of personal data share: how somebody leaves and is erased, and where they still stand."""

from __future__ import annotations

import datetime
import json
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Document, Mail, MailLine, SendState, User
from tests.cast import Cast


def everything_stored() -> str:
    """Every column of every table, as text; what SQLite keeps as JSON has its letters escaped."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows += [" | ".join(str(value) for value in row) for row in cursor.fetchall()]
    return "\n".join(rows).casefold()


def stands_somewhere(*words: str) -> list[str]:
    stored = everything_stored()
    escaped = {word: json.dumps(word).strip('"') for word in words}
    return [word for word in words if word.casefold() in stored or escaped[word].casefold() in stored]


def snapshots_differ() -> bool:
    said = StringIO()
    call_command("verify_snapshots", stdout=said)
    return " 0 differ." not in said.getvalue()


def named_everywhere(cast: Cast, journey: Journey, person: User) -> None:
    """`person` is named in every kind of text there is, as people write it."""
    integration = journey.integration
    name, email = person.name, person.email
    follow_up = workflow.add_follow_up(
        integration, by=cast.manager, title=f"Spør {name}", description=f"{email.upper()}, eller {name}s vikar."
    )
    workflow.propose_deferral(
        integration,
        follow_up.pk,
        by=cast.manager,
        deferred_to=name,
        deferred_until=today() + datetime.timedelta(days=30),
    )
    workflow.open_deviation(
        integration, by=cast.manager, title="Avvik", description=f"Ring {name}.", handler=name, opened_on=today()
    )
    workflow.send_notice([integration], by=cast.staff, kind="job", title=f"Til {name}", body=f"Skriv til <{email}>.")
    document = Document.objects.filter(integration=integration).earliest("pk")
    Document.objects.filter(pk=document.pk).update(name=f"{name}.pdf")
    theirs = Mail.objects.filter(recipient=person).earliest("pk")
    Mail.objects.filter(pk=theirs.pk).update(
        address=email, subject=f"Hei, {name}", text=f"{name} {email}", error=f"550 {email}", state=SendState.SENT
    )
    digest = Mail.objects.create(
        key="digest", kind="digest", recipient=cast.staff, day=today(), text=f"Venter: {name}"
    )
    MailLine.objects.create(
        mail=digest, integration=integration, urgency="overdue", code="D.2", reason="notice_unread",
        where="operations", params=[["count", "1"], ["readers", f"{name}, Vakta"]],
    )  # fmt: skip
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=cast.staff, content_type=kind, object_id=str(person.pk), object_repr=name, action_flag=CHANGE
    )


def leave(cast: Cast, journey: Journey, person: User) -> None:
    member = journey.integration.members.current().get(user=person)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)


def erase(person: User, by: User, reason: str = "Ba om det") -> User:
    workflow.erase_person(person, by=by, reason=reason)
    return User.objects.get(pk=person.pk)


def require_refusal() -> None:
    """The database refuses again whatever it refused before."""
    for statement in ("UPDATE milestones_event SET reason = 'x'", "DELETE FROM milestones_event"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def document_of(journey: Journey) -> Document:
    return Document.objects.filter(integration=journey.integration).earliest("pk")
