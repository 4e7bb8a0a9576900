"""What the name of a file within a PDF may end in: where it is saved, the ending decides which program opens it.

Programs, and what starts one, have too many endings to list. So the endings are listed of what is read, and everything
else is refused.
"""

from __future__ import annotations

import re

from refused import Refused

READ = {
    *("txt", "text", "log", "csv", "tsv", "json", "jsonl", "md", "yaml", "yml", "sha256", "sha512"),
    *("xml", "xades", "xsig", "dsig", "sdo", "seid"),
    *(
        "sig",
        "asc",
        "pem",
        "crt",
        "cer",
        "der",
        "p7",
        "p7s",
        "p7m",
        "p7b",
        "p7c",
        "pkcs7",
        "cms",
        "tsr",
        "tst",
        "ocsp",
    ),
    *("png", "jpg", "jpeg", "jpe", "jfif"),
}
"""By what is opened with them, none of it runs anything, whichever of the accepted kinds the file really is."""
PDF, PAGES = "pdf", {"html", "htm"}
DOMAINS = {"no", "se", "dk", "fi", "is", "eu", "de", "nl", "fr", "uk", "net", "org"}
"""Of a name that ends in an address, the ending is none: nothing opens such files."""
MAILBOX = re.compile(r"@[^\s@]+\.com$")
ENDING = re.compile(r"\.([^\s.\d][^\s.]+)$")
"""Not "nr. 5", "v2.1" or "2026.01.02", and not the letter in "A.S"; but Windows knows one in braces, too."""


def ending_of(name: str) -> str:
    """In small letters, without its dot; empty where no program is known by it. Windows drops dots and spaces."""
    plain = name.rstrip(". \t\r\n\xa0").casefold()
    found = ENDING.search(plain)
    return "" if not found or found[1] in DOMAINS or MAILBOX.search(plain) else found[1]


def require_fitting(name: str, kind: str) -> None:
    """Raises Refused where a file of this type, so named, would be opened as something else than it is."""
    ending = ending_of(name)
    fits = (
        not ending
        or ending in READ
        or (ending == PDF and kind == "application/pdf")
        or (ending in PAGES and kind == "text/html")
    )
    if not fits:
        raise Refused("attached_named", name=name)
