"""What people are told of evidence that does not count, and what they can do about it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .statements import Refused

SENTENCES = {
    # A file of captured answers
    "too_large": gettext_lazy("The file is larger than %(most)s MB. Divide it, and send one part after the other."),
    "empty": gettext_lazy("The file is empty. Choose the file that you meant, or capture the answers again."),
    "json": gettext_lazy(
        "This is no JSON file of captured answers. It holds one answer, or a list of them, each with status, path, "
        "headers and body; no key stands twice in one."
    ),
    "too_many": gettext_lazy("The file has more than %(most)s answers. Divide it, and send one part after the other."),
    "status": gettext_lazy("The captured answer has no status. Add the HTTP status as a number, such as 200."),
    "path": gettext_lazy("The captured answer has no path. Add the address or the path that was asked, as a text."),
    "headers": gettext_lazy(
        "The captured answer has no headers that can be read. Add them as an object, or as a list of pairs of texts."
    ),
    "header_twice": gettext_lazy(
        "The header %(name)s stands twice in the captured answer, with different values. Capture the answer as it "
        "came from Digipost."
    ),
    "body": gettext_lazy(
        "The body of the captured answer cannot be read. Add it as a text in body, or in Base64 in body_base64, and "
        "not both."
    ),
    "scenario": gettext_lazy(
        "The captured answer names a scenario that can be no id. Write it as T07, or leave it out."
    ),
    # An answer
    "not_pinned": gettext_lazy(
        "Digipost's certificate for this environment is not registered yet, so no answer can be judged. Ask "
        "Digipost's staff to register it."
    ),
    "personal_path": gettext_lazy(
        "The path of this answer can name a recipient, and the path is part of what is signed and kept. Send an "
        "answer that was not found by searching for a person."
    ),
    "unsigned": gettext_lazy(
        "The answer has no X-Digipost-Signature. Capture the headers as they came from Digipost. The entry point (/) "
        "and streamed files are not signed, and show nothing."
    ),
    "signature": gettext_lazy(
        "The signature does not fit the answer. Status, path, headers and signature must be exactly as they came "
        "from Digipost, in the environment that this integration is tested in."
    ),
    "no_hash": gettext_lazy(
        "The answer has a body and no X-Content-SHA256, so the signature says nothing of the body. Capture the "
        "headers as they came from Digipost."
    ),
    "hash": gettext_lazy(
        "The body is not the one that was signed. Capture it byte by byte, before it is unpacked or formatted, and "
        "add it in body_base64."
    ),
    "date": gettext_lazy("The answer has no Date that can be read. Capture the headers as they came from Digipost."),
    "xml": gettext_lazy("The XML cannot be read. Send the file as it came from Digipost."),
    "dtd": gettext_lazy(
        "The XML has a document type or entities, and is not read. Send the file as Digipost made it."
    ),
    "much": gettext_lazy("The file is too large or too intricate to be read. Divide it, and send the parts."),
    # A receipt
    "no_receipt": gettext_lazy(
        "This is no receipt of a batch job. Choose the XML file, or the zip, that Digipost left among the receipts, "
        "and nothing besides. Test reports are not read from a zip: unpack them first."
    ),
    "no_job": gettext_lazy("The receipt names no job, or has no status or time that can be read. Send it unchanged."),
    "zip_large": gettext_lazy("The zip unpacks to more than is read here. Send the receipts one by one."),
    "zip_nested": gettext_lazy("The zip has another zip inside. Unpack it, and send the receipts themselves."),
    "zip_locked": gettext_lazy(
        "The zip is encrypted, or packed in a way that is not read here. Pack it again without."
    ),
    "zip_broken": gettext_lazy("The zip is damaged. Fetch it again, and send it unchanged."),
    # Whose it is, and whether it still counts
    "no_account": gettext_lazy(
        "The account id for this environment is not recorded yet (1.4), so it cannot be told whose answer this is."
    ),
    "other_sender": gettext_lazy(
        "This is about another sender than the account id of this integration (%(account)s). Send what Digipost "
        "answered for that account."
    ),
    "not_agreed": gettext_lazy("The set of scenarios is not agreed yet. Agree on it first, then run the scenario."),
    "too_old": gettext_lazy(
        "This is from before both sides agreed to the set of scenarios as it is now: whatever is added to the set, or "
        "changed in it, makes older answers too old. Run the scenario again, and send what Digipost answers then."
    ),
    "future": gettext_lazy("This is dated in the future. Send it as it came from Digipost."),
    "used": gettext_lazy("This has been used before. Run the scenario again, and send what Digipost answers then."),
    # A certificate to pin
    "no_certificate": gettext_lazy(
        "There is no certificate in this file. Choose a PEM file, which begins with “-----BEGIN CERTIFICATE-----”."
    ),
    "many_certificates": gettext_lazy("The file has more than %(most)s certificates. Leave those that are in use."),
    "bad_certificate": gettext_lazy("The certificate cannot be read. Choose the PEM file as it was handed out."),
    "not_rsa": gettext_lazy("The certificate has no RSA key of 2048 bits or more, and Digipost signs with one."),
}
"""By the code of the reason."""


def refused(code: str, **about: object) -> Refused:
    """The error to raise. `about` holds what the sentence names."""
    return Refused(str(SENTENCES[code]) % about, code=code)


def in_answer(number: int, refusal: Refused) -> Refused:
    """The same, with which answer of a file it is about, from 1."""
    told = _("Answer %(number)s: %(told)s") % {"number": number, "told": " ".join(refusal.messages)}
    return Refused(told, code=refusal.code)
