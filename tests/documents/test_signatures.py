"""What a signed PDF says of who signed it, when, and whether it is still what was signed; and that its bytes stay."""

from __future__ import annotations

import datetime
import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.documents import apart, examine, parsing
from milestones.models import Agreement, Document, User
from milestones.models.document import Signature
from milestones.process import AgreementKind
from tests.cast import Cast
from tests.documents.signing_pdfs import ADOBE, NUMBER, PADES, a_signer, changed_at, signed


def read_from(content: bytes) -> list[Signature]:
    return [Signature(**one) for one in examine(ContentFile(content, name="avtale.pdf")).signatures]


def in_short(content: bytes) -> list[tuple[str, bool | None, bool | None, str]]:
    return [(one.signer, one.intact, one.whole, one.added) for one in read_from(content)]


@pytest.mark.parametrize("kind", [ADOBE, PADES])
def test_one_signer(kind: Any) -> None:
    """PAdES has its time in the file, and here no timestamp: it is the signer's own word."""
    before = timezone.now().replace(microsecond=0)
    (one,) = read_from(signed(kind=kind))
    assert (one.signer, one.intact, one.whole, one.added) == ("Kirsten Kontrakt", True, True, "nothing")
    assert one.moment is not None
    assert before <= one.moment <= timezone.now()


def test_two_signers_in_their_order() -> None:
    both = signed(signed(), a_signer("NORDMANN, OLA"), field="Signatur2", kind=PADES)
    assert in_short(both) == [
        ("Kirsten Kontrakt", True, False, "signed"),
        ("NORDMANN, OLA", True, True, "nothing"),
    ]


def test_an_unsigned_one_says_nothing_and_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(parsing, "_signatures")
    assert read_from(a_pdf() + b"\n") == []


def test_a_changed_byte_is_told() -> None:
    content = signed()
    place = content.index(b"/MediaBox") + len(b"/MediaBox [ 0 0 5")
    assert chr(content[place]).isdigit()
    assert in_short(changed_at(content, place)) == [("Kirsten Kontrakt", False, True, "nothing")]


def test_a_broken_signature_is_told() -> None:
    """One hex digit of the signature itself: near its end, before the zeros that fill it up."""
    content = signed()
    ends = content.index(b"0000000000", content.index(b"/Contents <"))
    (one,) = read_from(
        content[: ends - 20] + (b"1" if content[ends - 20 : ends - 19] != b"1" else b"2") + content[ends - 19 :]
    )
    assert one.intact is not True


def test_what_is_no_signature_at_all() -> None:
    content = signed()
    begins = content.index(b"/Contents <") + len(b"/Contents <")
    ends = content.index(b">", begins)
    nothing = content[:begins] + b"0" * (ends - begins) + content[ends:]
    assert in_short(nothing) == [("", None, None, "")]


def test_what_is_added_to_the_page_afterwards_is_told() -> None:
    content = signed()
    number = int(content[content.index(b"/Pages ") + 7 :].split(b" ")[0])
    pages = "<</Type /Pages /Kids [] /Count 0>>"
    begins, earlier = len(content), content.rpartition(b"startxref\n")[2].split(b"\n")[0].decode()
    size = content.rpartition(b"/Size ")[2].split(b" ")[0].split(b"\n")[0].split(b"/")[0].decode()
    root = content.rpartition(b"/Root ")[2].split(b" ")[0].decode()
    update = f"{number} 0 obj\n{pages}\nendobj\n"
    index = f"xref\n{number} 1\n{begins:010} 00000 n \ntrailer\n<</Size {size} /Root {root} 0 R /Prev {earlier}>>\n"
    added = content + f"{update}{index}startxref\n{begins + len(update)}\n%%EOF\n".encode()
    found = parsing._signatures(added, "application/pdf", 0)
    assert [(one["intact"], one["whole"], one["added"]) for one in found] == [(True, False, "changed")]


def test_no_number_of_a_persons_is_kept(cast: Cast, journey: Journey) -> None:
    """Neither the one that the certificate has as its serial number, nor one that stands in the name."""
    journey.roles()
    content = signed(signer=a_signer(f"NORDMANN OLA {NUMBER}", organization_identifier=f"NTRNO-{NUMBER}"))
    workflow.record_agreement(
        journey.integration, by=cast.contract, kind=AgreementKind.TERMS, signatory="Ola Nordmann", signed_on=today(),
        document=ContentFile(content, name="avtale.pdf"),
    )  # fmt: skip
    document = Document.objects.latest("pk")
    assert [one.signer for one in document.signed] == ["NORDMANN OLA"]
    assert NUMBER not in str(vars(document))
    agreement = journey.integration.agreements.get()
    assert (agreement.names_another, agreement.has_another_date) == (False, False)


def test_the_file_keeps_every_byte(cast: Cast, journey: Journey) -> None:
    journey.roles()
    content = signed()
    workflow.record_agreement(
        journey.integration, by=cast.contract, kind=AgreementKind.TERMS, signatory="Kirsten Kontrakt",
        signed_on=today(), document=ContentFile(content, name="avtale.pdf"),
    )  # fmt: skip
    document = Document.objects.latest("pk")
    digest = hashlib.sha256(content).hexdigest()
    assert (document.sha256, document.sha256_received) == (digest, digest)
    answer = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/documents/{document.pk}/")
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]


@pytest.mark.parametrize("fails", [subprocess.TimeoutExpired("parser", 1), OSError("no process")])
def test_what_cannot_be_read_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch, fails: Exception) -> None:
    run = apart.run_apart

    def failing(script: Path, task: str, *args: Any, **how: Any) -> Any:
        if task == "read_signatures":
            raise fails
        return run(script, task, *args, **how)

    monkeypatch.setattr(parsing, "run_apart", failing)
    assert in_short(signed(field="For sen")) == [("", None, None, "")]


def send(cast: Cast, journey: Journey, **data: Any) -> Any:
    User.objects.update(language="en")
    filled = {"kind": "terms", "document": SimpleUploadedFile("avtale.pdf", signed()), **data}
    return cast.client(cast.contract).post(f"/i/{journey.integration.reference}/agreement/", filled)


def test_who_and_when_are_proposed_and_never_recorded_by_themselves(cast: Cast, journey: Journey) -> None:
    journey.roles()
    answer = send(cast, journey, signatory="", signed_on="")
    assert answer.status_code == 422
    page = answer.content.decode().replace("&#x27;", "'")
    assert 'value="Kirsten Kontrakt"' in page
    assert f'value="{today()}"' in page
    assert "Filled in from the PDF's signature." in page
    assert "Enter who signed" not in page
    assert not Agreement.objects.filter(integration=journey.integration).exists()
    typed = send(cast, journey, signatory="Kari Prosjekt", signed_on="").content.decode()
    assert ('value="Kari Prosjekt"' in typed, f'value="{today()}"' in typed) == (True, True)


def test_a_difference_is_marked_wherever_it_is_shown(cast: Cast, journey: Journey) -> None:
    journey.roles()
    earlier = today() - datetime.timedelta(days=40)
    assert send(cast, journey, signatory="Kari Prosjekt", signed_on=str(earlier)).status_code == 302
    number = journey.integration.agreements.get().pk
    reference = journey.integration.reference
    for path in (f"agreement/{number}/", "milestones/1/"):
        page = " ".join(cast.client(cast.staff).get(f"/i/{reference}/{path}").content.decode().split())
        for told in (
            "The PDF says: signed by Kirsten Kontrakt",
            "Signature intact",
            "covers the whole file",
            "issuer not judged",
            "The PDF names somebody else",
            "The PDF says another day",
        ):
            assert told in page, (path, told)


@pytest.mark.parametrize(
    ("signer", "name", "same"),
    [
        ("NORDMANN, OLA", "Ola Nordmann", True),
        ("Ola Nordmann", "Ola  nordmann", True),
        ("Ola B. Nordmann", "Ola Nordmann", False),
        ("", "Ola Nordmann", False),
    ],
)
def test_a_name_is_the_same_in_any_order(signer: str, name: str, same: bool) -> None:
    assert Signature(signer, "", True, True, "nothing").is_by(name) is same


def test_the_same_day_is_that_of_oslo() -> None:
    late = Signature("Ola", "2026-06-30T22:30:00+00:00", True, True, "nothing")
    assert late.signed_on == datetime.date(2026, 7, 1)
